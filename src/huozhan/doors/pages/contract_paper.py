"""Contracts on paper: a picture of the canonical text, the same bytes for the same text, words and programs."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pylopdf_fonts_zh_cn
import typst

from huozhan import contracts
from huozhan.doors.hall import Hall
from huozhan.doors.pages import formats

_FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
_FORM = Path(__file__).parent / "templates" / "contract" / "contract.typ"
_MARK = _FORM.with_name("mark.typ")
_NAME_FITS = 15
PLACES = {"buyer": (61, 59, 195, 93), "seller": (231, 59, 365, 93), "market": (400, 59, 534, 93)}
"""Where each side's mark stands on the last page, in points from its lower left corner: inside the boxes of `contract.typ`."""


def make_paper(hall: Hall, wording: str, sha256: str, lang: str) -> bytes:
    """The paper of a text in one language; the Chinese one is signed, the English one is a copy. Takes a while: not on the loop."""
    text = contracts.text.read_text(wording)
    made = typst.compile(
        _FORM,
        sys_inputs={"said": json.dumps(_said(hall, text, sha256, lang), ensure_ascii=False)},
        font_paths=[_FONTS],
        ignore_system_fonts=True,
    )
    assert isinstance(made, bytes)
    return made


def make_mark(hall: Hall, name: str, side: str, at: datetime) -> bytes:
    """The red mark that a signature shows on the paper: whose it is, and when it was confirmed."""
    said = {
        "name": name,
        "size": 8 if len(name) <= _NAME_FITS else 6,
        "line": hall.words.say(f"contract.paper.mark.{side}", "zh", at=_moment(at, hall.terms.timezone)),
    }
    made = typst.compile(
        _MARK,
        sys_inputs={"said": json.dumps(said, ensure_ascii=False)},
        font_paths=[_FONTS],
        ignore_system_fonts=True,
    )
    assert isinstance(made, bytes)
    return made


def _said(hall: Hall, text: contracts.text.ContractText, sha256: str, lang: str) -> dict[str, Any]:
    body = text.body

    def say(key: str, **facts: Any) -> str:
        return hall.words.say(f"contract.paper.{key}", lang, **facts)

    def money(amount_minor: int) -> str:
        return formats.money(amount_minor, body.currency)

    return {
        "lang": lang,
        "title": say("title"),
        "number": say("number", number=text.number, version=text.version),
        "copy": say("copy") if lang != "zh" else "",
        "frame": [
            [say("order"), body.order_number],
            [say("made_at"), _moment(text.made_at, hall.terms.timezone)],
            [say("placed_at"), _moment(body.placed_at, hall.terms.timezone)],
            [say("market"), body.market.say(lang)],
        ],
        "parties": [_party(say, body.buyer, "buyer", lang), _party(say, body.seller, "seller", lang)],
        "goods": {
            "title": say("goods"),
            "head": [say(f"goods.{name}") for name in ("no", "name", "quantity", "price", "off", "freight", "amount")],
            "rows": [_line(hall, line, body.currency, lang) for line in body.lines],
        },
        "sums": [
            [say("sum.list"), money(body.list_minor)],
            *[[off.name.say(lang) or say("sum.off"), f"-{money(off.amount_minor)}"] for off in body.offs],
            [say("sum.freight"), money(body.freight_minor)],
            *([[say("sum.subsidy"), f"-{money(body.subsidy_minor)}"]] if body.subsidy_minor else []),
        ],
        "total": [say("total"), money(body.amount_minor)],
        "capitals": say("capitals", amount=body.amount_in_capitals) if body.amount_in_capitals else "",
        "stages": {
            "title": say("stages"),
            "rows": [[stage.clause, money(stage.amount_minor), stage.text.say(lang)] for stage in body.stages],
        },
        "delivery": [say("delivery"), _place(body.delivery, lang)],
        "clauses": [[clause.number, clause.title.say(lang), clause.text.say(lang)] for clause in body.clauses],
        "rules": [say("rules"), _rules(body.rules)],
        "signing": {
            "title": say("signing"),
            "hint": say("signing.hint"),
            "sides": [
                [say("party.buyer"), body.buyer.name.say(lang)], [say("party.seller"), body.seller.name.say(lang)],
                [say("party.market"), body.market.say(lang)],
            ],
        },
        "print": [say("fingerprint"), sha256],
        "parent": [say("parent"), text.parent] if text.parent else [],
        "foot": say("foot", number=text.number, version=text.version),
    }  # fmt: skip


def _party(say: Any, party: contracts.text.Party, side: str, lang: str) -> list[str]:
    return [
        say(f"party.{side}"),
        party.name.say(lang),
        say("credit_code"),
        party.credit_code or say("no_code"),
    ]


def _line(hall: Hall, line: contracts.text.GoodsLine, currency: str, lang: str) -> list[str]:
    options, unit = line.options.say(lang), f"unit.{line.unit}"
    named = hall.words.say(unit, lang) if hall.words.has(unit) else line.unit
    sample = f" ({hall.words.say('contract.paper.sample', lang)})" if line.is_sample else ""
    return [
        str(line.line_no),
        f"{line.title.say(lang)}{f' · {options}' if options else ''}{sample}",
        f"{line.quantity} {named}",
        formats.unit_price(line.price_e4, currency),
        f"-{formats.money(line.discount_minor, currency)}" if line.discount_minor else "–",
        formats.money(line.freight_minor, currency),
        formats.money(line.goods_minor, currency),
    ]


def _place(delivery: contracts.text.Delivery, lang: str) -> str:
    parts = [delivery.province, "" if delivery.city == delivery.province else delivery.city, delivery.county]
    parts = [*parts, delivery.street, delivery.receiver, delivery.phone]
    return " ".join(part for part in (parts if lang == "zh" else [*parts, delivery.country]) if part)


def _rules(rules: list[contracts.text.RuleRow]) -> str:
    return "; ".join(f"{rule.code} v{rule.version} = {rule.value} {rule.unit}" for rule in rules)


def _moment(at: datetime, timezone: str) -> str:
    """To the minute, in the market's own time: a paper shows nothing relative to now."""
    return at.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%d %H:%M")
