"""How the house's tests read the house: its files, its trees, its words."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "huozhan"
CONTEXTS = (
    "parties", "ledger", "messaging", "catalogue", "certificates", "disruption", "scenes", "payments", "credit", "finance", "pricebook", "promotion", "search", "shelves", "staging",
    "carriage", "insurance", "interest", "ordering", "fulfilment", "logistics", "aftersales", "contracts", "invoicing", "reviews", "insight", "operations",
)  # fmt: skip
LIBRARY = (*CONTEXTS, "kernel")
TEMPLATES = SOURCE / "doors" / "pages" / "templates"


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """Our Python files, of some folders of the package or of all of it."""
    roots = [SOURCE / folder for folder in folders] or [SOURCE]
    return tuple(file for root in roots for file in sorted(root.rglob("*.py")))


@cache
def tree_of(file: Path) -> ast.Module:
    """A file's syntax tree."""
    return ast.parse(file.read_text(), str(file))


@cache
def text_of(file: Path) -> str:
    """A file's text."""
    return file.read_text()


def name_of(file: Path) -> str:
    """A file as it is named in lists: from the package's folder."""
    return (
        file.relative_to(SOURCE).as_posix()
        if file.is_relative_to(SOURCE)
        else file.relative_to(ROOT).as_posix()
    )


def texts_in(file: Path) -> Iterator[tuple[int, str]]:
    """Every text that a file's code holds, but for docstrings, with its line."""
    tree = tree_of(file)
    documents = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in documents | notes
        ):
            yield node.lineno, node.value


def calls_in(file: Path) -> Iterator[tuple[int, str]]:
    """Every call of a file as it is written, `a.b.c`, with its line."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


def tables_by_context() -> dict[str, str]:
    """Which context made a table, by the migration that created it."""
    owners = {}
    for file in sorted((SOURCE / "migrations").glob("*.sql")):
        number = int(file.name[:4])
        for table in re.findall(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)", text_of(file)):
            owners[table] = owner_of_number(number)
        for table in re.findall(r"DROP TABLE (\w+)", text_of(file)):
            del owners[table]
    return owners


_NUMBERS = {
    (580, 580): "catalogue", (581, 581): "shelves", (582, 582): "certificates", (583, 583): "invoicing", (584, 584): "credit", (585, 585): "catalogue",
    (490, 499): "search", (570, 579): "search",
    (0, 9): "kernel", (10, 19): "parties", (20, 29): "catalogue", (30, 39): "ledger", (40, 49): "payments",
    (150, 150): "promotion", (151, 151): "ordering", (152, 153): "promotion", (154, 154): "ordering",
    (155, 159): "promotion",
    (170, 170): "payments",
    (50, 59): "ordering", (60, 69): "fulfilment", (70, 79): "messaging", (80, 89): "search", (450, 459): "search", (440, 449): "search", (460, 469): "search", (90, 99): "operations",
    (100, 100): "fulfilment", (101, 109): "aftersales",
    (110, 119): "payments",
    (120, 127): "payments", (128, 129): "ordering",
    (140, 144): "staging", (145, 149): "payments",
    (240, 249): "contracts", (280, 280): "payments", (281, 281): "catalogue", (190, 199): "payments", (210, 219): "payments",
    (160, 160): "disruption", (161, 161): "ordering", (162, 162): "catalogue", (165, 169): "messaging",
    (390, 390): "payments",
    (260, 260): "finance", (261, 261): "payments", (262, 269): "finance", (290, 290): "finance", (291, 291): "payments", (292, 299): "finance",
    (310, 310): "payments", (311, 311): "finance", (312, 312): "payments", (313, 314): "invoicing", (315, 315): "finance",
    (230, 239): "invoicing",
    (130, 130): "ordering", (131, 139): "credit",
    (250, 259): "messaging",
    (320, 320): "carriage", (321, 321): "payments", (322, 329): "logistics",
    (410, 410): "finance", (411, 412): "payments", (413, 413): "finance",
    (430, 430): "payments", (431, 439): "finance",
    (220, 221): "pricebook", (222, 222): "catalogue", (223, 223): "ordering", (224, 229): "pricebook",
    (420, 429): "aftersales",
    (470, 479): "scenes",
    (500, 503): "interest", (550, 554): "interest", (555, 559): "insight", (504, 519): "insight",
    (480, 489): "search", (520, 529): "shelves",
    (540, 543): "reviews", (544, 544): "catalogue", (545, 545): "parties", (546, 546): "catalogue", (547, 548): "reviews", (549, 549): "scenes",
    (530, 539): "search", (560, 569): "search",
    (400, 400): "insurance", (401, 401): "ordering", (402, 402): "payments", (403, 409): "insurance",
    (300, 300): "kernel", (301, 301): "payments", (302, 305): "pricebook", (306, 309): "messaging",
}  # fmt: skip


def owner_of_number(number: int) -> str:
    """The context to which a migration's number belongs."""
    return next(owner for (first, last), owner in _NUMBERS.items() if first <= number <= last)
