"""授信机构: what the lender owes or is owed, what is asked of it and not answered, and what it answered otherwise."""

from typing import Any

from litestar import Response, get

from huozhan import finance
from huozhan.doors.console.frame import Req, show
from huozhan.doors.pages import forms


@get("/console/lender", include_in_schema=False)
async def lender(request: Req) -> Response[Any]:
    """The lender's clearing account, open requests and differences."""
    found = await forms.ask(request, finance.lender_desk)
    return await show(request, "lender", "look.console.lender", "lender", found=found)


ROUTES = [lender]
