"""举报: conversations that one side reported, what was said until then, and the market's word on it."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from huozhan import messaging, operations
from huozhan.doors.console.frame import Req, actor_of, show
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal


@get("/console/reports", include_in_schema=False)
async def reports(request: Req) -> Response[Any]:
    """The reports that wait, the oldest first."""
    actor_of(request).must("market.view")
    found = await forms.ask(
        request, messaging.reported_conversations, cursor=request.query_params.get("cursor") or None
    )
    return await show(
        request,
        "reports",
        "console.reports",
        "reports",
        reports=found.items,
        next_href=showing.address("/console/reports", cursor=found.next_cursor) if found.next_cursor else "",
    )


@get("/console/reports/{report_id:str}", include_in_schema=False)
async def report(request: Req, report_id: FromPath[str]) -> Response[Any]:
    """One report with its file."""
    return await _page(request, report_id)


async def _page(
    request: Req, report_id: str, refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    return await show(
        request,
        "report",
        "console.reports",
        "reports",
        refused=refused,
        typed=form.values if form else None,
        file=await forms.ask(request, messaging.report_on_file, report_id=report_id),
    )


@post("/console/reports/{report_id:str}", include_in_schema=False)
async def judge(request: Req, report_id: FromPath[str]) -> Response[Any]:
    """Upholds or dismisses it."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, operations.judge_report, key=form.get(KEY_FIELD), report_id=report_id,
            outcome=form.get("outcome"), reason=form.get("reason"),
        )  # fmt: skip
    except Refusal as refusal:
        return await _page(request, report_id, refusal, form)
    return forms.see("/console/reports")


ROUTES = [reports, report, judge]
