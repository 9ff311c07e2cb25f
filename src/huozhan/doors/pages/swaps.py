"""Choosing another SKU in an exchange: what the fields of a form offer, and what was chosen in them."""

from collections.abc import Sequence
from typing import Any

from huozhan import aftersales
from huozhan.doors.hall import Hall
from huozhan.doors.pages.formats import money
from huozhan.doors.pages.forms import Form
from huozhan.kernel.refusals import Refusal

DIFFERENCES = {"aftersales.difference_back", "aftersales.difference_due"}
SAME = "same"
"""What a select says where the same goods are wanted."""


def refusal(refused: Refusal | None) -> dict[str, Any]:
    """How a page shows a refusal: what only asks the buyer to agree to a difference is a step of the form, and no fault."""
    if refused is None or refused.code not in DIFFERENCES:
        return {"refused": refused, "difference": 0}
    return {"difference": refused.facts["difference_minor"]}


def chosen(form: Form, quantities: dict[str, str]) -> dict[str, Any]:
    """The lines of an exchange for which another SKU is wanted, and the difference that was agreed to.

    As many pieces as go back are meant where no number is said.
    """
    if form.get("kind") != "exchange":
        return {}
    pieces = form.prefixed("pieces")
    wanted = [
        {"line_no": line_no, "sku_id": sku_id, "quantity": pieces.get(line_no) or quantities.get(line_no, "")}
        for line_no, sku_id in form.prefixed("wanted").items()
        if sku_id and sku_id != SAME and quantities.get(line_no)
    ]
    return {"wanted": wanted, "difference_minor": form.get("difference")} if wanted else {}


def options_by_line(
    hall: Hall,
    lang: str,
    lines: Sequence[aftersales.views.LineToApply] | Sequence[aftersales.views.CaseLineView],
) -> dict[int, list[dict[str, Any]]]:
    """What the select of each line offers, what a piece costs more or less with it."""
    same = {"value": SAME, "label": hall.words.say("cases.swap_none_wanted", lang)}
    return {
        line.line_no: [same, *(_option(hall, lang, swap) for swap in line.swaps)]
        for line in lines
        if line.swaps
    }


def _option(hall: Hall, lang: str, swap: aftersales.views.SwapView) -> dict[str, Any]:
    difference = swap.piece_difference_minor
    key = "cases.swap_same" if not difference else "cases.swap_more" if difference > 0 else "cases.swap_less"
    price = hall.words.say(key, lang, amount=money(abs(difference), hall.terms.currency))
    stock = hall.words.say("cases.swap_free" if swap.free else "cases.swap_none", lang, n=swap.free)
    return {"value": swap.sku_id, "label": f"{swap.options.say(lang)} · {price} · {stock}"}
