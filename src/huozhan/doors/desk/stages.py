"""分阶段付款: the plans a shop offers, and the supplier's steps through an order in stages."""

from typing import Any

from litestar import Response, get, post

from huozhan import catalogue, ordering, staging
from huozhan.catalogue import FolderShelf
from huozhan.doors.desk.frame import Req, actor_of, show
from huozhan.doors.desk.order import address, order_page
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms, sheets
from huozhan.doors.pages.amounts import minor
from huozhan.doors.pages.forms import KEY_FIELD, Form
from huozhan.kernel.refusals import Invalid, Refusal
from huozhan.staging import TEMPLATES, Condition

_OWN = "own"


@get("/desk/stages", include_in_schema=False)
async def stages(request: Req) -> Response[Any]:
    """The plans that buyers may choose."""
    return await _page(request)


async def _page(request: Req, refused: Refusal | None = None, form: Form | None = None) -> Response[Any]:
    offered = {plan.plan_code: plan for plan in (await forms.ask(request, staging.my_stage_plans)).plans}
    own = [code for code in offered if code not in TEMPLATES]
    rows = [
        {"code": code, "gate": gate, "is_own": False, "plan": offered.get(code)}
        for code, gate in TEMPLATES.items()
    ] + [{"code": code, "gate": offered[code].gate, "is_own": True, "plan": offered[code]} for code in own]
    for row in rows:
        plan = offered.get(str(row["code"]))
        row["from"] = sheets.amount(plan.from_minor) if plan and plan.from_minor else ""
    return await show(
        request, "stages", "desk.stages", "shop", refused=refused, typed=form.values if form else {}, rows=rows,
        conditions=list(Condition),
    )  # fmt: skip


@post("/desk/stages", include_in_schema=False)
async def edit_stages(request: Req) -> Response[Any]:
    """Sets them, whole."""
    form = await forms.read_form(request)
    try:
        await forms.ask(request, staging.edit_stage_plans, key=form.get(KEY_FIELD), plans=_plans(form))
    except Refusal as refusal:
        return await _page(request, refusal, form)
    return forms.see("/desk/stages")


def _plans(form: Form) -> list[dict[str, Any]]:
    """The plans that are ticked, and the one that is typed."""
    codes = {code: code for code in form.lists.get("offered", [])}
    if typed := form.get("own_code").replace("/", "-"):
        codes[_OWN] = typed
    plans = []
    for row, code in codes.items():
        gate = form.get(f"gate[{row}]")
        if not gate.isdecimal():
            raise Invalid(field=f"gate[{row}]", detail=gate[:40])
        plans.append(
            {
                "plan_code": code,
                "gate": int(gate),
                "condition": form.get(f"condition[{row}]"),
                "from_minor": minor(form.get(f"from[{row}]"), f"from[{row}]") or 0,
                "is_earnest": form.get(f"earnest[{row}]") == "1",
            }
        )
    return plans


@post("/desk/orders/{order_id:str}/stages/declare", include_in_schema=False)
async def declare_stage(request: Req, order_id: str) -> Response[Any]:
    """Says that the first stage's condition is met, with a picture."""
    form = await forms.read_form(request)
    try:
        picture = await _picture(request, form)
        await forms.ask(
            request, ordering.declare_stage, key=form.get(KEY_FIELD), order_id=order_id,
            stage_no=form.get("stage_no"), note=form.get("note"), picture=picture,
        )  # fmt: skip
    except Refusal as refusal:
        return await order_page(request, order_id, refused=refusal, form=form, where="stages")
    return forms.see(f"{address(order_id)}#stages")


async def _picture(request: Req, form: Form) -> str:
    hall: Hall = request.app.state.hall
    for file in form.files.get("files", []):
        if content := await file.read():
            shelf = FolderShelf(hall.settings.pictures)
            return (await catalogue.add_picture(shelf, actor_of(request), content)).picture_id
    return ""


@post("/desk/orders/{order_id:str}/stages/push", include_in_schema=False)
async def push_stage(request: Req, order_id: str) -> Response[Any]:
    """Asks the buyer for the next stage."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request,
            ordering.push_stage,
            key=form.get(KEY_FIELD),
            order_id=order_id,
            stage_no=form.get("stage_no"),
        )
    except Refusal as refusal:
        return await order_page(request, order_id, refused=refusal, form=form, where="stages")
    return forms.see(f"{address(order_id)}#stages")


@post("/desk/orders/{order_id:str}/stages/give-up", include_in_schema=False)
async def give_up(request: Req, order_id: str) -> Response[Any]:
    """Ends an order that cannot be fulfilled; the money goes back."""
    form = await forms.read_form(request)
    try:
        await forms.ask(
            request,
            ordering.give_up_order,
            key=form.get(KEY_FIELD),
            order_id=order_id,
            reason=form.get("reason"),
        )
    except Refusal as refusal:
        return await order_page(request, order_id, refused=refusal, form=form, where="stages")
    return forms.see(address(order_id))


ROUTES = [stages, edit_stages, declare_stage, push_stage, give_up]
