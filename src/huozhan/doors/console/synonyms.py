"""同义词: words that find one another, changed with a reason and tried before they are."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from huozhan import operations, search
from huozhan.doors.console.frame import Req, actor_of, show
from huozhan.doors.pages import forms, showing
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal

_HOME = "/console/synonyms"
_SECTION = "synonyms"


@get(_HOME, include_in_schema=False)
async def synonyms(request: Req) -> Response[Any]:
    """Groups in use, the newest first, or those with a word."""
    return await _list(request)


async def _list(request: Req, refused: Refusal | None = None) -> Response[Any]:
    word, cursor = request.query_params.get("word", ""), request.query_params.get("cursor", "")
    found = await forms.ask(request, search.synonym_groups, word=word, cursor=cursor)
    return await show(
        request,
        "synonyms",
        "look.console.synonyms",
        _SECTION,
        refused=refused,
        groups=found.items,
        word=word,
        next_href=showing.address(_HOME, word=word, cursor=found.next_cursor) if found.next_cursor else "",
        first_href=showing.address(_HOME, word=word) if cursor else "",
    )


@get(f"{_HOME}/new", include_in_schema=False)
async def new_group(request: Req) -> Response[Any]:
    """The form of a new group."""
    actor_of(request).must("market.rules")
    return await _form(request, "", {})


@get(f"{_HOME}/{{group_id:str}}", include_in_schema=False)
async def group(request: Req, group_id: FromPath[str]) -> Response[Any]:
    """A group, to be changed or tried."""
    found = await forms.ask(request, search.synonym_group, group_id=group_id)
    return await _form(request, group_id, {"words": "\n".join(found.words)})


async def _form(
    request: Req,
    group_id: str,
    typed: dict[str, Any],
    refused: Refusal | None = None,
    tried: search.SynonymsTried | None = None,
) -> Response[Any]:
    return await show(
        request,
        "synonym_group",
        "console.synonyms.change" if group_id else "console.synonyms.new",
        _SECTION,
        refused=refused,
        typed=typed,
        group_id=group_id,
        tried=tried,
    )


@post(f"{_HOME}/new", include_in_schema=False)
async def add_group(request: Req) -> Response[Any]:
    """Adds a group, or shows what it would find."""
    return await _put(request, "")


@post(f"{_HOME}/{{group_id:str}}", include_in_schema=False)
async def change_group(request: Req, group_id: FromPath[str]) -> Response[Any]:
    """Changes a group, or shows what it would find."""
    return await _put(request, group_id)


async def _put(request: Req, group_id: str) -> Response[Any]:
    form = await forms.read_form(request)
    typed = dict(form.values)
    try:
        if form.get("act") == "try":
            tried = await forms.ask(
                request, search.try_synonyms, q=form.get("q"), words=_words(form), group_id=group_id
            )
            return await _form(request, group_id, typed, tried=tried)
        await forms.ask(
            request, operations.put_synonyms, key=form.get(KEY_FIELD), group_id=group_id, words=_words(form),
            reason=form.get("reason"),
        )  # fmt: skip
    except Refusal as refusal:
        return await _form(request, group_id, typed, refusal)
    return forms.see(_HOME)


def _words(form: Form) -> Sequence[str]:
    """One entry a line; commas part them as well."""
    lines = form.get("words").replace("，", "\n").replace(",", "\n").replace("、", "\n").splitlines()
    return [line.strip() for line in lines if line.strip()]


@post(f"{_HOME}/{{group_id:str}}/remove", include_in_schema=False)
async def remove_group(request: Req, group_id: FromPath[str]) -> Response[Any]:
    """Takes a group out of use."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, operations.remove_synonyms, key=form.get(KEY_FIELD), group_id=group_id,
            reason=form.get("reason"),
        )  # fmt: skip
    except Refusal as refusal:
        return await _list(request, refusal)
    return forms.see(_HOME)


ROUTES = [synonyms, new_group, group, add_group, change_group, remove_group]
