"""Fund records as files: CSV, a workbook, and a statement on paper, each line explained in words with the rule behind it."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst
import xlsxwriter

from huozhan import payments
from huozhan.doors.hall import Hall
from huozhan.doors.pages import formats, sheets
from huozhan.kernel.shapes import Bilingual

MEDIA = {"csv": "text/csv", "xlsx": sheets.XLSX, "pdf": "application/pdf"}
_HEAD = ("at", "event", "why", "account", "order", "change")
_FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
_FORM = Path(__file__).parent / "templates" / "money" / "statement.typ"
_WIDTHS = (20, 22, 60, 12, 22, 14)


def explain(hall: Hall, line: payments.views.FundLine, lang: str) -> str:
    """Why an amount is what it is, in words, with the rule it rests on; empty where the event says all."""
    key, memo = f"fund.why.{line.event}", dict(line.memo)
    if line.event == "E9":
        key = f"fund.why.E9.{str(memo.get('cause')).partition(':')[0]}"
    elif line.event == "E6a" and "account" not in memo:
        return ""
    elif line.event == "E4" and "service_minor" in memo:
        key = "fund.why.E4.lent"
    if not hall.words.has(key):
        return ""
    said = {
        name: formats.money(int(fact), hall.terms.currency) if name.endswith("_minor") else fact
        for name, fact in memo.items()
    }
    if "commission_minor" in memo:
        said["fee"] = formats.money(
            int(memo["commission_minor"]) + int(memo["vat_minor"]), hall.terms.currency
        )
    if "fee_bp" in memo:
        said["fee_rate"] = formats.percent(int(memo["fee_bp"]))
    if "rate_bp" in memo:
        said["rate"] = formats.percent(int(memo["rate_bp"]))
    carried = (
        hall.words.say("fund.why.carried", lang, amount=said["carried_minor"])
        if "carried_minor" in said
        else ""
    )
    premium = (
        hall.words.say("fund.why.premium", lang, amount=said["premium_minor"])
        if line.event == "E4" and "premium_minor" in said
        else ""
    )
    return hall.words.say(key, lang, **said) + carried + premium


def make_file(
    hall: Hall, errand: payments.views.ExportErrand, lines: Sequence[payments.views.FundLine]
) -> bytes:
    """The file that was asked for, its lines in the order in which they happened. Takes a while: not on the loop."""
    make = {"csv": _csv, "xlsx": _xlsx, "pdf": _pdf}[errand.format]
    return make(hall, errand, lines)


def _head(hall: Hall, lang: str) -> list[str]:
    return [hall.words.say(f"desk.fund.{name}", lang) for name in _HEAD]


def _cells(hall: Hall, errand: payments.views.ExportErrand, line: payments.views.FundLine) -> list[str]:
    lang = errand.lang
    return [
        formats.exact(line.at, lang, hall.terms.timezone),
        hall.words.say(f"ledger.event.{line.event}", lang),
        explain(hall, line, lang),
        hall.words.say(f"desk.fund.account.{line.account}", lang),
        str(line.memo.get("order_number", "")),
        sheets.amount(line.change_minor),
    ]


def _frame(hall: Hall, errand: payments.views.ExportErrand) -> list[tuple[str, str]]:
    """What stands above the lines: whose they are, which days, and what those began and ended with."""
    lang = errand.lang

    def say(key: str, **facts: Any) -> str:
        return hall.words.say(key, lang, **facts)

    market = Bilingual(zh=hall.terms.name_zh, en=hall.terms.name_en)
    frame = [
        (say("records.paper.market"), market.say(lang)),
        (say("records.paper.organisation"), Bilingual(zh=errand.name_zh, en=errand.name_en).say(lang)),
        (say("records.paper.days"), f"{errand.from_on} – {errand.until_on}"),
        (say("records.paper.currency"), hall.terms.currency),
    ]
    if errand.kind == "statement":
        for name, ends in (("opening", errand.opening), ("closing", errand.closing)):
            for account, minor in ends.items():
                where = say(f"desk.fund.account.{account}")
                frame.append((f"{say(f'records.paper.{name}')} · {where}", sheets.amount(minor)))
    return frame


def _csv(hall: Hall, errand: payments.views.ExportErrand, lines: Sequence[payments.views.FundLine]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([[sheets.harmless(cell) for cell in row] for row in _frame(hall, errand)])
    writer.writerow(_head(hall, errand.lang))
    writer.writerows(
        [sheets.harmless(cell) for cell in _cells(hall, errand, line)[:-1]]
        + [sheets.amount(line.change_minor)]
        for line in lines
    )
    return ("\ufeff" + text.getvalue()).encode()


def _xlsx(hall: Hall, errand: payments.views.ExportErrand, lines: Sequence[payments.views.FundLine]) -> bytes:
    content = io.BytesIO()
    options = {
        "in_memory": True,
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(content, options) as book:
        sheet = book.add_worksheet()
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        row = 0
        for said in _frame(hall, errand):
            sheet.write_row(row, 0, said)
            row += 1
        sheet.write_row(row, 0, _head(hall, errand.lang), bold)
        for line in lines:
            row += 1
            sheet.write_row(row, 0, _cells(hall, errand, line)[:-1])
            sheet.write_number(row, len(_HEAD) - 1, line.change_minor / 100, money)
    return content.getvalue()


def _pdf(hall: Hall, errand: payments.views.ExportErrand, lines: Sequence[payments.views.FundLine]) -> bytes:
    title = hall.words.say(f"records.paper.{errand.kind}.{errand.side}", errand.lang)
    said = {
        "title": title,
        "lang": errand.lang,
        "frame": _frame(hall, errand),
        "head": _head(hall, errand.lang),
        "lines": [_cells(hall, errand, line) for line in lines],
        "foot": hall.words.say("records.paper.foot", errand.lang),
        "none": hall.words.say("records.none", errand.lang),
    }
    made = typst.compile(
        _FORM, sys_inputs={"said": json.dumps(said)}, font_paths=[_FONTS], ignore_system_fonts=True
    )
    assert isinstance(made, bytes)
    return made
