"""The tax party's files of an invoice: XML, PDF and OFD (GB/T 33190), all three of the same facts."""

import io
import json
import zipfile
from datetime import datetime
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

import msgspec
import pylopdf_fonts_zh_cn
import typst

from huozhan_outside.clock import CHINA

FORMATS = {"pdf": "application/pdf", "ofd": "application/ofd", "xml": "application/xml"}
_FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
_MM_PER_ROW = 7
_TITLES = {"ordinary": "电子发票（普通发票）", "special": "电子发票（增值税专用发票）"}
_BUYER = ("name", "taxpayer_id", "address", "phone", "bank", "account")
_BUYER_SAID = ("名称", "统一社会信用代码", "地址", "电话", "开户银行", "银行账号")
_LINE = ("name", "unit", "quantity", "amount", "rate", "tax")
_HEAD = ("项目名称", "单位", "数量", "金额", "税率", "税额")
DEMO = "演示样票，不具有任何效力"


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on an invoice or red letter; lines are name, unit, quantity, amount with tax, rate in bp, tax."""

    kind: str
    seller: tuple[str, str]
    buyer: tuple[str, ...]
    lines: tuple[tuple[str, str, int, int, int, int], ...]
    amount_minor: int
    tax_minor: int
    at_ms: int
    number: str = ""
    of_number: str = ""
    note: str = ""


def make_file(paper: Paper, wanted: str) -> bytes:
    """The file in one format."""
    return {"pdf": _pdf, "xml": _xml, "ofd": _ofd}[wanted](paper)


def _money(amount_minor: int) -> str:
    sign = "-" if amount_minor < 0 else ""
    return f"{sign}{abs(amount_minor) // 100}.{abs(amount_minor) % 100:02d}"


def _date(paper: Paper) -> str:
    return f"{datetime.fromtimestamp(paper.at_ms / 1000, CHINA):%Y-%m-%d}"


def _title(paper: Paper) -> str:
    return ("红字" if paper.of_number else "") + _TITLES[paper.kind]


def _cells(paper: Paper) -> list[list[str]]:
    return [
        [name, unit, str(quantity), _money(amount - tax), f"{rate_bp // 100}%", _money(tax)]
        for name, unit, quantity, amount, rate_bp, tax in paper.lines
    ]


def _xml(paper: Paper) -> bytes:
    root = Element("EInvoice")
    head = SubElement(root, "Header")
    for name, said in (
        ("InvoiceNumber", paper.number),
        ("BlueInvoiceNumber", paper.of_number),
        ("InvoiceType", _title(paper)),
        ("IssueDate", _date(paper)),
        ("Remark", paper.note),
        ("Demo", DEMO),
    ):
        SubElement(head, name).text = said
    seller = SubElement(root, "Seller")
    for name, said in zip(_BUYER, paper.seller, strict=False):
        SubElement(seller, name).text = said
    buyer = SubElement(root, "Buyer")
    for name, said in zip(_BUYER, paper.buyer, strict=True):
        SubElement(buyer, name).text = said
    items = SubElement(root, "Items")
    for cells in _cells(paper):
        item = SubElement(items, "Item")
        for name, said in zip(_LINE, cells, strict=True):
            SubElement(item, name).text = said
    total = SubElement(root, "Total")
    SubElement(total, "AmountWithoutTax").text = _money(paper.amount_minor - paper.tax_minor)
    SubElement(total, "Tax").text = _money(paper.tax_minor)
    SubElement(total, "AmountWithTax").text = _money(paper.amount_minor)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


_FORM = """
#let said = json(bytes(sys.inputs.said))
#set document(title: said.title)
#set page(paper: "a5", flipped: true, margin: 12mm)
#set text(font: ("Noto Sans SC", "Libertinus Serif"), size: 8.5pt, lang: "zh")
#align(center, text(size: 15pt, fill: rgb("#7a1f1f"), said.title))
#v(1mm)
#grid(columns: (1fr, auto), text(fill: rgb("#a33"), said.demo),
  align(right)[发票号码：#said.number \\ 开票日期：#said.date #if said.of != "" [\\ 对应蓝字发票：#said.of]])
#v(1mm)
#grid(columns: (1fr, 1fr), gutter: 4mm,
  ..(("购买方", said.buyer), ("销售方", said.seller)).map(side => rect(width: 100%, stroke: 0.5pt + rgb("#7a1f1f"), inset: 2mm)[
    #text(fill: rgb("#7a1f1f"), side.at(0)) \\
    #side.at(1).map(row => row.at(0) + "：" + row.at(1)).join(linebreak())
  ]))
#table(columns: (1fr, auto, auto, auto, auto, auto), align: (left, center, right, right, right, right),
  stroke: 0.4pt + rgb("#7a1f1f"), inset: 4pt,
  table.header(..said.head.map(cell => text(fill: rgb("#7a1f1f"), cell))), ..said.lines.flatten(),
  table.cell(colspan: 3)[合计], said.net, [], said.tax)
#grid(columns: (1fr, auto), [备注：#said.note], [价税合计（小写）：*¥#said.gross*])
"""


def _pdf(paper: Paper) -> bytes:
    said = {
        "title": _title(paper),
        "demo": DEMO,
        "number": paper.number,
        "of": paper.of_number,
        "date": _date(paper),
        "seller": list(zip(_BUYER_SAID, paper.seller, strict=False)),
        "buyer": [[name, text] for name, text in zip(_BUYER_SAID, paper.buyer, strict=True) if text],
        "head": list(_HEAD),
        "lines": _cells(paper),
        "net": _money(paper.amount_minor - paper.tax_minor),
        "tax": _money(paper.tax_minor),
        "gross": _money(paper.amount_minor),
        "note": paper.note,
    }
    form: bytes = _FORM.encode()
    made: object = typst.compile(  # type: ignore[misc]  # its overloads do not take bytes under strict
        form, sys_inputs={"said": json.dumps(said)}, font_paths=[_FONTS], ignore_system_fonts=True
    )
    assert isinstance(made, bytes)
    return made


def _ofd(paper: Paper) -> bytes:
    """A small OFD package: one page of text, laid out row by row."""
    rows = [
        f"{_title(paper)}  {DEMO}",
        f"发票号码：{paper.number}  开票日期：{_date(paper)}",
        *([f"对应蓝字发票：{paper.of_number}"] if paper.of_number else []),
        "购买方：" + "  ".join(text for text in paper.buyer if text),
        "销售方：" + "  ".join(paper.seller),
        "  ".join(_HEAD),
        *("  ".join(cells) for cells in _cells(paper)),
        f"合计：{_money(paper.amount_minor - paper.tax_minor)}  税额：{_money(paper.tax_minor)}",
        f"价税合计：{_money(paper.amount_minor)}",
        f"备注：{paper.note}",
    ]
    name = "http://www.ofdspec.org/2016"
    height = 20 + _MM_PER_ROW * len(rows)
    ofd = Element("ofd:OFD", {"xmlns:ofd": name, "Version": "1.0", "DocType": "OFD"})
    body = SubElement(ofd, "ofd:DocBody")
    info = SubElement(body, "ofd:DocInfo")
    SubElement(info, "ofd:DocID").text = paper.number.zfill(32)
    SubElement(body, "ofd:DocRoot").text = "Doc_0/Document.xml"
    document = Element("ofd:Document", {"xmlns:ofd": name})
    common = SubElement(document, "ofd:CommonData")
    SubElement(common, "ofd:MaxUnitID").text = str(len(rows) + 10)
    area = SubElement(common, "ofd:PageArea")
    SubElement(area, "ofd:PhysicalBox").text = f"0 0 210 {height}"
    SubElement(common, "ofd:PublicRes").text = "PublicRes.xml"
    pages = SubElement(document, "ofd:Pages")
    SubElement(pages, "ofd:Page", {"ID": "1", "BaseLoc": "Pages/Page_0/Content.xml"})
    res = Element("ofd:Res", {"xmlns:ofd": name, "BaseLoc": "Res"})
    fonts = SubElement(res, "ofd:Fonts")
    SubElement(fonts, "ofd:Font", {"ID": "2", "FontName": "宋体", "FamilyName": "宋体"})
    page = Element("ofd:Page", {"xmlns:ofd": name})
    layer = SubElement(SubElement(page, "ofd:Content"), "ofd:Layer", {"ID": "3"})
    for at, row in enumerate(rows):
        box = f"10 {10 + at * _MM_PER_ROW} 190 6"
        one = SubElement(
            layer, "ofd:TextObject", {"ID": str(10 + at), "Boundary": box, "Font": "2", "Size": "3.2"}
        )
        SubElement(one, "ofd:TextCode", {"X": "0", "Y": "4", "DeltaX": "g 200 3.2"}).text = row
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        for path, element in (
            ("OFD.xml", ofd),
            ("Doc_0/Document.xml", document),
            ("Doc_0/PublicRes.xml", res),
            ("Doc_0/Pages/Page_0/Content.xml", page),
        ):
            package.writestr(path, tostring(element, encoding="utf-8", xml_declaration=True))
    return content.getvalue()
