"""Pictures that show what is the matter: hung up privately, and shown to the two sides of their case only."""

from typing import Any

from litestar import Request, Response

from huozhan import aftersales, catalogue
from huozhan.catalogue import FolderShelf
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.work import UseCase

UPLOAD_BYTES_MAX = 40 * 1024 * 1024
FOR_AN_HOUR = "private, max-age=3600"
SIZES = {"160": 160, "960": 960}

Req = Request[Any, Any, Any]


async def hang(request: Req, form: forms.Form, permission: str) -> list[str]:
    """Puts the pictures of a form where nobody finds them but by their case; tells their ids."""
    hall: Hall = request.app.state.hall
    shelf = FolderShelf(hall.settings.evidence)
    found: list[str] = []
    for file in form.files.get("pictures", []):
        if content := await file.read():
            hung = await catalogue.add_picture(
                shelf, request.scope["state"]["actor"], content, permission=permission
            )
            found.append(hung.picture_id)
    return list(dict.fromkeys(found))


async def picture_of_case(request: Req, case_id: str) -> Response[bytes]:
    """One picture of a case, for its two sides."""
    return await _picture(request, aftersales.evidence_picture, case_id)


async def picture_on_file(request: Req, case_id: str) -> Response[bytes]:
    """One picture of a case that came before the market, for the market's people."""
    return await _picture(request, aftersales.picture_on_file, case_id)


async def _picture(request: Req, may_see: UseCase[Any, Any], case_id: str) -> Response[bytes]:
    params = request.query_params
    picture_id, size = params.get("picture", ""), SIZES.get(params.get("size", "160"))
    await forms.ask(request, may_see, case_id=case_id, picture_id=picture_id)
    hall: Hall = request.app.state.hall
    file = hall.settings.evidence / catalogue.picture_name(picture_id, size or SIZES["160"])
    if not file.is_file():
        raise NotFound
    return Response(file.read_bytes(), media_type="image/webp", headers={"cache-control": FOR_AN_HOUR})
