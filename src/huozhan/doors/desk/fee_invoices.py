"""平台开票: the market's invoices of the shop's fees, month by month, with their red letters and files."""

from typing import Any

from litestar import Response, get

from huozhan import invoicing
from huozhan.doors.desk.frame import Req, show
from huozhan.doors.pages import forms, showing

MEDIA = {"pdf": "application/pdf", "ofd": "application/octet-stream", "xml": "application/xml"}
_PATH = "/desk/fee-invoices"


@get(_PATH, include_in_schema=False)
async def fee_invoices(request: Req) -> Response[Any]:
    """The market's invoices, the newest first."""
    cursor = request.query_params.get("cursor", "")
    listed = await forms.ask(request, invoicing.my_fee_invoices, cursor=cursor)
    return await show(
        request,
        "fee_invoices",
        "fee_invoices.title",
        "funds",
        documents=listed.items,
        next_href=showing.address(_PATH, cursor=listed.next_cursor) if listed.next_cursor else "",
        first_href=_PATH if cursor else "",
    )


@get(f"{_PATH}/{{document_id:str}}/file", include_in_schema=False)
async def file(request: Req, document_id: str) -> Response[Any]:
    """A file of one of them."""
    found = await forms.ask(
        request, invoicing.fee_file, document_id=document_id, format=request.query_params.get("format")
    )
    headers = {
        "content-disposition": f'attachment; filename="{found.file_name}"',
        "cache-control": "no-store",
    }
    return Response(found.content, media_type=MEDIA[found.format], headers=headers)


ROUTES = [fee_invoices, file]
