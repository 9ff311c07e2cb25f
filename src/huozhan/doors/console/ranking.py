"""排序试验: two rankings beside each other for one query, and in turns to all visitors."""

from typing import Any

from litestar import Response, get, post

from huozhan import operations, search
from huozhan.doors.console.frame import Req, show
from huozhan.doors.pages import forms
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Refusal

PARTS = ("conversion", "service", "repurchase", "freshness")
_WEIGHT_MAX = 10_000


@get("/console/ranking", include_in_schema=False)
async def ranking(request: Req) -> Response[Any]:
    """The trial that runs, past ones, and a query under two rankings."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    found = await forms.ask(request, search.ranking_trials)
    params = request.query_params
    words = params.get("q", "").strip()[:100]
    weights = {
        name: forms.whole_number(params.get(name, ""), _WEIGHT_MAX)
        if name in params
        else getattr(found.in_force, name)
        for name in PARTS
    }
    chosen = {name: value or 0 for name, value in weights.items()}
    compared = None
    if words and any(chosen.values()):
        asked = search.CompareRankings(q=words, **chosen)
        compared = await forms.call(request, search.compare_rankings, asked)
    return await show(
        request,
        "ranking",
        "ranking.console",
        "ranking",
        refused=refused,
        typed=form.values if form else {},
        words=words,
        weights=chosen,
        parts=PARTS,
        compared=compared,
        running=next((one for one in found.trials if one.ended_at is None), None),
        trials=found.trials,
        in_force=found.in_force,
    )


@post("/console/ranking", include_in_schema=False)
async def start(request: Req) -> Response[Any]:
    """Starts a trial."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, operations.start_ranking_trial, key=form.get(KEY_FIELD),
            **forms.fields_of(form, (*PARTS, "name", "people", "reason")),
        )  # fmt: skip
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see("/console/ranking")


@post("/console/ranking/{trial_id:str}/end", include_in_schema=False)
async def end(request: Req, trial_id: str) -> Response[Any]:
    """Ends a trial, and adopts its weights where that was chosen."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request, operations.end_ranking_trial, key=form.get(KEY_FIELD), trial_id=trial_id,
            adopt=form.get("do") == "adopt", reason=form.get("reason"),
        )  # fmt: skip
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see("/console/ranking")


ROUTES = [ranking, start, end]
