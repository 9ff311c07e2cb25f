"""How the shop answers: by itself outside its hours, in a few words, and how quickly, down to every enquiry."""

from typing import Any

from litestar import Response, get, post

from huozhan import messaging
from huozhan.doors.desk.frame import Req, show
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.forms import Form
from huozhan.kernel.refusals import Refusal

MINUTES_OF_AN_HOUR = 60


@get("/desk/messages/response", include_in_schema=False)
async def response(request: Req) -> Response[Any]:
    """How quickly we answer."""
    params = request.query_params
    missed, cursor = params.get("missed") == "1", params.get("cursor") or None
    found = await forms.ask(request, messaging.my_response, missed=missed, cursor=cursor)
    more = {"missed": "1"} if missed else {}
    here = "/desk/messages/response"
    return await show(
        request,
        "response",
        "talk.rate.title",
        "messages",
        found=found,
        missed=missed,
        next_href=showing.address(here, **more, cursor=found.next_cursor) if found.next_cursor else "",
        first_href=showing.address(here, **more) if cursor else "",
    )


@get("/desk/messages/settings", include_in_schema=False)
async def settings(request: Req) -> Response[Any]:
    """How we answer by ourselves."""
    return await _settings(request)


async def _settings(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    return await show(
        request,
        "answering",
        "talk.settings",
        "messages",
        refused=refused,
        typed=form.values if form else None,
        days_typed=form.lists.get("days", []) if form else None,
        kept=await forms.ask(request, messaging.answering),
    )


@post("/desk/messages/settings", include_in_schema=False)
async def edit(request: Req) -> Response[Any]:
    """Changes how we answer by ourselves."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, messaging.edit_answering, greeting=form.get("greeting"), is_on=form.get("is_on") == "1",
            from_minute=_minute(form.get("from")), until_minute=_minute(form.get("until")),
            days=form.lists.get("days") or [], replies=_replies(form.get("replies")),
        )  # fmt: skip
    except Refusal as refusal:
        return await _settings(request, refused=refusal, form=form)
    return forms.see("/desk/messages/settings")


def _minute(text: str) -> int | str:
    """A time of the day as minutes; what is none is left for the ask to refuse."""
    hour, _, minute = text.partition(":")
    if not (hour.isascii() and hour.isdigit() and minute.isascii() and minute.isdigit()):
        return text
    return int(hour) * MINUTES_OF_AN_HOUR + int(minute) if len(text) <= len("00:00") else text


def _replies(text: str) -> list[dict[str, str]]:
    """A reply for each line: its name, a bar, its words; without a bar the words are the name too."""
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        title, bar, words = line.partition("|")
        found.append({"title": title.strip() if bar else line[:10], "text": words.strip() if bar else line})
    return found


ROUTES = [response, settings, edit]
