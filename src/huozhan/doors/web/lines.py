"""Lines of goods as forms and addresses carry them: which SKU, how many, whether as a sample."""

from typing import Any

from huozhan import ordering
from huozhan.doors.pages.forms import Form, whole_number

LINES_IN_ADDRESS_MAX = 60
_ID_MAX = 2**63 - 1

Line = dict[str, Any]


def lines_of(form: Form) -> list[Line]:
    """The lines of a form: quantities by SKU, of goods and of samples; empty fields are none."""
    return [
        {"sku_id": sku_id, "quantity": quantity, "is_sample": kind == "sample"}
        for kind in ("qty", "sample")
        for sku_id, typed in form.prefixed(kind).items()
        if (quantity := whole_number(typed, ordering.asks.QUANTITY_MAX))
    ]


def write_lines(lines: list[Line]) -> str:
    """Lines as they stand in an address: 12:30,13:5s (s for a sample)."""
    return ",".join(
        f"{line['sku_id']}:{line['quantity']}{'s' if line['is_sample'] else ''}" for line in lines
    )


def read_lines(text: str) -> list[Line]:
    """Lines from an address; what is not one is left out."""
    lines = []
    for part in text.split(",")[:LINES_IN_ADDRESS_MAX] if text else ():
        sku_id, _, typed = part.partition(":")
        quantity = whole_number(typed.removesuffix("s"), ordering.asks.QUANTITY_MAX)
        if quantity and whole_number(sku_id, _ID_MAX):
            lines.append({"sku_id": sku_id, "quantity": quantity, "is_sample": typed.endswith("s")})
    return lines
