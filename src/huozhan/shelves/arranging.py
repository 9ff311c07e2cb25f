"""The operator's side: shelves as they are arranged. Operations calls the deed and writes down who did it and why."""

from huozhan.kernel.refusals import Invalid, NotFound
from huozhan.kernel.shapes import Bilingual, Nothing
from huozhan.kernel.work import Work, use_case
from huozhan.shelves import store
from huozhan.shelves.asks import ArrangeShelf, PreviewShelf, ShowArranged
from huozhan.shelves.shelf import SIGNS, PickedTwice, Shelf, ShelfChanged
from huozhan.shelves.showing import fill
from huozhan.shelves.views import ArrangedShelf, ArrangedShelves, FilledShelf, ShelfFace


@use_case("market.view", writes=False)
async def arranged_shelves(work: Work, _ask: Nothing) -> ArrangedShelves:
    """All shelves with their rules, shown or not."""
    return ArrangedShelves([_arranged(one) for one in await store.shelves(work, shown_only=False)])


@use_case("market.view", writes=False)
async def arranged_shelf(work: Work, ask: ShowArranged) -> ArrangedShelf:
    """One shelf with its rule and picks."""
    found = await store.shelf(work, ask.shelf_key)
    if found is None:
        raise NotFound
    return _arranged(found)


@use_case("market.view", writes=False)
async def preview_shelf(work: Work, ask: PreviewShelf) -> FilledShelf:
    """What buyers would see first with this rule and these picks."""
    face = ShelfFace(shelf_key="", title=Bilingual(), line=Bilingual(), sign="")
    return await fill(work, face, ask.rule, *_picks(ask))


async def arrange_shelf(work: Work, ask: ArrangeShelf) -> ArrangedShelf:
    """Writes a shelf as it shall be; refused where somebody else changed it since it was seen."""
    title = Bilingual(ask.title_zh.strip(), ask.title_en.strip())
    if not title:
        raise Invalid(field="title_zh", detail="required field `title_zh`")
    if ask.sign not in SIGNS:
        raise Invalid(field="sign", detail=f"no such sign: {ask.sign}")
    pinned, hidden = _picks(ask)
    made = Shelf(
        shelf_key=ask.shelf_key,
        place=ask.place,
        position=ask.position,
        title=title,
        line=Bilingual(ask.line_zh.strip(), ask.line_en.strip()),
        sign=ask.sign,
        rule=ask.rule,
        pinned=pinned,
        hidden=hidden,
        is_shown=ask.is_shown,
        version=ask.version + 1,
    )
    if not await store.save(work, made, ask.version):
        raise ShelfChanged
    return _arranged(made)


def _picks(ask: PreviewShelf | ArrangeShelf) -> tuple[tuple[int, ...], tuple[int, ...]]:
    picks = [*ask.pinned, *ask.hidden]
    if len(set(picks)) < len(picks):
        raise PickedTwice(field="pinned")
    return tuple(map(int, ask.pinned)), tuple(map(int, ask.hidden))


def _arranged(one: Shelf) -> ArrangedShelf:
    return ArrangedShelf(
        shelf_key=one.shelf_key,
        place=one.place,
        position=one.position,
        title=one.title,
        line=one.line,
        sign=one.sign,
        rule=one.rule,
        pinned=[str(offer_id) for offer_id in one.pinned],
        hidden=[str(offer_id) for offer_id in one.hidden],
        is_shown=one.is_shown,
        version=one.version,
    )
