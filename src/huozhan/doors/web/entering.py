"""Coming in and going out: sign-in, sign-up, a forgotten password, an invitation, the market's first operator."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from huozhan import parties
from huozhan.doors.entrance import CSRF_COOKIE, SESSION_COOKIE, set_cookie
from huozhan.doors.hall import Hall
from huozhan.doors.market.accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from huozhan.doors.pages import forms, showing
from huozhan.doors.web import kept
from huozhan.kernel.actor import ActorKind
from huozhan.kernel.crypto import new_token
from huozhan.kernel.refusals import Refusal
from huozhan.parties import SignedIn

SESSION_KEPT_SECONDS = 30 * 86_400
DEVICE_COOKIE = "hz_device"
DEVICE_KEPT_SECONDS = 365 * 86_400
_DEVICE_MAX = 120
_DEVICE_TOKEN_MAX = 160
_BROWSERS = (
    ("MicroMessenger", "WeChat"), ("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip
_SECOND_STEP = ("parties.second_step_needed", "parties.second_step_wrong")

Req = Request[Any, Any, Any]
Typed = Mapping[str, str]


def open_session(request: Req, signed_in: SignedIn) -> None:
    """Lets the browser in: a session of its own, and a new token for its forms."""
    hall: Hall = request.app.state.hall
    state, secure = request.scope["state"], hall.settings.secure_cookies
    set_cookie(state, SESSION_COOKIE, signed_in.token, max_age=SESSION_KEPT_SECONDS, secure=secure)
    set_cookie(state, CSRF_COOKIE, new_token(), max_age=SESSION_KEPT_SECONDS, secure=secure)
    _know_device(request, signed_in.known_device)
    showing.note_cart(request, 0)


def _know_device(request: Req, token: str) -> None:
    """Has the browser remember that it was let in, for the next time somebody guesses at its person's name."""
    hall: Hall = request.app.state.hall
    if token:
        set_cookie(
            request.scope["state"],
            DEVICE_COOKIE,
            token,
            max_age=DEVICE_KEPT_SECONDS,
            secure=hall.settings.secure_cookies,
        )


def device(request: Req) -> str:
    """Browser and system in two words, for the list of sessions."""
    says = request.headers.get("user-agent", "")
    named = [next((name for mark, name in marks if mark in says), "") for marks in (_BROWSERS, _SYSTEMS)]
    return " · ".join(name for name in named if name) or says[:_DEVICE_MAX]


@get("/sign-in", include_in_schema=False)
async def sign_in_form(request: Req) -> Response[Any]:
    """The way in."""
    query = request.query_params
    return _sign_in_page(request, {"next": query.get("next", "")}, is_renewed="renewed" in query)


@post("/sign-in", include_in_schema=False)
async def sign_in(request: Req) -> Response[Any]:
    """Comes in, and goes on to where one wanted to."""
    form = await forms.read_form(request)
    try:
        signed_in = await forms.ask(
            request,
            parties.sign_in,
            **forms.fields_of(form, ("sign_in_name", "code")),
            password=form.values.get("password", ""),
            device=device(request),
            known_device=request.scope["state"]["cookies"].get(DEVICE_COOKIE, "")[:_DEVICE_TOKEN_MAX],
        )
    except Refusal as refusal:
        return _sign_in_page(request, form.values, refusal)
    open_session(request, signed_in)
    await kept.bring_along(request, signed_in.token)
    return forms.see(forms.safe_path(form.get("next")))


def _sign_in_page(
    request: Req, typed: Typed, refused: Refusal | None = None, *, is_renewed: bool = False
) -> Response[Any]:
    hall: Hall = request.app.state.hall
    return showing.show(
        request,
        "web/sign_in.html",
        "enter.sign_in",
        refused=refused,
        typed=typed,
        asks_code=refused is not None and refused.code in _SECOND_STEP,
        is_renewed=is_renewed,
        accounts=DEMO_ACCOUNTS if hall.terms.is_demo else (),
        demo_password=DEMO_PASSWORD,
    )


@post("/sign-out", include_in_schema=False)
async def sign_out(request: Req) -> Response[Any]:
    """Ends the session here."""
    await forms.read_form(request)
    state = request.scope["state"]
    if state["actor"].kind is ActorKind.person:
        await forms.ask(request, parties.sign_out)
    hall: Hall = request.app.state.hall
    set_cookie(state, SESSION_COOKIE, "", max_age=0, secure=hall.settings.secure_cookies)
    return forms.see("/")


@get("/sign-up", include_in_schema=False)
async def sign_up_form(request: Req) -> Response[Any]:
    """The first step of signing up: which address or phone."""
    return _sign_up_page(request, {"next": request.query_params.get("next", "")})


@post("/sign-up/code", include_in_schema=False)
async def sign_up_code(request: Req) -> Response[Any]:
    """Has a code sent, and asks for it."""
    form = await forms.read_form(request)
    try:
        sent = await forms.ask(request, parties.ask_for_code, sign_in_name=form.get("sign_in_name"))
    except Refusal as refusal:
        return _sign_up_page(request, form.values, refused=refusal)
    return _sign_up_page(request, form.values, sent_to=sent.masked)


@post("/sign-up", include_in_schema=False)
async def sign_up(request: Req) -> Response[Any]:
    """Becomes a person of this market."""
    form = await forms.read_form(request)
    try:
        signed_in = await forms.ask(
            request,
            parties.sign_up,
            **forms.fields_of(form, ("sign_in_name", "code", "name")),
            password=form.values.get("password", ""),
            device=device(request),
            lang=request.scope["state"]["lang"],
        )
    except Refusal as refusal:
        return _sign_up_page(request, form.values, sent_to=form.get("sent_to"), refused=refusal)
    open_session(request, signed_in)
    await kept.bring_along(request, signed_in.token)
    onward = forms.safe_path(form.get("next"))
    # Who was invited joins that organisation; all others found one of their own.
    is_invited = onward.startswith("/invitations/")
    return forms.see(onward if is_invited else showing.address("/organisation/new", next=onward))


def _sign_up_page(
    request: Req, typed: Typed, *, sent_to: str = "", refused: Refusal | None = None
) -> Response[Any]:
    return showing.show(
        request, "web/sign_up.html", "enter.sign_up", refused=refused, typed=typed, sent_to=sent_to
    )


@get("/reset", include_in_schema=False)
async def reset_form(request: Req) -> Response[Any]:
    """Whose password is forgotten."""
    return showing.show(request, "web/reset.html", "enter.reset", sent_to="")


@post("/reset", include_in_schema=False)
async def ask_reset(request: Req) -> Response[Any]:
    """Has a link sent; the answer is the same whether or not the name is known."""
    form, sent_to, refused = await forms.read_form(request), "", None
    try:
        sent_to = (await forms.ask(request, parties.ask_reset, sign_in_name=form.get("sign_in_name"))).masked
    except Refusal as refusal:
        refused = refusal
    return showing.show(
        request, "web/reset.html", "enter.reset", refused=refused, typed=form.values, sent_to=sent_to
    )


@get("/reset/{token:str}", include_in_schema=False)
async def new_password_form(request: Req, token: FromPath[str]) -> Response[Any]:
    """Where the link of the mail leads."""
    return showing.show(request, "web/new_password.html", "enter.new_password", token=token)


@post("/reset/{token:str}", include_in_schema=False)
async def reset_password(request: Req, token: FromPath[str]) -> Response[Any]:
    """Replaces the forgotten password."""
    form = await forms.read_form(request)
    try:
        replaced = await forms.ask(
            request, parties.reset_password, token=token, new_password=form.values.get("new_password", "")
        )
    except Refusal as refusal:
        return showing.show(
            request, "web/new_password.html", "enter.new_password", refused=refusal, token=token
        )
    _know_device(request, replaced.known_device)
    return forms.see(showing.address("/sign-in", renewed=1))


@get("/invitations/{token:str}", include_in_schema=False)
async def invitation(request: Req, token: FromPath[str]) -> Response[Any]:
    """Who invites, before one accepts."""
    face = await forms.ask(request, parties.invitation, token=token)
    return showing.show(request, "web/invitation.html", "enter.invitation", invited=face, token=token)


@post("/invitations/{token:str}", include_in_schema=False)
async def accept_invitation(request: Req, token: FromPath[str]) -> Response[Any]:
    """Joins, and works for the organisation from now on."""
    await forms.read_form(request)
    await forms.ask(request, parties.accept_invitation, token=token)
    return forms.see("/me")


@get("/first-operator/{token:str}", include_in_schema=False)
async def first_operator_form(request: Req, token: FromPath[str]) -> Response[Any]:
    """The one-time page on which a new market gets its first operator."""
    return showing.show(request, "web/first_operator.html", "enter.first_operator", token=token)


@post("/first-operator/{token:str}", include_in_schema=False)
async def first_operator(request: Req, token: FromPath[str]) -> Response[Any]:
    """Takes the market over."""
    form = await forms.read_form(request)
    try:
        signed_in = await forms.ask(
            request,
            parties.claim_first_operator,
            **forms.fields_of(form, ("sign_in_name", "name")),
            token=token,
            password=form.values.get("password", ""),
            device=device(request),
            lang=request.scope["state"]["lang"],
        )
    except Refusal as refusal:
        return showing.show(
            request,
            "web/first_operator.html",
            "enter.first_operator",
            refused=refusal,
            typed=form.values,
            token=token,
        )
    open_session(request, signed_in)
    return forms.see("/console")


ROUTES = [
    sign_in_form, sign_in, sign_out, sign_up_form, sign_up_code, sign_up, reset_form, ask_reset, new_password_form,
    reset_password, invitation, accept_invitation, first_operator_form, first_operator,
]  # fmt: skip
