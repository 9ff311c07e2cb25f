"""资质证书: what the shop declares that its goods are certified for, with what the market says of each."""

import re
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from huozhan import catalogue, certificates
from huozhan.catalogue import PICTURE_BYTES_MAX, FolderShelf
from huozhan.doors.desk.frame import actor_of, show
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal

Req = Request[Any, Any, Any]
_HOME = "/desk/certificates"
_BODY_BYTES_MAX = PICTURE_BYTES_MAX + 64 * 1024
_BETWEEN_CODES = re.compile(r"[\s,，;；]+")


@get(_HOME, include_in_schema=False)
async def declared(request: Req) -> Response[Any]:
    """What stands, and a form for one more."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    params, hall, lang = request.query_params, request.app.state.hall, request.scope["state"]["lang"]
    found = await forms.ask(request, certificates.my_certificates, cursor=params.get("cursor") or None)
    return await show(
        request,
        "certificates",
        "certificate.title",
        "certificates",
        refused=refused,
        typed=form.values if form else {},
        listed=found.items,
        next_href=showing.address(_HOME, cursor=found.next_cursor) if found.next_cursor else "",
        kinds=[
            {"value": one.value, "label": hall.words.say(f"certificate.{one}", lang)}
            for one in certificates.CertificateKind
        ],
    )


@post(_HOME, include_in_schema=False, request_max_body_size=_BODY_BYTES_MAX)
async def declare(request: Req) -> Response[Any]:
    """Declares one, its proof hung up first."""
    actor_of(request).must("offer.edit")  # before so large a body is read
    form = await forms.read_form(request)
    codes = [code for code in _BETWEEN_CODES.split(form.get("offer_codes")) if code]
    try:
        await forms.ask(
            request, certificates.declare_certificate, key=form.get(KEY_FIELD),
            **forms.fields_of(form, ("kind", "number", "issuer", "valid_until")),
            proof_id=await _proof(request, form), offer_codes=codes,
        )  # fmt: skip
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see(_HOME)


async def _proof(request: Req, form: Form) -> str:
    """The picture that was sent; else the one that was hung up before the form was refused."""
    hall: Hall = request.app.state.hall
    for file in form.files.get("proof", []):
        if content := await file.read():
            shelf = FolderShelf(hall.settings.pictures)
            picture = await catalogue.add_picture(shelf, actor_of(request), content)
            form.values["proof_id"] = picture.picture_id
    return form.get("proof_id")


@post(f"{_HOME}/{{certificate_id:str}}/withdraw", include_in_schema=False)
async def withdraw(request: Req, certificate_id: FromPath[str]) -> Response[Any]:
    """Takes one back."""
    await forms.read_form(request)
    try:
        await forms.ask(request, certificates.withdraw_certificate, certificate_id=certificate_id)
    except Refusal as refusal:
        return await _page(request, refusal)
    return forms.see(_HOME)


ROUTES = [declared, declare, withdraw]
