"""批量导入: a table is checked first, every bad row is named, and good rows are published when the seller says so."""

from typing import Any

from litestar import Response, get, post

from huozhan import catalogue
from huozhan.doors.desk.frame import Req, actor_of, show
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms, sheets, showing
from huozhan.doors.pages.forms import KEY_FIELD
from huozhan.kernel.refusals import Invalid, Refusal

UPLOAD_BYTES_MAX = 64 * 1024 * 1024
UNDER_WAY = ("uploaded", "applying")
_FIGURES = ("rows_total", "rows_bad", "offers_total", "offers_changed")
_FAULTS_SHOWN = 50
_REPORT_PAGE = 100
_REPORT_HEAD = ("desk.shipping.row", "desk.import.column", "desk.shipping.typed", "desk.shipping.why")
REPORT_ROWS_MAX = 100_000


@get("/desk/import", include_in_schema=False)
async def imports(request: Req) -> Response[Any]:
    """The imports so far, and the way to a new one."""
    return await _list(request)


async def _list(request: Req, refused: Refusal | None = None) -> Response[Any]:
    cursor = request.query_params.get("cursor", "")
    found = await forms.ask(request, catalogue.my_imports, cursor=cursor)
    return await show(
        request,
        "imports",
        "look.desk.import",
        "import",
        refused=refused,
        imports=found.items,
        next_href=showing.address("/desk/import", cursor=found.next_cursor) if found.next_cursor else "",
        first_href="/desk/import" if cursor else "",
    )


@post("/desk/import", include_in_schema=False, request_max_body_size=UPLOAD_BYTES_MAX)
async def upload(request: Req) -> Response[Any]:
    """Takes a table in and has it checked."""
    actor_of(request).must("offer.edit")  # before so large a body is read
    form = await forms.read_form(request)
    try:
        file = next(iter(form.files.get("file", [])), None)
        content = await file.read() if file else b""
        if file is None or not content:
            raise Invalid(field="file", detail="required field `file`")
        name = file.filename[-200:] or "offers"
        taken = await forms.ask(request, catalogue.upload_import, file_name=name, content=content)
    except Refusal as refusal:
        return await _list(request, refusal)
    return forms.see(f"/desk/import/{taken.import_id}")


@get("/desk/import/template", include_in_schema=False)
async def template(request: Req) -> Response[Any]:
    """An empty table with an example of each kind."""
    return _file(await forms.ask(request, catalogue.import_template))


@get("/desk/import/offers", include_in_schema=False)
async def own_offers(request: Req) -> Response[Any]:
    """All offers as a table that can be imported again."""
    return _file(await forms.ask(request, catalogue.export_offers))


def _file(file: Any) -> Response[bytes]:
    headers = {"content-disposition": f'attachment; filename="{file.file_name}"', "cache-control": "no-store"}
    return Response(file.content, media_type=file.media_type, headers=headers)


@get("/desk/import/{import_id:str}", include_in_schema=False)
async def one_import(request: Req, import_id: str) -> Response[Any]:
    """How one import stands, and its bad rows."""
    return await _page(request, import_id)


async def _page(request: Req, import_id: str, refused: Refusal | None = None) -> Response[Any]:
    shown = await forms.ask(request, catalogue.import_page, import_id=import_id)
    cursor = request.query_params.get("cursor", "")
    faults = await forms.ask(
        request, catalogue.import_faults, import_id=import_id, cursor=cursor, size=_FAULTS_SHOWN
    )
    here = f"/desk/import/{import_id}"
    return await show(
        request,
        "import",
        shown.file_name,
        "import",
        refused=refused,
        one=shown,
        under_way=UNDER_WAY,
        figures={name: f"{getattr(shown, name):,}" for name in _FIGURES},
        faults=faults.items,
        heads=catalogue.column_heads(request.scope["state"]["lang"]),
        next_href=showing.address(here, cursor=faults.next_cursor) if faults.next_cursor else "",
        first_href=here if cursor else "",
    )


@get("/desk/import/{import_id:str}/report", include_in_schema=False)
async def report(request: Req, import_id: str) -> Response[Any]:
    """Every bad cell as a spreadsheet, to be worked off beside the table."""
    hall: Hall = request.app.state.hall
    lang = request.scope["state"]["lang"]
    heads = catalogue.column_heads(lang)
    rows: list[list[Any]] = []
    cursor: str | None = ""
    while cursor is not None and len(rows) < REPORT_ROWS_MAX:
        page = await forms.ask(
            request, catalogue.import_faults, import_id=import_id, cursor=cursor, size=_REPORT_PAGE
        )
        rows += [
            [fault.row_no, heads.get(fault.column, fault.column), fault.found, hall.words.say(f"import.fault.{fault.code}", lang)]
            for fault in page.items
        ]  # fmt: skip
        cursor = page.next_cursor
    head = [hall.words.say(key, lang) for key in _REPORT_HEAD]
    return sheets.csv_file("import-report.csv", head, rows)


@get("/desk/import/{import_id:str}/progress", include_in_schema=False)
async def progress(request: Req, import_id: str) -> Response[Any]:
    """The progress bar alone; once there is a report, the page is loaded anew."""
    shown = await forms.ask(request, catalogue.import_page, import_id=import_id)
    if shown.state not in UNDER_WAY:
        return Response("", headers={"hx-refresh": "true", "cache-control": "no-store"})
    return showing.fragment(request, "desk/import_progress.html", one=shown, under_way=UNDER_WAY)


@post("/desk/import/{import_id:str}/apply", include_in_schema=False)
async def apply(request: Req, import_id: str) -> Response[Any]:
    """Publishes the good rows."""
    form = await forms.read_form(request)
    try:
        await forms.ask(request, catalogue.apply_import, key=form.get(KEY_FIELD), import_id=import_id)
    except Refusal as refusal:
        return await _page(request, import_id, refusal)
    return forms.see(f"/desk/import/{import_id}")


ROUTES = [imports, upload, template, own_offers, one_import, report, progress, apply]
