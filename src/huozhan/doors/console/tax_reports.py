"""涉税报送: the quarterly report of suppliers' income, made from the book and kept with its hash."""

from typing import Any

from litestar import Response, get, post

from huozhan import invoicing
from huozhan.doors.console.frame import Req, show
from huozhan.doors.pages import forms, tax_report
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal


@get("/console/tax-reports", include_in_schema=False)
async def reports(request: Req) -> Response[Any]:
    """The reports so far, and the form for another."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    return await show(
        request,
        "tax_reports",
        "look.console.tax_reports",
        "tax_reports",
        refused=refused,
        typed=form.values if form else None,
        found=await forms.ask(request, invoicing.tax_reports),
    )


@post("/console/tax-reports", include_in_schema=False)
async def ask(request: Req) -> Response[Any]:
    """Has one made."""
    form = await forms.read_form(request)
    try:
        fields = forms.fields_of(form, ("year", "quarter", "format"))
        await forms.ask(request, invoicing.ask_report, key=form.get(KEY_FIELD), **fields)
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see("/console/tax-reports")


@get("/console/tax-reports/{report_id:str}", include_in_schema=False)
async def file(request: Req, report_id: str) -> Response[Any]:
    """One report's file."""
    found = await forms.ask(request, invoicing.tax_report_file, report_id=report_id)
    headers = {
        "content-disposition": f'attachment; filename="{found.file_name}"',
        "cache-control": "no-store",
    }
    return Response(found.content, media_type=tax_report.MEDIA[found.format], headers=headers)


ROUTES = [reports, ask, file]
