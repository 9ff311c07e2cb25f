"""The national division codes: provinces, prefectures, counties; a reference table, the same for everybody."""

import gzip
from collections.abc import Collection
from importlib import resources
from typing import Annotated

import asyncpg
import msgspec

from huozhan.kernel.refusals import Refusal, Sort
from huozhan.kernel.shapes import Ask, Bilingual, View
from huozhan.kernel.work import Work, use_case
from huozhan.parties.store import addresses as store


class NoSuchPlace(Refusal):
    """No division has this code, or not where it was given."""

    code = "parties.no_such_place"
    sort = Sort.invalid


class Divisions(Ask, frozen=True):
    """Whose parts to list; empty for the provinces."""

    parent: Annotated[str, msgspec.Meta(pattern=r"^([0-9]{6})?(?!\n)$")] = ""


class DivisionView(View, frozen=True, kw_only=True):
    """A province (1), prefecture (2) or county (3)."""

    code6: str
    name: Bilingual
    level: int
    has_parts: bool


class DivisionRow(msgspec.Struct):
    """A line of the reference file."""

    code6: str
    parent_code6: str | None
    level: int
    name: str
    name_en: str


async def load_divisions(db: asyncpg.Connection) -> int:
    """Fills the table from the reference file that ships with us; tells how many there are. Safe to repeat."""
    packed = (resources.files("huozhan") / "reference" / "divisions.jsonl.gz").read_bytes()
    rows = msgspec.json.Decoder(DivisionRow).decode_lines(gzip.decompress(packed))
    await store.write_divisions(
        db, [(r.code6, r.name, r.name_en, r.parent_code6 or "", r.level) for r in rows]
    )
    return len(rows)


@use_case("public", writes=False)
async def divisions(work: Work, ask: Divisions) -> list[DivisionView]:
    """The parts of a division, for address forms."""
    return [
        DivisionView(
            code6=row["code6"],
            name=Bilingual(row["name"], row["name_en"]),
            level=row["level"],
            has_parts=row["has_parts"],
        )
        for row in await store.divisions_in(work, ask.parent)
    ]


async def must_be_place(work: Work, province_code: str, city_code: str) -> None:
    """Refuses codes that are not a province and a place inside it (the province itself for a municipality)."""
    path = await store.division_path(work, city_code or province_code)
    if not path or path[0]["code6"] != province_code:
        raise NoSuchPlace(code=city_code or province_code)


async def must_be_places(work: Work, codes: Collection[str]) -> None:
    """Refuses a code that no division has; a short one (33, 3307) means the province or prefecture it begins."""
    whole = {code.ljust(6, "0"): code for code in codes}
    if unknown := whole.keys() - await store.divisions_known(work, list(whole)):
        raise NoSuchPlace(code=whole[min(unknown)])
