"""Renders templates: one environment per language, with the words and formats of that language bound in."""

import html
import re
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache, lru_cache
from importlib import resources
from typing import Any
from urllib.parse import urlencode, urlsplit

import minijinja
import msgspec
from litestar import Request, Response
from litestar.response import Redirect

from huozhan.doors.entrance import CSRF_COOKIE, VISITOR_COOKIE, set_cookie
from huozhan.doors.hall import Hall
from huozhan.doors.pages import formats, sheets
from huozhan.doors.pages.files import asset_address, picture_address
from huozhan.doors.pages.fixed_texts import with_words
from huozhan.doors.pages.forms import safe_path, whole_number
from huozhan.doors.pages.motifs import motif_of
from huozhan.doors.pages.places import place_name
from huozhan.doors.problems import STATUS, Problem, problem_of
from huozhan.kernel.actor import Actor, ActorKind
from huozhan.kernel.crypto import new_token
from huozhan.kernel.refusals import Forbidden, Invalid, NotFound, Refusal, Sort, Unauthenticated
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.wording import LANGUAGES

THEME_COOKIE = "theme"
CART_COOKIE = "hz_cart"
CART_COUNT_MAX = 9_999
HTML = "text/html"
_CSRF_KEPT_SECONDS = 30 * 86_400
PACKED_FROM_BYTES = 2_000
CARDS_KEPT = 2_000


class Templates:
    """Every page's template, ready in each language."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        sources = {
            file.relative_to(root).as_posix(): file.read_text()
            for root in [resources.files("huozhan.doors.pages") / "templates"]
            for file in root.rglob("*.html")  # type: ignore[attr-defined]
        }
        self._environments = {lang: self._environment(lang, sources) for lang in LANGUAGES}

    def render(self, name: str, lang: str, context: Mapping[str, Any]) -> str:
        """The HTML of one page in one language."""
        return self._environments[lang].render_template(name, **context)

    def _environment(self, lang: str, sources: Mapping[str, str]) -> minijinja.Environment:
        hall = self._hall
        words, currency, timezone = hall.words, hall.terms.currency, hall.terms.timezone
        spoken = {name: with_words(source, words, lang, asset_address) for name, source in sources.items()}
        environment: minijinja.Environment = minijinja.Environment(
            templates=spoken, trim_blocks=True, lstrip_blocks=True
        )
        environment.undefined_behavior = "semi_strict"  # type: ignore[assignment]  # the engine knows it, its stubs do not

        def say(bilingual: Bilingual | None) -> str:
            return bilingual.say(lang) if bilingual else ""

        @lru_cache(CARDS_KEPT)
        def found_card(found: Any, sought: tuple[str, ...], layout: str, level: int, mine: Any) -> Any:
            # The key is all that the card shows, prices and stock as the database holds them now.
            context = {"found": found, "sought": sought, "layout": layout, "level": level, "mine": mine}
            return minijinja.safe(environment.render_template("macros/found_card.html", **context).strip())

        for name, function in {
            "t": lambda key, **facts: words.say(key, lang, **facts),
            "say": say,
            "told": lambda notice: words.say(f"notice.{notice.kind}", lang, **said(notice.facts, lang)),
            "money": lambda amount_minor: formats.money(amount_minor, currency),
            "unit_price": lambda price_e4: formats.unit_price(price_e4, currency),
            "count": lambda number: formats.count(number, lang),
            "units": lambda unit, n=2: words.say(f"unit.{unit}" if n == 1 else f"units.{unit}", lang),
            "percent": formats.percent,
            "when": lambda at: formats.when(formats.read_moment(at), hall.clock.now(), lang, timezone, words),
            "exact": lambda at: formats.exact(formats.read_moment(at), lang, timezone),
            "left": lambda until: formats.left(formats.read_moment(until), hall.clock.now(), lang, words),
            "iso": lambda at: at.isoformat() if isinstance(at, datetime) else at,
            "day": lambda on: formats.day(on, lang),
            "years": lambda since: max(hall.clock.now().year - since.year, 0),
            "hours": lambda n: formats.span(timedelta(hours=n), lang, words),
            "plain_amount": sheets.amount,
            "plain_price": sheets.unit_price,
            "kilograms": lambda weight_g: (
                f"{weight_g // 1_000}.{weight_g % 1_000:03d}".rstrip("0").rstrip(".") + " kg"
            ),
            "asset": cache(lambda name: minijinja.safe(asset_address(name))),
            "url": lambda path, **query: minijinja.safe(html.escape(address(path, **query))),
            "picture_src": lambda picture, side: minijinja.safe(picture_address(picture, side)),
            "motif": motif_of,
            "country": lambda code: (
                words.say(f"country.{code}", lang) if words.has(f"country.{code}") else code
            ),
            "place": lambda code6: place_name(code6).say(lang),
            "marked": lambda title, sought: marked(say(title), sought),
            "found_card": lambda found, sought, layout, level, mine=None: found_card(
                found, tuple(sought), layout, level, mine
            ),
        }.items():
            environment.add_global(name, function)
        environment.add_global("lang", lang)
        environment.add_global("currency", currency)
        environment.add_global("sign", formats.sign(currency))
        environment.add_global("market", {"name": say(Bilingual(zh=hall.terms.name_zh, en=hall.terms.name_en)),
                                          "is_demo": hall.terms.is_demo, "currency": currency,
                                          "mailbox": mailbox_of(hall)})  # fmt: skip
        return environment


def said(facts: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """The facts of a notice in the reader's language, where one of them is in both."""
    return {
        name: msgspec.convert(value, Bilingual).say(lang) if isinstance(value, dict) else value
        for name, value in facts.items()
    }


def mailbox_of(hall: Hall) -> str:
    """Where the mail of a demo market can be read; nothing of a real one can."""
    is_ours = hall.terms.is_demo and hall.settings.outside_url
    return f"{hall.settings.outside_url}/mail/mailbox" if is_ours else ""


def show(
    request: Request[Any, Any, Any],
    template: str,
    title: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    page: Mapping[str, Any] | None = None,
    refused: Refusal | None = None,
    typed: Mapping[str, Any] | None = None,
    **context: Any,
) -> Response[bytes]:
    """A page: `title` is the key of its title's words (or the title itself where no such key is); `page` fills its frame.

    A page for everybody names its own address as `canonical` in its frame; any other is hidden from search engines.

    After a refusal the form is shown again: `errors` says what is the matter, `wrong` says it by field, and `typed`
    keeps what was typed.
    """
    hall: Hall = request.app.state.hall
    state = request.scope["state"]
    lang, frame = state["lang"], _frame(request, title, page or {})
    _give_visitor_key(request)
    errors = errors_of(hall, refused, lang) if refused else []
    shown = request.app.state.templates.render(
        template,
        lang,
        {
            "page": frame,
            "viewer": viewer_of(state["actor"], state["cookies"].get(CART_COOKIE, ""), lang),
            "errors": errors,
            "wrong": {error["field"]: error["text"] for error in errors},
            "typed": typed or {},
            **context,
        },
    )
    status = STATUS[refused.sort] if refused else status
    body, packed = _packed(shown, request.headers.get("accept-encoding", ""))
    # Only a page that says where it is at home is everybody's, and only while it is there.
    hidden = {} if frame["canonical"] and status < 300 else {"x-robots-tag": "noindex"}
    return Response(
        body,
        media_type=HTML,
        status_code=status,
        headers={"cache-control": "no-store", **hidden, **packed, **(headers or {})},
    )


def _frame(request: Request[Any, Any, Any], title: str, page: Mapping[str, Any]) -> dict[str, Any]:
    """What a layout knows of its page."""
    hall: Hall = request.app.state.hall
    state = request.scope["state"]
    frame = {
        "title": hall.words.say(title, state["lang"]) if hall.words.has(title) else title,
        "path": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        "csrf": csrf_token(request),
        "theme": state["cookies"].get(THEME_COOKIE, ""),
        "live": bool(state["actor"].org_id),
        "section": "",
        "q": "",
        "canonical": "",
        "structured": "",
        **page,
    }
    if frame["canonical"]:
        frame["canonical"] = hall.settings.public_url + frame["canonical"]
    return frame


def _packed(shown: str, accepts: str) -> tuple[bytes, dict[str, str]]:
    """The page as it goes over the wire; the lightest compression already takes three quarters off."""
    body = shown.encode()
    if "gzip" not in accepts or len(body) < PACKED_FROM_BYTES:
        return body, {"vary": "accept-encoding"}
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush(), {"content-encoding": "gzip", "vary": "accept-encoding"}


def fragment(request: Request[Any, Any, Any], template: str, **context: Any) -> Response[str]:
    """A part of a page, for the page that fetches it."""
    lang = request.scope["state"]["lang"]
    shown = request.app.state.templates.render(
        template, lang, {"page": {"csrf": csrf_token(request)}, **context}
    )
    return Response(shown, media_type=HTML, headers={"cache-control": "no-store"})


_FIELD = re.compile(r"at `\$\.?([a-z_]*)|required field `([a-z_]+)`")


def errors_of(hall: Hall, refusal: Refusal, lang: str) -> list[dict[str, str]]:
    """A refusal as a form shows it: which field it is about, where it is about one, and what to do."""
    field, is_missing = _field_of(refusal)
    if not isinstance(refusal, Invalid):
        return [{"field": field, "text": hall.say_refusal(refusal, lang)}]
    # Its detail is for whoever writes a program.
    key = "form.needed" if is_missing else "form.not_right" if field else "form.unreadable"
    return [{"field": field, "text": hall.words.say(key, lang)}]


def _field_of(refusal: Refusal) -> tuple[str, bool]:
    """The field a refusal is about, and whether it lacks."""
    if isinstance(refusal, Invalid) and (found := _FIELD.search(str(refusal.facts.get("detail", "")))):
        return found[2] or found[1], bool(found[2])
    return str(refusal.facts.get("field", "")), False


def address(path: str, **query: Any) -> str:
    """A path with its query; what is empty is left out."""
    given = {name: value for name, value in query.items() if value not in (None, "", [], ())}
    return f"{path}?{urlencode(given, doseq=True)}" if given else path


def marked(text: str, words: Sequence[str]) -> Any:
    """A text made safe, with the words that were looked for marked in it."""
    sought = _any_of(tuple(words))
    if sought is None:
        return text
    # Every second part is a find; each is made safe by itself, so that no mark falls into an entity.
    parts = [html.escape(part) for part in sought.split(text)]
    parts[1::2] = [f"<mark>{found}</mark>" for found in parts[1::2]]
    return minijinja.safe("".join(parts))


@lru_cache(maxsize=256)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """Finds any of the words, the longest first."""
    wanted = sorted({word for word in words if word}, key=len, reverse=True)
    return re.compile(f"({'|'.join(map(re.escape, wanted))})", re.IGNORECASE) if wanted else None


def note_cart(request: Request[Any, Any, Any], lines: int) -> None:
    """Keeps how many lines the purchase list had when this browser last saw it, for the head of other pages."""
    hall: Hall = request.app.state.hall
    state = request.scope["state"]
    state["cookies"][CART_COOKIE] = str(lines)
    set_cookie(
        state, CART_COOKIE, str(lines), max_age=_CSRF_KEPT_SECONDS, secure=hall.settings.secure_cookies
    )


def viewer_of(actor: Actor, cart_lines: str, lang: str) -> dict[str, Any] | None:
    """What a page's head says about the one who looks."""
    if actor.kind is not ActorKind.person:
        return None
    return {
        "name": actor.name,
        "org_name": actor.org_name.say(lang),
        "buys": actor.may("cart.use"),
        "cannot_buy": bool(actor.org_id) and not actor.may("cart.use"),
        "keeps_addresses": actor.may("address.edit"),
        "sells": actor.may("offer.view"),
        "operates": actor.may("market.view"),
        "cart_count": whole_number(cart_lines, CART_COUNT_MAX) or 0,
    }


def csrf_token(request: Request[Any, Any, Any]) -> str:
    """The token every posting form carries; the same one stands in a cookie."""
    state = request.scope["state"]
    token: str = state["cookies"].get(CSRF_COOKIE, "")
    if not token:
        token = new_token()
        state["cookies"][CSRF_COOKIE] = token
        hall: Hall = request.app.state.hall
        set_cookie(state, CSRF_COOKIE, token, max_age=_CSRF_KEPT_SECONDS, secure=hall.settings.secure_cookies)
    return token


def _give_visitor_key(request: Request[Any, Any, Any]) -> None:
    """A browser of nobody who is signed in gets a key of its own with its first page, unless it asks not to (GPC)."""
    state = request.scope["state"]
    if (
        state["actor"].person_id
        or VISITOR_COOKIE in state["cookies"]
        or request.headers.get("sec-gpc") == "1"
    ):
        return
    hall: Hall = request.app.state.hall
    token = state["cookies"][VISITOR_COOKIE] = new_token()
    set_cookie(state, VISITOR_COOKIE, token, max_age=_CSRF_KEPT_SECONDS, secure=hall.settings.secure_cookies)


def refusal_page(
    request: Request[Any, Any, Any], refusal: Refusal, headers: Mapping[str, str]
) -> Response[Any]:
    """A refusal for a person: what is the matter and the way out. Who must sign in, or found an organisation, goes there."""
    hall: Hall = request.app.state.hall
    state = request.scope["state"]
    if (way := _first_step(request, refusal)) and request.method == "GET":
        return Redirect(way, status_code=303)
    is_unreadable = isinstance(refusal, Invalid)
    if is_unreadable and _field_of(refusal)[0] in request.path_params:
        # An address that can be nobody's is a page that is not there.
        refusal, is_unreadable = NotFound(), False
    problem = problem_of(hall, refusal, state["lang"], state["request_id"])
    if is_unreadable:
        problem = msgspec.structs.replace(problem, detail=hall.words.say("form.unreadable", state["lang"]))
    ways = [{"href": "/", "label": hall.words.say("doors.way.home", state["lang"])}]
    if refusal.sort is Sort.unauthenticated:
        ways.insert(0, {"href": "/sign-in", "label": hall.words.say("look.sign_in", state["lang"])})
    elif back := _came_from(request):
        ways.insert(0, {"href": back, "label": hall.words.say("doors.way.back", state["lang"])})
    return _error_page(request, problem, ways, headers)


def fault_page(request: Request[Any, Any, Any], problem: Problem) -> Response[Any]:
    """The apology for a fault of ours, as a page."""
    hall: Hall = request.app.state.hall
    way = {"href": "/", "label": hall.words.say("doors.way.home", request.scope["state"]["lang"])}
    return _error_page(request, problem, [way], {})


def _error_page(
    request: Request[Any, Any, Any], problem: Problem, ways: list[dict[str, str]], headers: Mapping[str, str]
) -> Response[Any]:
    return show(
        request,
        "layout/error.html",
        problem.title,
        status=problem.status,
        headers=headers,
        problem={
            "status": problem.status,
            "title": problem.title,
            "text": problem.detail,
            "code": problem.code,
            "request_id": problem.request_id,
            "ways": ways,
        },
    )


def _came_from(request: Request[Any, Any, Any]) -> str:
    """The page of this market that led here; another site, or something that is no address, is no way back."""
    try:
        referer = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return ""
    if referer.scheme not in ("http", "https") or referer.netloc != request.headers.get("host"):
        return ""
    return safe_path(referer.path + (f"?{referer.query}" if referer.query else ""), "")


def _first_step(request: Request[Any, Any, Any], refusal: Refusal) -> str:
    """Where somebody must go before this page can be theirs."""
    actor: Actor = request.scope["state"]["actor"]
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if isinstance(refusal, Unauthenticated):
        return address("/sign-in", next=here)
    if isinstance(refusal, Forbidden) and actor.kind is ActorKind.person and not actor.org_id:
        return address("/organisation/new", next=here)
    return ""
