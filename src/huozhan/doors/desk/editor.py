"""Between an offer and the form it is edited in: fields out, fields in, and the SKU matrix in between.

A cell of the matrix is named by the positions of its values. Where values were added or moved since the form was shown,
`axes_were` tells which cell is which.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from huozhan.doors.pages import sheets
from huozhan.doors.pages.amounts import e4, scaled, whole
from huozhan.doors.pages.forms import Form, whole_number
from huozhan.kernel.refusals import Refusal, Sort
from huozhan.kernel.shapes import Bilingual

AXES = 3
AXES_SHOWN = 2
"""How many axes the form offers before one is added."""
STEPS = 10
SPARE_STEPS = 2
GRAMS = 1_000
MILLIMETRES = 10
CELLS_MAX = 1_000
NO_DROPSHIP = "no"
"""What the form says of goods that are not dropshipped: a choice that can be come back to."""
_SPLIT = "|"
_TEXTS = (
    "title_zh", "title_en", "description_zh", "description_en", "offer_code", "unit", "category_id", "category_words",
    "quote_type", "origin_code6", "freight_code", "moq", "lot", "promise_hours", "sample_price", "mixable", "weight",
    "length", "width", "height", "dropship", "custom_from", "custom_days",
)  # fmt: skip
"""Every text of the form, so that the page can show again what was posted without one of them."""


class MatrixTooLarge(Refusal):
    """The axes together make more SKUs than one offer may have."""

    code = "desk.matrix_too_large"
    sort = Sort.invalid


class CustomDaysMissing(Refusal):
    """Who customises says in how many days."""

    code = "desk.custom_days_missing"
    sort = Sort.invalid


class LadderUnreadable(Refusal):
    """A SKU's ladder is written as 2:15.00; 20:14.00."""

    code = "desk.ladder_unreadable"
    sort = Sort.invalid


def empty_fields() -> dict[str, Any]:
    """A new offer's form."""
    return {
        **dict.fromkeys(_TEXTS, ""),
        "quote_type": "offer_ladder", "unit": "piece", "moq": "1", "lot": "1", "promise_hours": "48",
        "steps": [("", "")] * 3, "axes": [_axis("", "", "")] * AXES_SHOWN, "cells": {}, "attributes": {},
        "pictures": [], "axes_were": "[]", "custom_kinds": [], "dropship": NO_DROPSHIP,
    }  # fmt: skip


def fields_of(offer: Any, lang: str) -> dict[str, Any]:
    """A standing offer as its form shows it."""
    axes = [
        _axis(axis.name.zh, axis.name.en, "\n".join(_written(value) for value in axis.values))
        for axis in offer.options
    ]
    return {
        **{
            name: getattr(offer, name)
            for name in ("offer_code", "category_id", "unit", "origin_code6", "freight_code")
        },
        **{name: str(getattr(offer, name)) for name in ("quote_type", "moq", "lot", "promise_hours")},
        "title_zh": offer.title.zh,
        "title_en": offer.title.en,
        "description_zh": offer.description.zh,
        "description_en": offer.description.en,
        "mixable": "1" if offer.mixable else "",
        "sample_price": _price(offer.sample_price_e4),
        "weight": _measure(offer.weight_g, GRAMS),
        **{
            side: _measure(getattr(offer, f"{side}_mm"), MILLIMETRES)
            for side in ("length", "width", "height")
        },
        "steps": _padded([(str(step.from_quantity), _price(step.price_e4)) for step in offer.ladder]),
        "axes": axes + [_axis("", "", "")] * max(0, AXES_SHOWN - len(axes)),
        "axes_were": axes_text(axes),
        "cells": {
            "-".join(map(str, sku.choice)): {
                "sku_code": sku.sku_code,
                "stands": sku.sku_code,
                "price": _price(sku.price_e4),
                "stock": "" if sku.stock is None else str(sku.stock),
                "was": "" if sku.stock is None else str(sku.stock),
                "ladder": write_ladder(sku.ladder),
            }
            for sku in offer.skus
        },
        "attributes": {one.handle: one.value.say(lang) for one in offer.attributes if one.handle},
        "pictures": list(offer.pictures),
        "dropship": offer.dropship or NO_DROPSHIP,
        **_custom_fields(offer.customisation),
    }


def _custom_fields(said: Any) -> dict[str, Any]:
    if said is None:
        return {"custom_kinds": []}
    return {
        "custom_kinds": [str(kind) for kind in said.kinds],
        "custom_from": str(said.from_pieces),
        "custom_days": str(said.days),
    }


def typed_fields(form: Form) -> dict[str, Any]:
    """What was typed, in the same shape; cells follow their values where the axes changed."""
    axes = [
        _axis(
            form.get(f"axis_zh[{at}]"), form.get(f"axis_en[{at}]"), form.values.get(f"axis_values[{at}]", "")
        )
        for at in range(AXES)
        if at < AXES_SHOWN or f"axis_zh[{at}]" in form.values
    ]
    if form.get("do") == "axis" and len(axes) < AXES:
        axes.append(_axis("", "", ""))
    cells: dict[str, dict[str, str]] = {}
    for kind in ("sku_code", "stands", "price", "stock", "was", "ladder"):
        for place, value in form.prefixed(kind).items():
            cells.setdefault(place, {})[kind] = value.strip()
    pictures = [one for one in form.lists.get("picture", []) if one not in form.lists.get("drop_picture", [])]
    first = form.get("first_picture")
    return {
        **dict.fromkeys(_TEXTS, ""),
        **form.values,
        "steps": _padded(
            [
                (form.get(f"step_from[{at}]"), form.get(f"step_price[{at}]"))
                for at in range(STEPS)
                if form.get(f"step_from[{at}]") or form.get(f"step_price[{at}]")
            ]
        ),
        "axes": axes,
        "cells": _moved(cells, form.get("axes_were", "[]"), axes),
        "axes_were": axes_text(axes),
        "attributes": form.prefixed("attribute"),
        "custom_kinds": form.lists.get("custom_kind", []),
        "pictures": sorted(dict.fromkeys(pictures), key=lambda one: one != first),
    }


def axes_text(axes: Sequence[Mapping[str, Any]]) -> str:
    """The values of the axes as the form keeps them, to tell what moved."""
    return msgspec.json.encode([axis["lines"] for axis in axes if axis["lines"]]).decode()


def _moved(
    cells: Mapping[str, dict[str, str]], were: str, axes: Sequence[Mapping[str, Any]]
) -> dict[str, dict[str, str]]:
    """Cells under the positions that their values have now; what has no place any more is left out.

    Where an axis was added, what stood before is its first value.
    """
    try:
        old = msgspec.json.decode(were, type=list[list[str]])
    except msgspec.MsgspecError:
        old = []
    new = [axis["lines"] for axis in axes if axis["lines"]]
    if old == new:
        return dict(cells)
    added = len(new) - len(old) if old else 0
    placed = {}
    for place, cell in cells.items():
        choice = [at for one in place.split("-") if (at := whole_number(one, CELLS_MAX)) is not None]
        if len(choice) != len(old) or any(at >= len(values) for at, values in zip(choice, old, strict=True)):
            continue
        names = [values[at] for at, values in zip(choice, old, strict=True)]
        if added >= 0 and all(name in values for name, values in zip(names, new, strict=False)):
            kept = [values.index(name) for name, values in zip(names, new, strict=False)]
            placed["-".join(map(str, kept + [0] * added))] = cell
    return placed


def grid(fields: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """The matrix for the page: one row for each combination but the last axis, one column for each of its values."""
    axes = [axis for axis in fields["axes"] if axis["lines"]]
    if not axes:
        return {"rows": [{"label": "", "place": ""}], "columns": [{"label": "", "place": ""}]}
    sizes = [len(axis["lines"]) for axis in axes]
    *before, last = axes
    rows = [
        {
            "label": " / ".join(
                _said(before[at]["lines"][choice], lang) for at, choice in enumerate(choices)
            ),
            "place": "".join(f"{choice}-" for choice in choices),
        }
        for choices in itertools.islice(itertools.product(*map(range, sizes[:-1])), CELLS_MAX)
    ]
    columns = [{"label": _said(line, lang), "place": str(at)} for at, line in enumerate(last["lines"])]
    return {"rows": rows, "columns": columns}


def publication(
    fields: Mapping[str, Any], attributes: Sequence[Any], lang: str, publish_as: str
) -> dict[str, Any]:
    """The fields of what publishes the offer; `attributes` are the category's and the standing ones."""
    quote_type = fields.get("quote_type", "")
    axes = [axis for axis in fields["axes"] if axis["lines"]]
    if quote_type == "fixed":
        axes = []
    by_ladder = quote_type in {"fixed", "offer_ladder"}
    return {
        **{
            name: fields.get(name, "").strip()
            for name in ("offer_code", "category_id", "unit", "origin_code6", "freight_code")
        },
        "quote_type": quote_type,
        "publish_as": publish_as,
        "title": {"zh": fields.get("title_zh", "").strip(), "en": fields.get("title_en", "").strip()},
        "description": {
            "zh": fields.get("description_zh", "").strip(),
            "en": fields.get("description_en", "").strip(),
        },
        "mixable": bool(fields.get("mixable")),
        "moq": whole(fields.get("moq", ""), "moq") or 1,
        "lot": whole(fields.get("lot", ""), "lot") or 1,
        "promise_hours": whole(fields.get("promise_hours", ""), "promise_hours") or 48,
        "sample_price_e4": e4(fields.get("sample_price", ""), "sample_price"),
        "weight_g": scaled(fields.get("weight", ""), "weight", GRAMS) or 0,
        **{
            f"{side}_mm": scaled(fields.get(side, ""), side, MILLIMETRES) or 0
            for side in ("length", "width", "height")
        },
        "ladder": _ladder(fields["steps"]) if by_ladder else [],
        "options": [
            {
                "name": {"zh": axis["name_zh"], "en": axis["name_en"]},
                "values": [_name(line) for line in axis["lines"]],
            }
            for axis in axes
        ],
        "skus": list(_skus(fields, [len(axis["lines"]) for axis in axes], quote_type)),
        "attributes": list(_attributes(fields["attributes"], attributes, lang)),
        "pictures": fields["pictures"],
        "dropship": None if fields.get("dropship", "") in ("", NO_DROPSHIP) else fields["dropship"],
        "customisation": _customisation(fields),
    }


def _customisation(fields: Mapping[str, Any]) -> dict[str, Any] | None:
    """What is customised; nothing where no kind is chosen, whatever else was typed."""
    if not fields["custom_kinds"]:
        return None
    return {
        "kinds": fields["custom_kinds"],
        "from_pieces": whole(fields.get("custom_from", ""), "custom_from") or 1,
        "days": _custom_days(fields),
    }


def _custom_days(fields: Mapping[str, Any]) -> int:
    days = whole(fields.get("custom_days", ""), "custom_days")
    if days is None:
        raise CustomDaysMissing(field="custom_days")
    return days


def _ladder(steps: Sequence[tuple[str, str]]) -> list[dict[str, int | None]]:
    return [
        {
            "from_quantity": whole(start, f"step_from[{at}]") or 1,
            "price_e4": e4(price, f"step_price[{at}]"),
        }
        for at, (start, price) in enumerate(steps)
        if start or price
    ]


def _skus(fields: Mapping[str, Any], sizes: Sequence[int], quote_type: str) -> Iterator[dict[str, Any]]:
    """Every cell that is made: where anything is typed into it."""
    cells, code = fields["cells"], fields.get("offer_code", "").strip()
    taken = {known for cell in cells.values() if (known := _own_code(cell))}
    fresh = (f"{code}-{n}" for n in itertools.count(1) if f"{code}-{n}" not in taken)
    product = 1
    for size in sizes:
        product *= size
    if product > CELLS_MAX:
        raise MatrixTooLarge(field="axis_values[0]", most=CELLS_MAX, skus=product)
    for choice in itertools.product(*map(range, sizes)):
        place = "-".join(map(str, choice))
        cell = cells.get(place, {})
        if sizes and not any(cell.get(kind) for kind in ("price", "stock", "ladder")):
            continue
        stock = whole(cell.get("stock", ""), f"stock[{place}]")
        sku_code = _own_code(cell) or (next(fresh) if sizes else code)
        yield {
            "sku_code": sku_code,
            "choice": choice,
            "price_e4": e4(cell.get("price", ""), f"price[{place}]") if quote_type == "sku_price" else None,
            "ladder": read_ladder(cell.get("ladder", ""), f"ladder[{place}]")
            if quote_type == "sku_ladder"
            else [],
            # A count that nobody touched is not said again: goods may have been sold since the page was shown.
            "stock": None if cell.get("stock", "") == cell.get("was", "") else stock,
        }


def _own_code(cell: Mapping[str, str]) -> str:
    """The code a cell has: the one it was published under, for stock and orders hang on it, or the one typed."""
    return cell.get("stands") or cell.get("sku_code", "")


def write_ladder(steps: Sequence[Any]) -> str:
    """A ladder in one line, as `read_ladder` takes it."""
    return "; ".join(f"{step.from_quantity}:{_price(step.price_e4)}" for step in steps)


def read_ladder(text: str, field: str) -> list[dict[str, int]]:
    """A ladder in one line, such as 2:15.00; 20:14.00."""
    steps = []
    for part in text.replace("；", ";").replace("：", ":").split(";"):
        if not part.strip():
            continue
        start, colon, price = part.partition(":")
        quantity, price_e4 = whole(start, field), e4(price, field)
        if not colon or quantity is None or price_e4 is None:
            raise LadderUnreadable(field=field, typed=part.strip()[:40])
        steps.append({"from_quantity": quantity, "price_e4": price_e4})
    return steps


def _attributes(typed: Mapping[str, str], known: Sequence[Any], lang: str) -> Iterator[dict[str, Any]]:
    """The typed values in both languages where the template or the standing offer knows the other one."""
    for attribute in known:
        text = typed.get(attribute["handle"], "").strip()
        if text:
            both = next((one for one in attribute["values"] if text in {one.zh, one.en}), None)
            value = both or (Bilingual(en=text) if lang == "en" else Bilingual(zh=text))
            name = attribute["own_name"]
            yield {
                "handle": attribute["handle"],
                "value": {"zh": value.zh, "en": value.en},
                "name": {"zh": name.zh, "en": name.en},
            }


def _axis(name_zh: str, name_en: str, values: str) -> dict[str, Any]:
    lines = list(dict.fromkeys(line.strip() for line in values.splitlines() if line.strip()))
    return {"name_zh": name_zh, "name_en": name_en, "values": "\n".join(lines), "lines": lines}


def _name(line: str) -> dict[str, str]:
    """红 | Red: a value in both languages; one that is plain ASCII is English."""
    zh, bar, en = line.partition(_SPLIT)
    if bar:
        return {"zh": zh.strip(), "en": en.strip()}
    return {"zh": "" if line.isascii() else line.strip(), "en": line.strip() if line.isascii() else ""}


def _said(line: str, lang: str) -> str:
    return Bilingual(**_name(line)).say(lang)


def _written(value: Bilingual) -> str:
    return f"{value.zh} {_SPLIT} {value.en}" if value.zh and value.en else value.zh or value.en


def _price(price_e4: int | None) -> str:
    return "" if price_e4 is None else sheets.unit_price(price_e4)


def _measure(amount: int, scale: int) -> str:
    if not amount:
        return ""
    major, rest = divmod(amount, scale)
    return f"{major}.{rest:0{len(str(scale)) - 1}d}".rstrip("0") if rest else str(major)


def _padded(steps: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [*steps, *[("", "")] * min(SPARE_STEPS, STEPS - len(steps))]
