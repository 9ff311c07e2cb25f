"""运费模板: what delivery costs, by region."""

import itertools
from collections.abc import Collection, Sequence
from typing import Any

from litestar import Response, get, post

from huozhan import catalogue
from huozhan.doors.desk.frame import Req, actor_of, show
from huozhan.doors.hall import Hall
from huozhan.doors.pages import forms, sheets
from huozhan.doors.pages.amounts import minor, scaled, whole
from huozhan.doors.pages.forms import Form, whole_number
from huozhan.doors.pages.places import province_names
from huozhan.doors.pages.regions import is_province, read_regions, write_regions
from huozhan.kernel.refusals import Invalid, NotFound, Refusal

ROWS_MAX = 40
UNIT_SCALES = {"weight": 1_000, "piece": 1, "volume": 1_000_000}
"""How many of what is counted stand in one of what people type: grams in a kilogram, cm³ in a m³."""
_NOWHERE: dict[str, Any] = {"ticked": [], "text": ""}
_EXCEPTIONS = ("undeliverable", "never_free")
_TARIFF = ("first_unit", "first_fee", "next_unit", "next_fee", "least")


_EMPTY: dict[str, Any] = {
    "charge_by": "weight",
    "elsewhere": "1",
    "rows": [],
    **dict.fromkeys(_EXCEPTIONS, _NOWHERE),
}


@get("/desk/freight", include_in_schema=False)
async def templates(request: Req) -> Response[Any]:
    """All templates."""
    return await _list(request)


async def _list(request: Req, refused: Refusal | None = None) -> Response[Any]:
    found = await forms.ask(request, catalogue.my_freight)
    rows = [
        {"view": view, "fields": _named(fields_of(view), request.scope["state"]["lang"])}
        for view in found.items
    ]
    return await show(request, "freight", "look.desk.freight", "freight", templates=rows, refused=refused)


def _named(fields: dict[str, Any], lang: str) -> dict[str, Any]:
    """The fields with the names of their regions."""
    rows = [{**row, "where": write_regions(row["codes"], lang)} for row in fields["rows"]]
    not_to, never_free = (write_regions(fields[f"{name}_codes"], lang) for name in _EXCEPTIONS)
    return {**fields, "rows": rows, "not_to": not_to, "not_free_to": never_free}


@get("/desk/freight/edit", include_in_schema=False)
async def template(request: Req) -> Response[Any]:
    """One template, or a new one, as a form."""
    actor_of(request).must("offer.edit")
    code = request.query_params.get("code", "")
    found = (await forms.ask(request, catalogue.my_freight)).items
    if not code:
        return await _form(request, {**_EMPTY, "code": _free_code([one.code for one in found])}, "")
    view = next((one for one in found if one.code == code), None)
    if view is None:
        raise NotFound(code=code)
    return await _form(request, _written(fields_of(view), request.scope["state"]["lang"]), code)


def _free_code(taken: Collection[str]) -> str:
    """A code to begin with, for a seller who has none."""
    return next(code for n in itertools.count(1) if (code := f"F{n}") not in taken)


def _written(fields: dict[str, Any], lang: str) -> dict[str, Any]:
    """The fields as the form keeps regions: whole provinces are ticked, the rest is written."""

    def regions(codes: Sequence[str]) -> dict[str, Any]:
        whole = [code[:2] for code in codes if is_province(code)]
        return {"ticked": whole, "text": write_regions([c for c in codes if not is_province(c)], lang)}

    rows = [{**row, "regions": regions(row["codes"])} for row in fields["rows"]]
    return {**fields, "rows": rows, **{name: regions(fields[f"{name}_codes"]) for name in _EXCEPTIONS}}


async def _form(
    request: Req, typed: dict[str, Any], standing_code: str, refused: Refusal | None = None
) -> Response[Any]:
    rows = typed["rows"] or [{"regions": _NOWHERE}]
    return await show(
        request,
        "freight_edit",
        "desk.freight.edit" if standing_code else "desk.freight.new",
        "freight",
        refused=refused,
        typed={**typed, "rows": rows},
        charge_options=[
            {"value": kind, "label": _say(request, f"freight.charge_by.{kind}")} for kind in UNIT_SCALES
        ],
        standing_code=standing_code,
        may_add=len(rows) < ROWS_MAX,
        provinces=province_names(request.scope["state"]["lang"]),
    )


def _say(request: Req, key: str) -> str:
    hall: Hall = request.app.state.hall
    return hall.words.say(key, request.scope["state"]["lang"])


def fields_of(view: Any) -> dict[str, Any]:
    """A template as a form shows it."""
    terms, scale = view.terms, UNIT_SCALES[view.terms.charge_by]
    return {
        "code": view.code,
        "name_zh": view.name.zh,
        "name_en": view.name.en,
        "charge_by": str(view.terms.charge_by),
        "elsewhere": "" if terms.tariff is None else "1",
        **_tariff_fields(terms.tariff, scale),
        "volumetric_divisor": terms.volumetric_divisor or "",
        "free_over": "" if terms.free_over_minor is None else sheets.amount(terms.free_over_minor),
        "free_pieces": terms.free_over_pieces or "",
        "undeliverable_codes": terms.undeliverable,
        "never_free_codes": terms.never_free,
        "rows": [{"codes": row.codes, **_tariff_fields(row.tariff, scale)} for row in terms.regions],
    }


def _tariff_fields(tariff: Any, scale: int) -> dict[str, str]:
    if tariff is None:
        return dict.fromkeys(_TARIFF, "")
    return {
        "first_unit": _measure(tariff.first_unit, scale),
        "first_fee": sheets.amount(tariff.first_fee_minor),
        "next_unit": _measure(tariff.next_unit, scale),
        "next_fee": sheets.amount(tariff.next_fee_minor),
        "least": sheets.amount(tariff.least_minor) if tariff.least_minor else "",
    }


def _measure(amount: int, scale: int) -> str:
    whole_part, rest = divmod(amount, scale)
    return f"{whole_part}.{rest:0{len(str(scale)) - 1}d}".rstrip("0") if rest else str(whole_part)


@post("/desk/freight/edit", include_in_schema=False)
async def edit(request: Req) -> Response[Any]:
    """Writes a template."""
    form = await forms.read_form(request)
    typed = _typed(form)
    if form.get("do") == "row":
        typed["rows"].append({"regions": _NOWHERE})
        return await _form(request, typed, form.get("standing_code"))
    try:
        await forms.ask(
            request,
            catalogue.edit_freight,
            code=form.get("code"),
            name={"zh": form.get("name_zh"), "en": form.get("name_en")},
            terms=_terms(typed),
        )
    except Refusal as refusal:
        return await _form(request, typed, form.get("standing_code"), refusal)
    return forms.see("/desk/freight")


def _typed(form: Form) -> dict[str, Any]:
    rows: dict[int, dict[str, Any]] = {}
    for name, value in form.prefixed("row").items():
        number, _, field = name.partition("-")
        at = whole_number(number, ROWS_MAX - 1)
        if at is not None and field in {"regions", *_TARIFF}:
            rows.setdefault(at, {})[field] = value
    for at, row in rows.items():
        row["regions"] = _regions(form, row.get("regions", ""), f"provinces[{at}]")
    return {
        **form.values,
        "elsewhere": form.get("elsewhere"),
        "rows": [row for _, row in sorted(rows.items()) if _is_filled(row)],
        **{name: _regions(form, form.get(name), f"provinces[{name}]") for name in _EXCEPTIONS},
    }


def _is_filled(row: dict[str, Any]) -> bool:
    return any(row["regions"].values()) or any(row.get(name) for name in _TARIFF)


def _regions(form: Form, text: str, ticks: str) -> dict[str, Any]:
    return {"ticked": form.lists.get(ticks, []), "text": text}


def _terms(typed: dict[str, Any]) -> dict[str, Any]:
    charge_by = typed.get("charge_by", "")
    if charge_by not in UNIT_SCALES:
        raise Invalid(field="charge_by", detail="at `$.charge_by`")
    scale = UNIT_SCALES[charge_by]
    return {
        "charge_by": charge_by,
        "tariff": _tariff(typed, "", scale) if typed["elsewhere"] else None,
        "volumetric_divisor": whole(str(typed.get("volumetric_divisor", "")), "volumetric_divisor") or 0,
        "regions": [
            {
                "codes": _codes(row["regions"], f"row[{at}-regions]"),
                "tariff": _tariff(row, f"row[{at}-", scale),
            }
            for at, row in enumerate(typed["rows"])
        ],
        "free_over_minor": minor(str(typed.get("free_over", "")), "free_over"),
        "free_over_pieces": whole(str(typed.get("free_pieces", "")), "free_pieces"),
        **{name: _codes(typed[name], name) for name in _EXCEPTIONS},
    }


def _tariff(typed: dict[str, Any], prefix: str, scale: int) -> dict[str, int]:
    def field(name: str) -> str:
        return f"{prefix}{name}]" if prefix else name

    return {
        "first_unit": scaled(typed.get("first_unit", ""), field("first_unit"), scale) or scale,
        "first_fee_minor": minor(typed.get("first_fee", ""), field("first_fee")) or 0,
        "next_unit": scaled(typed.get("next_unit", ""), field("next_unit"), scale) or scale,
        "next_fee_minor": minor(typed.get("next_fee", ""), field("next_fee")) or 0,
        "least_minor": minor(typed.get("least", ""), field("least")) or 0,
    }


def _codes(regions: dict[str, Any], field: str) -> list[str]:
    return list(dict.fromkeys([*read_regions(regions["text"], field), *regions["ticked"]]))


@post("/desk/freight/drop", include_in_schema=False)
async def drop(request: Req) -> Response[Any]:
    """Removes a template that no offer uses."""
    form = await forms.read_form(request)
    try:
        await forms.ask(request, catalogue.drop_freight, code=form.get("code"))
    except Refusal as refusal:
        return await _list(request, refusal)
    return forms.see("/desk/freight")


ROUTES = [templates, template, edit, drop]
