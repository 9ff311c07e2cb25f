"""Fund records, as the workbench and the buyer's market both show them: searched, explained, and as files."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from litestar import Request, Response, get, post
from litestar.handlers import BaseRouteHandler

from huozhan import payments
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms, paper, showing
from huozhan.doors.pages.amounts import minor
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal

FILES_SHOWN = 10
_WANTED = ("from_on", "until_on", "sort", "number")

Req = Request[Any, Any, Any]


class Place(NamedTuple):
    """Where the records stand: their address, which side's they are, and the page around them."""

    base: str
    side: str
    show: Callable[..., Awaitable[Response[Any]]]


def routes(place: Place) -> list[BaseRouteHandler]:
    """The pages of one place."""

    @get(f"{place.base}/records", include_in_schema=False)
    async def records(request: Req) -> Response[Any]:
        """What is looked for, the newest first; months and files beside it."""
        return await _page(request, place)

    @get(f"{place.base}/records/files", include_in_schema=False)
    async def files(request: Req) -> Response[Any]:
        """The files alone, fetched anew while one is being written."""
        return showing.show(
            request,
            "money/files.html",
            "records.title",
            **await _files(request, place.side),
            money_base=place.base,
        )

    @post(f"{place.base}/records/files", include_in_schema=False)
    async def make(request: Req) -> Response[Any]:
        """Has a file written."""
        form = await forms.read_form(request)
        try:
            await forms.ask(
                request, payments.ask_export, key=form.get(KEY_FIELD), side=place.side, kind=form.get("kind"),
                format=form.get("format"), least_minor=minor(form.get("least"), "least"),
                most_minor=minor(form.get("most"), "most"), **forms.fields_of(form, _WANTED),
            )  # fmt: skip
        except Refusal as refusal:
            return await _page(request, place, refusal, form)
        return forms.see(f"{place.base}/records#files")

    @get(f"{place.base}/records/files/{{export_id:str}}", include_in_schema=False)
    async def file(request: Req, export_id: str) -> Response[Any]:
        """One file."""
        found = await forms.ask(request, payments.export_file, export_id=export_id)
        headers = {
            "content-disposition": f'attachment; filename="{found.file_name}"', "cache-control": "no-store"
        }  # fmt: skip
        return Response(found.content, media_type=paper.MEDIA[found.format], headers=headers)

    return [records, files, make, file]


async def _page(
    request: Req, place: Place, refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    hall: Hall = request.app.state.hall
    lang = request.scope["state"]["lang"]
    query = dict(request.query_params) if form is None else form.values
    typed = {name: query.get(name, "") for name in (*_WANTED, "least", "most")}
    cursor = request.query_params.get("cursor", "")
    lines: list[Any] = []
    following = ""
    try:
        page = await forms.ask(
            request, payments.fund_lines, side=place.side, cursor=cursor, least_minor=minor(typed["least"], "least"),
            most_minor=minor(typed["most"], "most"), **{name: typed[name] for name in _WANTED},
        )  # fmt: skip
        lines, following = page.items, page.next_cursor or ""
    except Refusal as refusal:
        refused = refused or refusal
    path = f"{place.base}/records"
    return await place.show(
        request,
        refused=refused,
        typed=typed,
        money_base=place.base,
        sorts=[{"value": "", "label": hall.words.say("records.sort.all", lang)}]
        + [
            {"value": sort, "label": hall.words.say(f"records.sort.{sort}", lang)}
            for sort in payments.sorts_of(place.side)
        ],
        lines=[{"one": line, "why": paper.explain(hall, line, lang)} for line in lines],
        next_href=showing.address(path, **typed, cursor=following) if following else "",
        first_href=showing.address(path, **typed) if cursor else "",
        months=(await forms.ask(request, payments.fund_months, side=place.side)).months,
        **await _files(request, place.side),
    )


async def _files(request: Req, side: str) -> dict[str, Any]:
    found = await forms.ask(request, payments.my_exports, size=FILES_SHOWN)
    shown = [one for one in found.items if one.side == side]
    return {"files": shown, "is_writing": any(one.state == "waiting" for one in shown)}
