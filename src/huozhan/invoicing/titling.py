"""Titling: a buyer keeps whom its invoices are made out to."""

import msgspec

from huozhan.invoicing.asks import SaveTitle, TitleRef
from huozhan.invoicing.store import titles
from huozhan.invoicing.store.titles import Row
from huozhan.invoicing.title import Details, TitleKind, read_details, seal, unseal
from huozhan.invoicing.views import TitleSaved, TitlesView, TitleView
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.shapes import Done, Nothing
from huozhan.kernel.work import Work, use_case

TITLES_MAX = 50


class TooManyTitles(Refusal):
    """An organisation keeps so many titles and no more."""

    code = "invoicing.too_many_titles"


@use_case("order.view", writes=False)
async def my_titles(work: Work, _ask: Nothing) -> TitlesView:
    """The organisation's titles, the default first."""
    return TitlesView([_view(work, row) for row in await titles.of_org(work)])


@use_case("order.pay", writes=True)
async def save_title(work: Work, ask: SaveTitle) -> TitleSaved:
    """Keep a title, or change one; invoices that were asked for keep their copy."""
    details = read_details(
        ask.kind, Details(**{name: getattr(ask, name) for name in Details.__struct_fields__})
    )
    is_first = not await titles.count(work)
    if ask.title_id is None and await titles.count(work) >= TITLES_MAX:
        raise TooManyTitles(most=TITLES_MAX)
    title_id = int(ask.title_id) if ask.title_id else work.new_id()
    if ask.title_id and await titles.one(work, work.actor.org_id, title_id) is None:
        raise NotFound(title_id=ask.title_id)
    is_whole = ask.kind is TitleKind.company and details.is_whole
    if not await titles.save(work, title_id, ask.kind, seal(work, details, title_id), can_special=is_whole):
        raise NotFound(title_id=ask.title_id)
    if ask.is_default or is_first:
        await titles.make_default(work, title_id)
    return TitleSaved(title_id=str(title_id), can_special=is_whole)


@use_case("order.pay", writes=True)
async def set_default_title(work: Work, ask: TitleRef) -> Done:
    """Choose the title that is offered first."""
    if await titles.one(work, work.actor.org_id, int(ask.title_id)) is None:
        raise NotFound(title_id=ask.title_id)
    await titles.make_default(work, int(ask.title_id))
    return Done()


@use_case("order.pay", writes=True)
async def drop_title(work: Work, ask: TitleRef) -> Done:
    """Take a title away; invoices made out to it stay."""
    if not await titles.drop(work, int(ask.title_id)):
        raise NotFound(title_id=ask.title_id)
    return Done()


def _view(work: Work, row: Row) -> TitleView:
    """A title opened for its own organisation."""
    details = unseal(work, row["details"], row["title_id"])
    return TitleView(
        title_id=str(row["title_id"]),
        kind=row["kind"],
        is_default=row["is_default"],
        can_special=row["can_special"],
        **msgspec.structs.asdict(details),
    )
