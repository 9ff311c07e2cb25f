"""Conversations as both of their sides meet them: the list, the thread, what it is about, and the words that are sent."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

import msgspec
from litestar import Request, Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from huozhan import aftersales, catalogue, messaging, ordering
from huozhan.doors.hall import Hall
from huozhan.doors.pages import evidence, forms, showing
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.actor import Actor
from huozhan.kernel.crypto import new_token
from huozhan.kernel.refusals import Forbidden, NotFound, Refusal, Unauthenticated
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import UseCase

Req = Request[Any, Any, Any]
LISTED = 30
BEGUN_MAX = 300
_NO_FORM = (NotFound, Forbidden, Unauthenticated)
"""Refusals about who looks, or at what: pages of their own."""


class About(NamedTuple):
    """What a conversation is opened at: an offer, an order, a case, or the shop itself."""

    kind: str
    subject_id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.subject_id}"


class Desk(NamedTuple):
    """Whose pages these are: where they are, which side looks, what it needs to write, and the frame around them."""

    base: str
    selling: bool
    permission: str
    show: Callable[..., Awaitable[Response[Any]]]

    @property
    def side(self) -> str:
        """The side that looks."""
        return "seller" if self.selling else "buyer"

    def address(self, conversation_id: str, about: str = "", text: str = "") -> str:
        """The page of one conversation, with what is written there already but not sent."""
        return showing.address(f"{self.base}/{conversation_id}", about=about, text=text)


class Bar(msgspec.Struct, frozen=True):
    """What the conversation is about, as it stands now; `state` is a key of the words."""

    kind: str
    href: str
    title: Bilingual
    picture: str | None
    category_id: str
    number: str = ""
    amount_minor: int | None = None
    state: str = ""
    low_e4: int = 0
    high_e4: int = 0


WRITES: Mapping[str, tuple[UseCase[Any, Any], str]] = {
    "offer": (ordering.write_about_offer, "offer_id"),
    "order": (ordering.write_about_order, "order_id"),
    "case": (aftersales.write_about_case, "case_id"),
    "shop": (messaging.write_to_shop, "seller_id"),
}
"""By which use case words about something are sent, and how it names the thing."""


def read_about(text: str) -> About | None:
    """What `order:123` in an address names; None for anything else."""
    kind, _, subject_id = text.partition(":")
    return (
        About(kind, subject_id) if kind in WRITES and subject_id.isascii() and subject_id.isdigit() else None
    )


async def other_side(request: Req, desk: Desk, about: About) -> tuple[str, Bilingual]:
    """Whom the one who looks would talk to about this; its owner says whether they may see it."""
    if about.kind == "offer":
        offer = await forms.ask(request, catalogue.offer_page, offer_id=about.subject_id)
        return offer.seller_id, offer.seller.name if offer.seller else Bilingual()
    if about.kind == "shop":
        shop = await forms.ask(request, catalogue.shop_page, seller_id=about.subject_id, size=1)
        return about.subject_id, shop.seller.name
    owner: Any = await _owned(request, about)
    if owner.side != desk.side:
        raise NotFound
    return (owner.buyer_id, owner.buyer) if desk.selling else (owner.seller_id, owner.seller)


async def _owned(request: Req, about: About) -> Any:
    if about.kind == "order":
        return await forms.ask(request, ordering.order_page, order_id=about.subject_id)
    return await forms.ask(request, aftersales.case_page, case_id=about.subject_id)


async def bar_of(request: Req, desk: Desk, about: About | None) -> Bar | None:
    """What stands above a thread: the thing it is about, where the one who looks may see it."""
    if about is None or about.kind == "shop":
        return None
    start = "/desk" if desk.selling else ""
    try:
        if about.kind == "offer":
            offer = await forms.ask(request, catalogue.offer_page, offer_id=about.subject_id)
            picture = offer.pictures[0] if offer.pictures else None
            return Bar(
                "offer", f"/offers/{about.subject_id}", offer.title, picture, offer.category_id,
                low_e4=offer.price_low_e4, high_e4=offer.price_high_e4,
            )  # fmt: skip
        owned = await _owned(request, about)
    except Refusal:
        return None
    if about.kind == "order":
        goods = owned.lines[0].goods
        return Bar(
            "order", f"{start}/orders/{about.subject_id}", goods.title, goods.picture, goods.category_id,
            owned.number, owned.amount_minor, f"look.state.{owned.state}",
        )  # fmt: skip
    line = owned.lines[0]
    return Bar(
        "case", f"{start}/cases/{about.subject_id}", line.title, line.picture, line.category_id,
        owned.number, owned.asked_minor, f"case.state.{owned.state}",
    )  # fmt: skip


async def listed(request: Req, desk: Desk, *, size: int = LISTED) -> dict[str, Any]:
    """The list of conversations, as the pages show it beside a thread."""
    params = request.query_params
    waiting = desk.selling and params.get("tab") == "waiting"
    cursor = params.get("cursor") or None
    found = await forms.ask(
        request, messaging.conversations, selling=desk.selling, waiting=waiting, cursor=cursor, size=size
    )
    more = {"tab": "waiting"} if waiting else {}
    actor: Actor = request.scope["state"]["actor"]
    return {
        "base": desk.base,
        "selling": desk.selling,
        "tab": "waiting" if waiting else "",
        "listed": found,
        "org_id": actor.org_id,
        "open_id": params.get("open", ""),
        "next": showing.address(desk.base, **more, cursor=found.next_cursor) if found.next_cursor else "",
        "first": showing.address(desk.base, **more) if cursor else "",
    }


async def list_page(request: Req, desk: Desk) -> Response[Any]:
    """All conversations of one side."""
    return await desk.show(request, "messages", "talk.title", **await listed(request, desk))


async def list_part(request: Req, desk: Desk) -> Response[Any]:
    """The list, for the page that is open while something happens."""
    return showing.fragment(request, "talk/list.html", **await listed(request, desk))


async def entrance(
    request: Req, desk: Desk, asked: str, refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    """To the conversation about something; before the first word was said, an empty one."""
    about = read_about(asked)
    if about is None:
        raise NotFound
    org_id, name = await other_side(request, desk, about)
    found = await forms.ask(request, messaging.find_conversation, org_id=org_id, selling=desk.selling)
    if found.conversation_id and refused is None:
        return forms.see(desk.address(found.conversation_id, str(about), _begun(request)["text"]))
    return await desk.show(
        request,
        "talk_new",
        "talk.title",
        refused=refused,
        typed=form.values if form else _begun(request),
        base=desk.base,
        selling=desk.selling,
        about=str(about),
        bar=await bar_of(request, desk, about),
        other=name,
    )


async def begin(request: Req, desk: Desk) -> Response[Any]:
    """The first words about something."""
    form = await forms.read_form(request)
    if read_about(form.get("about")) is None:
        raise NotFound
    try:
        written = await _send(request, desk, form)
    except _NO_FORM:
        raise
    except Refusal as refusal:
        return await entrance(request, desk, form.get("about"), refusal, form)
    return forms.see(desk.address(written.conversation_id, form.get("about")))


def _begun(request: Req) -> dict[str, str]:
    """What the address proposes to write; nothing is sent before somebody does so."""
    return {"text": request.query_params.get("text", "")[:BEGUN_MAX]}


async def talk_page(
    request: Req, desk: Desk, conversation_id: str, refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    """One conversation, opened at what it is about."""
    asked = form.get("about") if form else request.query_params.get("about", "")
    shown = await _thread(request, desk, conversation_id)
    about = _about(shown["talk"], asked)
    return await desk.show(
        request,
        "talk",
        "talk.title",
        refused=refused,
        typed=form.values if form else _begun(request),
        **{**await listed(request, desk), **shown, "open_id": conversation_id},
        about=str(about) if about and asked else "",
        bar=await bar_of(request, desk, about),
        replies=(await forms.ask(request, messaging.answering)).replies if _answers(request, desk) else [],
    )


def _answers(request: Req, desk: Desk) -> bool:
    """Tells whether who looks may answer for a shop, and so needs its quick replies."""
    actor: Actor = request.scope["state"]["actor"]
    return desk.selling and actor.may(desk.permission)


async def thread_part(request: Req, desk: Desk, conversation_id: str) -> Response[Any]:
    """The messages, for the page that is open while something happens."""
    return showing.fragment(request, "talk/thread.html", **await _thread(request, desk, conversation_id))


async def _thread(request: Req, desk: Desk, conversation_id: str) -> dict[str, Any]:
    before = forms.whole_number(request.query_params.get("before", ""), messaging.asks.MESSAGES_MAX)
    talk = await forms.ask(
        request, messaging.conversation, conversation_id=conversation_id, before_no=before or None
    )
    if talk.side != desk.side:
        raise NotFound(conversation_id=conversation_id)
    return {"base": desk.base, "selling": desk.selling, "talk": talk, "is_past": bool(before)}


def _about(talk: messaging.views.ConversationPage, asked: str) -> About | None:
    """What the thread is about: what it was opened at, or else what was talked of last."""
    if found := read_about(asked):
        return found
    subjects = [one.subject for one in talk.items if one.subject]
    return About(subjects[-1].kind, subjects[-1].subject_id) if subjects else None


async def write(request: Req, desk: Desk, conversation_id: str) -> Response[Any]:
    """Says something; a script of ours gets the thread with it, a browser the page."""
    form = await forms.read_form(request)
    is_part = request.headers.get("hx-request") == "true"
    try:
        written = await _send(request, desk, form, conversation_id)
    except _NO_FORM:
        raise
    except Refusal as refusal:
        if is_part:
            return _refused_part(request, refusal)
        return await talk_page(request, desk, conversation_id, refusal, form)
    if is_part:
        return await _sent_part(request, desk, written.conversation_id)
    return forms.see(f"{desk.address(written.conversation_id, form.get('about'))}#m{written.message_no}")


async def _send(
    request: Req, desk: Desk, form: Form, conversation_id: str = ""
) -> messaging.views.WrittenView:
    """Sends what was typed: hung on what the page is about, or into the conversation itself."""
    about = read_about(form.get("about"))
    words = {"text": form.get("text"), "pictures": await evidence.hang(request, form, desk.permission)}
    use_case, field, named = messaging.write_message, "conversation_id", conversation_id
    if about is not None:
        (use_case, field), named = WRITES[about.kind], about.subject_id
    return await forms.ask(request, use_case, key=form.get(KEY_FIELD), **{field: named}, **words)


async def _sent_part(request: Req, desk: Desk, conversation_id: str) -> Response[str]:
    """The thread after something was sent, with a fresh key for the next message."""
    shown = showing.fragment(
        request, "talk/sent.html", **await _thread(request, desk, conversation_id), form_key=new_token()
    )
    shown.headers["hx-trigger"] = "talk-sent"
    return shown


def _refused_part(request: Req, refusal: Refusal) -> Response[str]:
    """Why something was not sent, for the place above the field; what was typed stays."""
    hall: Hall = request.app.state.hall
    errors = showing.errors_of(hall, refusal, request.scope["state"]["lang"])
    shown = showing.fragment(request, "talk/refused.html", errors=errors)
    shown.headers["hx-retarget"] = "#talk-error"
    shown.headers["hx-reswap"] = "innerHTML"
    return shown


async def do(
    request: Req, desk: Desk, conversation_id: str, use_case: UseCase[Any, Any], *names: str
) -> Response[Any]:
    """Does one thing to a conversation with these fields of the form, and shows it again."""
    form = await forms.read_form(request)
    try:
        await forms.ask(request, use_case, conversation_id=conversation_id, **forms.fields_of(form, names))
    except _NO_FORM:
        raise
    except Refusal as refusal:
        return await talk_page(request, desk, conversation_id, refusal, form)
    return forms.see(desk.address(conversation_id, form.get("about")))


async def picture(request: Req, conversation_id: str) -> Response[bytes]:
    """One picture of a conversation, for its two sides."""
    params = request.query_params
    picture_id, size = params.get("picture", ""), evidence.SIZES.get(params.get("size", "160"), 160)
    await forms.ask(
        request, messaging.message_picture, conversation_id=conversation_id, picture_id=picture_id
    )
    hall: Hall = request.app.state.hall
    file = hall.settings.evidence / catalogue.picture_name(picture_id, size)
    if not file.is_file():
        raise NotFound
    headers = {"cache-control": evidence.FOR_AN_HOUR}
    return Response(file.read_bytes(), media_type="image/webp", headers=headers)


_DEEDS: tuple[tuple[str, UseCase[Any, Any], tuple[str, ...]], ...] = (
    ("read", messaging.read_messages, ("up_to",)),
    ("recall", messaging.recall_message, ("message_no",)),
    ("block", messaging.block_conversation, ()),
    ("unblock", messaging.unblock_conversation, ()),
    ("report", messaging.report_conversation, ("cause", "note")),
)
"""What a side does to a conversation, and the fields of the form that say how."""


def _deed(desk: Desk, name: str, use_case: UseCase[Any, Any], *fields: str) -> BaseRouteHandler:
    @post(f"{desk.base}/{{conversation_id:str}}/{name}", include_in_schema=False)
    async def act(request: Req, conversation_id: FromPath[str]) -> Response[Any]:
        return await do(request, desk, conversation_id, use_case, *fields)

    return act


def routes(desk: Desk) -> list[BaseRouteHandler]:
    """The pages and deeds of one side, under its own address."""

    @get(desk.base, include_in_schema=False)
    async def messages(request: Req) -> Response[Any]:
        """All conversations of this side."""
        return await list_page(request, desk)

    @get(f"{desk.base}/list", include_in_schema=False)
    async def list_again(request: Req) -> Response[Any]:
        """The list, for the page that is open while something happens."""
        return await list_part(request, desk)

    @get(f"{desk.base}/new", include_in_schema=False)
    async def enter(request: Req) -> Response[Any]:
        """To the conversation about something."""
        return await entrance(request, desk, request.query_params.get("about", ""))

    @post(f"{desk.base}/new", include_in_schema=False, request_max_body_size=evidence.UPLOAD_BYTES_MAX)
    async def first_words(request: Req) -> Response[Any]:
        """The first words about something."""
        return await begin(request, desk)

    @get(f"{desk.base}/{{conversation_id:str}}", include_in_schema=False)
    async def talk(request: Req, conversation_id: FromPath[str]) -> Response[Any]:
        """One of them."""
        return await talk_page(request, desk, conversation_id)

    @get(f"{desk.base}/{{conversation_id:str}}/thread", include_in_schema=False)
    async def thread_again(request: Req, conversation_id: FromPath[str]) -> Response[Any]:
        """The messages, for the page that is open while something happens."""
        return await thread_part(request, desk, conversation_id)

    @post(
        f"{desk.base}/{{conversation_id:str}}",
        include_in_schema=False,
        request_max_body_size=evidence.UPLOAD_BYTES_MAX,
    )
    async def say(request: Req, conversation_id: FromPath[str]) -> Response[Any]:
        """Says something."""
        return await write(request, desk, conversation_id)

    @get(f"{desk.base}/{{conversation_id:str}}/picture", include_in_schema=False)
    async def show_picture(request: Req, conversation_id: FromPath[str]) -> Response[bytes]:
        """One picture of a conversation."""
        return await picture(request, conversation_id)

    return [
        messages, list_again, enter, first_words, talk, thread_again, say, show_picture,
        *(_deed(desk, name, use_case, *fields) for name, use_case, fields in _DEEDS),
    ]  # fmt: skip
