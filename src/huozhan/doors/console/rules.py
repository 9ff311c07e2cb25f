"""规则与费率: what holds now, what will hold, what held; and publishing with notice."""

from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response, get, post

from huozhan import operations
from huozhan.doors.console.frame import Req, show
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.doors.pages.moments import read_moment
from huozhan.kernel.refusals import NotFound, Refusal

THEMES = {
    "fees": (
        "fees.",
        "settle_hold",
        "bank.",
        "withdraw.",
        "deposit.",
        "channel.",
        "reconcile.",
        "clearing.",
        "foreign.",
    ),
    "trade": (
        "disruption.",
        "promise.",
        "pay_close.",
        "pay_late.",
        "amend.",
        "promotion.",
        "contract.",
        "pricebook.",
        "stage.",
        "pickup.",
        "no_track.",
        "waybill.",
        "carriage.",
        "catalogue.",
        "interest.",
        "search.",
        "insight.",
    ),
    "refund": (
        "refund_answer.",
        "refund_modify.",
        "auto_refund.",
        "return_",
        "replacement_",
        "exchange_",
        "aftersale_window.",
        "dispute_",
        "compensation.",
        "goodwill.",
    ),
    "credit": ("credit.",),
    "pay_later": ("pay_later.",),
    "fast_arrival": ("fast_arrival.",),
    "insurance": ("insurance.",),
    "invoices": ("invoicing.",),
    "receipt": ("auto_confirm.", "extend."),
    "people": ("parties.", "tries."),
    "talk": ("talk.",),
    "search": ("search.",),
    "service": ("service.", "review."),
    "engine": ("ledger.", "payments.", "rules."),
}
"""How the page groups rules: by how their codes begin."""
_INPUT = "%Y-%m-%dT%H:%M"


@get("/console/rules", include_in_schema=False)
async def rules(request: Req) -> Response[Any]:
    """Every rule as it holds now, with the version that follows."""
    found = (await forms.ask(request, operations.rules)).rules
    return await show(
        request,
        "rules",
        "look.console.rules",
        "rules",
        themes=_by_theme(
            [_summary(request, list(versions)) for _, versions in groupby(found, key=lambda rule: rule.code)]
        ),
    )


def _by_theme(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rules under their themes; a rule of none of them stands last."""
    themed = {
        theme: [rule for rule in rules if rule["code"].startswith(begins)] for theme, begins in THEMES.items()
    }
    placed = {rule["code"] for theme in themed.values() for rule in theme}
    themed["engine"] += [rule for rule in rules if rule["code"] not in placed]
    return [{"theme": theme, "rules": own} for theme, own in themed.items() if own]


def _summary(request: Req, versions: list[Any]) -> dict[str, Any]:
    """One rule: the version in force, those announced, how many there were."""
    hall: Hall = request.app.state.hall
    holds = next((version for version in versions if version.holds), versions[-1])
    code = holds.code
    return {
        "code": code,
        "named": f"rule.{code}" if hall.words.has(f"rule.{code}") else "",
        "holds": holds,
        "ahead": [version for version in versions if version.version > holds.version],
        "versions": versions,
    }


@get("/console/rules/{code:str}", include_in_schema=False)
async def rule(request: Req, code: str) -> Response[Any]:
    """One rule with its history, and the form that publishes the next version."""
    return await _page(request, code)


async def _page(
    request: Req, code: str, refused: Refusal | None = None, form: Form | None = None
) -> Response[Any]:
    found = [one for one in (await forms.ask(request, operations.rules)).rules if one.code == code]
    if not found:
        raise NotFound(code=code)
    hall: Hall = request.app.state.hall
    earliest = hall.clock.now() + hall.rules.at("rules.notice", hall.clock.now()).span
    summary = _summary(request, found)
    return await show(
        request,
        "rule",
        summary["named"] or code,
        "rules",
        refused=refused,
        typed=form.values if form else {"effective_from": _local(request, earliest).strftime(_INPUT)},
        rule=summary,
        earliest=earliest,
        earliest_input=_local(request, earliest).strftime(_INPUT),
    )


def _local(request: Req, at: datetime) -> datetime:
    """The moment in the market's time, up to the next whole hour."""
    hall: Hall = request.app.state.hall
    local = at.astimezone(ZoneInfo(hall.terms.timezone))
    return (
        local.replace(minute=0, second=0, microsecond=0, hour=local.hour)
        if not local.minute
        else _next_hour(local)
    )


def _next_hour(local: datetime) -> datetime:
    return datetime.fromtimestamp((int(local.timestamp()) // 3_600 + 1) * 3_600, tz=local.tzinfo)


@post("/console/rules/{code:str}", include_in_schema=False)
async def publish(request: Req, code: str) -> Response[Any]:
    """Publishes the next version."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, operations.publish_rule, key=form.get(KEY_FIELD), code=code, value=form.get("value"),
            effective_from=read_moment(request, form.get("effective_from"), "effective_from"), reason=form.get("reason"),
        )  # fmt: skip
    except Refusal as refusal:
        return await _page(request, code, refusal, form)
    return forms.see(f"/console/rules/{code}")


ROUTES = [rules, rule, publish]
