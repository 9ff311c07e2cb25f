"""资质核验: certificates that suppliers declared, the oldest first; each is held against its register and decided with a reason."""

from typing import Any

from litestar import Response, get, post

from huozhan import certificates, operations
from huozhan.doors.console.frame import Req, decided, show_queue
from huozhan.doors.pages import forms
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal

_HOME = "/console/certificates"


@get(_HOME, include_in_schema=False)
async def waiting(request: Req) -> Response[Any]:
    """What waits to be verified."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    return await show_queue(
        request,
        "certificates",
        "certificate.console",
        certificates.certificates_to_judge,
        "waiting",
        refused=refused,
        form=form,
    )


@post(_HOME, include_in_schema=False)
async def judge(request: Req) -> Response[Any]:
    """Verifies one or refuses it."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, operations.judge_certificate, key=form.get(KEY_FIELD), certificate_id=form.get("certificate_id"),
            verify=decided(form, "verify", "refuse"), reason=form.get("reason"),
        )  # fmt: skip
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see(_HOME)


ROUTES = [waiting, judge]
