"""Names of places by their national division code, from the reference file; for the places that cards and facets show."""

import gzip
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

import msgspec

from huozhan.kernel.shapes import Bilingual


class _Place(msgspec.Struct):
    code6: str
    name: str
    name_en: str


@cache
def _places() -> Mapping[str, Bilingual]:
    packed = (resources.files("huozhan") / "reference" / "divisions.jsonl.gz").read_bytes()
    rows = msgspec.json.Decoder(_Place).decode_lines(gzip.decompress(packed))
    return {row.code6: Bilingual(row.name, row.name_en) for row in rows}


def place_name(code6: str) -> Bilingual:
    """What a division is called; empty where there is no such code."""
    return _places().get(code6, Bilingual())


def province_of(code6: str) -> str:
    """The province that a place lies in; nothing of nothing."""
    return f"{code6[:2]}0000" if code6 else ""


def city_of(code6: str) -> str:
    """The city that a place lies in; nothing of nothing."""
    return f"{code6[:4]}00" if code6 else ""


def place_codes() -> Iterable[str]:
    """The codes of all places, provinces first."""
    return _places().keys()


@cache
def provinces() -> tuple[str, ...]:
    """The codes of all provinces, in the order of the codes."""
    return tuple(code for code in _places() if code.endswith("0000"))


@cache
def province_names(lang: str) -> Mapping[str, str]:
    """All provinces: their names in one language, by code."""
    return {code: place_name(code).say(lang) for code in provinces()}


@cache
def cities_of(province: str) -> tuple[str, ...]:
    """The codes of the cities of a province, in the order of the codes."""
    return tuple(
        code for code in _places() if code[:2] == province[:2] and code.endswith("00") and code[2:4] != "00"
    )


def spoken(code: str, lang: str) -> str:
    """A city with its province before it."""
    province = place_name(province_of(code)).say(lang)
    city = place_name(code).say(lang)
    return city if code.endswith("0000") or city == province else f"{province} {city}"


def around(code: str, lang: str) -> dict[str, str]:
    """The places to choose among for freight: a place and the cities of its province, then every province."""
    near = [code, *cities_of(province_of(code))]
    return {one: spoken(one, lang) for one in near if place_name(one)} | dict(province_names(lang))
