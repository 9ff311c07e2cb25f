"""旺旺 at the desk: who waits for an answer, one conversation, and the entrance from an order or a case."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from huozhan import messaging
from huozhan.doors.desk.frame import Req, show
from huozhan.doors.pages import evidence, talks


async def _show(request: Req, template: str, title: str, **context: Any) -> Response[Any]:
    return await show(request, template, title, "messages", **context)


SIDE = talks.Desk("/desk/messages", selling=True, permission="sale.amend", show=_show)


@get("/desk/messages", include_in_schema=False)
async def messages(request: Req) -> Response[Any]:
    """All conversations of the shop."""
    return await talks.list_page(request, SIDE)


@get("/desk/messages/list", include_in_schema=False)
async def list_part(request: Req) -> Response[Any]:
    """The list, for the page that is open while something happens."""
    return await talks.list_part(request, SIDE)


@get("/desk/messages/new", include_in_schema=False)
async def entrance(request: Req) -> Response[Any]:
    """To the conversation about something."""
    return await talks.entrance(request, SIDE, request.query_params.get("about", ""))


@post("/desk/messages/new", include_in_schema=False, request_max_body_size=evidence.UPLOAD_BYTES_MAX)
async def begin(request: Req) -> Response[Any]:
    """The first words about something."""
    return await talks.begin(request, SIDE)


@get("/desk/messages/{conversation_id:str}", include_in_schema=False)
async def talk(request: Req, conversation_id: FromPath[str]) -> Response[Any]:
    """One of conversations of the shop."""
    return await talks.talk_page(request, SIDE, conversation_id)


@get("/desk/messages/{conversation_id:str}/thread", include_in_schema=False)
async def thread_part(request: Req, conversation_id: FromPath[str]) -> Response[Any]:
    """The messages, for the page that is open while something happens."""
    return await talks.thread_part(request, SIDE, conversation_id)


@post(
    "/desk/messages/{conversation_id:str}",
    include_in_schema=False,
    request_max_body_size=evidence.UPLOAD_BYTES_MAX,
)
async def write(request: Req, conversation_id: FromPath[str]) -> Response[Any]:
    """Says something."""
    return await talks.write(request, SIDE, conversation_id)


@post("/desk/messages/{conversation_id:str}/read", include_in_schema=False)
async def read(request: Req, conversation_id: FromPath[str]) -> Response[Any]:
    """Notes how far the shop has read."""
    return await talks.do(request, SIDE, conversation_id, messaging.read_messages, "up_to")


@post("/desk/messages/{conversation_id:str}/recall", include_in_schema=False)
async def recall(request: Req, conversation_id: FromPath[str]) -> Response[Any]:
    """Takes a message back."""
    return await talks.do(request, SIDE, conversation_id, messaging.recall_message, "message_no")


@post("/desk/messages/{conversation_id:str}/block", include_in_schema=False)
async def block(request: Req, conversation_id: FromPath[str]) -> Response[Any]:
    """Hears no more from the other side."""
    return await talks.do(request, SIDE, conversation_id, messaging.block_conversation)


@post("/desk/messages/{conversation_id:str}/report", include_in_schema=False)
async def report(request: Req, conversation_id: FromPath[str]) -> Response[Any]:
    """Tells the market of the other side."""
    return await talks.do(request, SIDE, conversation_id, messaging.report_conversation, "cause", "note")


@post("/desk/messages/{conversation_id:str}/unblock", include_in_schema=False)
async def unblock(request: Req, conversation_id: FromPath[str]) -> Response[Any]:
    """Hears from the other side again."""
    return await talks.do(request, SIDE, conversation_id, messaging.unblock_conversation)


@get("/desk/messages/{conversation_id:str}/picture", include_in_schema=False)
async def picture(request: Req, conversation_id: FromPath[str]) -> Response[bytes]:
    """One picture of a conversation."""
    return await talks.picture(request, conversation_id)


ROUTES = [
    messages,
    list_part,
    entrance,
    begin,
    talk,
    thread_part,
    write,
    read,
    recall,
    block,
    report,
    unblock,
    picture,
]
