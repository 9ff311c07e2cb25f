"""Lines of goods as forms and addresses carry them: which SKU, how many, whether as a sample."""

from typing import Any

from huozhan.doors.pages.forms import Form

LINES_IN_ADDRESS_MAX = 60
_DIGITS_MAX = 7

Line = dict[str, Any]


def lines_of(form: Form) -> list[Line]:
    """The lines of a form: quantities by SKU, of goods and of samples; empty fields are none."""
    return [
        {"sku_id": sku_id, "quantity": int(typed), "is_sample": kind == "sample"}
        for kind in ("qty", "sample")
        for sku_id, typed in form.prefixed(kind).items()
        if typed.isascii() and typed.isdigit() and len(typed) <= _DIGITS_MAX and int(typed)
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
        sku_id, _, quantity = part.partition(":")
        number = quantity.removesuffix("s")
        if (
            (sku_id + number).isascii()
            and sku_id.isdigit()
            and number.isdigit()
            and len(number) <= _DIGITS_MAX
        ):
            lines.append({"sku_id": sku_id, "quantity": int(number), "is_sample": quantity.endswith("s")})
    return [line for line in lines if line["quantity"]]
