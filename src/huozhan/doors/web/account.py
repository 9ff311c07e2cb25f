"""The account: name, password, second step, sessions, API tokens, one's own data."""

from typing import Any

import msgspec
import segno
from litestar import Request, Response, get, post
from litestar.params import FromPath

from huozhan import messaging, operations, parties, reviews
from huozhan.doors.entrance import SESSION_COOKIE, set_cookie
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.forms import Form
from huozhan.kernel.actor import Actor
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.shapes import PAGE_SIZE_MAX
from huozhan.kernel.work import UseCase

_QR_SCALE = 5

Req = Request[Any, Any, Any]


@get("/account", include_in_schema=False)
async def account(request: Req) -> Response[Any]:
    """Everything about my account."""
    return await _page(request)


async def _page(
    request: Req, *, form: Form | None = None, refused: Refusal | None = None, **shown: Any
) -> Response[Any]:
    actor: Actor = request.scope["state"]["actor"]
    manages = actor.may("token.manage")
    return showing.show(
        request,
        "web/account.html",
        "account.title",
        page={"section": "me"},
        refused=refused,
        typed=form.values if form else {},
        part=form.get("part") if form else "",
        profile=await forms.ask(request, parties.profile),
        sessions=await forms.ask(request, parties.sessions),
        tokens=await forms.ask(request, parties.tokens) if manages else None,
        scopes=sorted(actor.permissions & parties.ALL_PERMISSIONS),
        chosen=form.lists.get("scopes", []) if form else [],
        **{"new_token": "", "secret": "", "qr": "", "recovery_codes": [], "sent_to": "", **shown},
    )


async def _do(request: Req, use_case: UseCase[Any, Any], form: Form, **fields: Any) -> Response[Any]:
    """Does one thing and shows the account again; a refusal is shown at its part of the page."""
    try:
        await forms.ask(request, use_case, **fields)
    except NotFound:
        raise
    except Refusal as refusal:
        return await _page(request, form=form, refused=refusal)
    return forms.see("/account")


@post("/account/profile", include_in_schema=False)
async def edit_profile(request: Req) -> Response[Any]:
    """Changes name and language."""
    form = await forms.read_form(request)
    return await _do(request, parties.edit_profile, form, name=form.get("name"), lang=form.get("lang"))


@post("/account/password", include_in_schema=False)
async def change_password(request: Req) -> Response[Any]:
    """Changes the password; other sessions end."""
    form = await forms.read_form(request)
    passwords = {name: form.values.get(name, "") for name in ("password", "new_password")}
    return await _do(request, parties.change_password, form, **passwords)


@post("/account/two-step", include_in_schema=False)
async def begin_two_step(request: Req) -> Response[Any]:
    """Shows the secret for the authenticator app, as a picture and as text; once."""
    form = await forms.read_form(request)
    try:
        made = await forms.ask(request, parties.begin_two_step, password=form.values.get("password", ""))
    except Refusal as refusal:
        return await _page(request, form=form, refused=refusal)
    return await _page(
        request, secret=made.secret, qr=segno.make(made.uri).svg_data_uri(scale=_QR_SCALE, light="white")
    )


@post("/account/two-step/confirm", include_in_schema=False)
async def confirm_two_step(request: Req) -> Response[Any]:
    """Switches the second step on; its recovery codes are shown once."""
    form = await forms.read_form(request)
    try:
        made = await forms.ask(request, parties.confirm_two_step, code=form.get("code").replace(" ", ""))
    except Refusal as refusal:
        return await _page(request, form=form, refused=refusal)
    return await _page(request, recovery_codes=made.codes)


@post("/account/two-step/end", include_in_schema=False)
async def end_two_step(request: Req) -> Response[Any]:
    """Switches it off."""
    form = await forms.read_form(request)
    return await _do(request, parties.end_two_step, form, password=form.values.get("password", ""))


@post("/account/sessions/{session_id:str}/end", include_in_schema=False)
async def end_session(request: Req, session_id: FromPath[str]) -> Response[Any]:
    """Ends one session."""
    form = await forms.read_form(request)
    return await _do(request, parties.end_session, form, session_id=session_id)


@post("/account/sessions/end-others", include_in_schema=False)
async def end_other_sessions(request: Req) -> Response[Any]:
    """Ends every session but this one."""
    form = await forms.read_form(request)
    return await _do(request, parties.end_other_sessions, form)


@post("/account/tokens", include_in_schema=False)
async def make_token(request: Req) -> Response[Any]:
    """Makes an API token, shown once."""
    form = await forms.read_form(request)
    try:
        made = await forms.ask(
            request,
            parties.make_token,
            label=form.get("label"),
            scopes=form.lists.get("scopes", []),
            valid_days=form.get("valid_days"),
            code=form.get("code"),
        )
    except Refusal as refusal:
        return await _page(request, form=form, refused=refusal)
    return await _page(request, new_token=made.token)


@post("/account/tokens/{token_id:str}/revoke", include_in_schema=False)
async def revoke_token(request: Req, token_id: FromPath[str]) -> Response[Any]:
    """Makes a token void."""
    form = await forms.read_form(request)
    return await _do(request, parties.revoke_token, form, token_id=token_id)


@get("/prove", include_in_schema=False)
async def prove_form(request: Req) -> Response[Any]:
    """A form for one more address or phone to sign in by."""
    request.scope["state"]["actor"].must("self")
    return showing.show(request, "web/prove.html", "account.prove", page={"section": "me"}, sent_to="")


@post("/prove/code", include_in_schema=False)
async def prove_code(request: Req) -> Response[Any]:
    """Has a code sent to it."""
    form, sent_to, refused = await forms.read_form(request), "", None
    request.scope["state"]["actor"].must("self")
    try:
        sent_to = (
            await forms.ask(request, parties.ask_for_code, sign_in_name=form.get("sign_in_name"))
        ).masked
    except Refusal as refusal:
        refused = refusal
    return showing.show(
        request,
        "web/prove.html",
        "account.prove",
        page={"section": "me"},
        refused=refused,
        typed=form.values,
        sent_to=sent_to,
    )


@post("/prove", include_in_schema=False)
async def add_sign_in_name(request: Req) -> Response[Any]:
    """Signs in by it too, once the code proves it."""
    form = await forms.read_form(request)
    try:
        await forms.ask(request, parties.add_sign_in_name, **forms.fields_of(form, ("sign_in_name", "code")))
    except Refusal as refusal:
        return showing.show(
            request,
            "web/prove.html",
            "account.prove",
            page={"section": "me"},
            refused=refusal,
            typed=form.values,
            sent_to=form.get("sent_to"),
        )
    return forms.see("/account")


@post("/account/names/drop", include_in_schema=False)
async def drop_sign_in_name(request: Req) -> Response[Any]:
    """Gives an address or phone up."""
    form = await forms.read_form(request)
    return await _do(request, parties.drop_sign_in_name, form, sign_in_name=form.get("sign_in_name"))


@get("/account/data.json", include_in_schema=False)
async def my_data(request: Req) -> Response[bytes]:
    """Everything that is stored about me, as a file."""
    data = msgspec.to_builtins(await forms.ask(request, operations.my_data))
    data["messages"] = await _all(request, messaging.my_messages)
    data["reviews"] = await _all(request, reviews.my_words)
    headers = {"content-disposition": 'attachment; filename="my-data.json"', "cache-control": "no-store"}
    content = msgspec.json.format(msgspec.json.encode(data), indent=2)
    return Response(content, media_type="application/json", headers=headers)


async def _all(request: Req, list_own: UseCase[Any, Any]) -> list[Any]:
    """Every page of what I wrote: in conversations, in reviews."""
    found, cursor = [], None
    while True:
        page = await forms.ask(request, list_own, cursor=cursor, size=PAGE_SIZE_MAX)
        found += page.items
        if page.next_cursor is None:
            return found
        cursor = page.next_cursor


@post("/account/erase", include_in_schema=False)
async def erase_me(request: Req) -> Response[Any]:
    """Erases my personal data, once the password is proven; what was traded stays, without me."""
    form = await forms.read_form(request)
    try:
        await forms.ask(request, operations.erase_me, password=form.values.get("password", ""))
    except Refusal as refusal:
        return await _page(request, form=form, refused=refusal)
    hall: Hall = request.app.state.hall
    set_cookie(request.scope["state"], SESSION_COOKIE, "", max_age=0, secure=hall.settings.secure_cookies)
    return forms.see("/")


ROUTES = [
    account, edit_profile, change_password, begin_two_step, confirm_two_step, end_two_step, end_session, end_other_sessions,
    make_token, revoke_token, prove_form, prove_code, add_sign_in_name, drop_sign_in_name, my_data,
    erase_me,
]  # fmt: skip
