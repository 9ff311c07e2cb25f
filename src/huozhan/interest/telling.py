"""What a person is told of what they wait for; each notice is theirs alone."""

from collections.abc import Sequence
from typing import Any

from huozhan import catalogue, messaging
from huozhan.interest.watch import Seen, Watch, WatchKind
from huozhan.kernel.money import price_written
from huozhan.kernel.work import Work

WATCHES = "/watches"


async def tell_of_news(work: Work, news: Sequence[tuple[Watch, Seen]]) -> None:
    """A price fell, or goods are there: in one statement for all, each with the way to the goods."""
    names = await catalogue.offer_names(work, {watch.offer_id for watch, _ in news}) if news else {}
    notices = []
    for watch, seen in news:
        facts: dict[str, Any] = {"title": names[watch.offer_id].title, "pieces": seen.pieces}
        if watch.kind is WatchKind.price and seen.price_e4 is not None:
            facts["price"] = price_written(seen.price_e4)
        kind = "watch_price_fell" if watch.kind is WatchKind.price else "watch_goods_back"
        notices.append(_notice(watch, kind, facts, f"/offers/{watch.offer_id}?n={seen.pieces}"))
    await messaging.tell_all(work, notices)


async def tell_of_end(work: Work, watches: Sequence[Watch], kind: str) -> None:
    """Watches ended without anybody's doing: their time is over, or the market took the goods off."""
    names = await catalogue.offer_names(work, {watch.offer_id for watch in watches}) if watches else {}
    await messaging.tell_all(
        work,
        [
            _notice(watch, kind, {"title": names[watch.offer_id].title}, WATCHES)
            for watch in watches
            if watch.offer_id in names
        ],
    )


def _notice(watch: Watch, kind: str, facts: dict[str, Any], link: str) -> messaging.NoticeToTell:
    return messaging.NoticeToTell(
        org_id=watch.org_id,
        person_id=watch.person_id,
        kind=kind,
        facts=facts,
        link=link,
        permission="cart.use",
    )
