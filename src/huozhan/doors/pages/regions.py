"""Regions as a seller writes them: names (浙江, 杭州市, 江苏省南京市鼓楼区), division codes, or a country's two letters."""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from huozhan.doors.pages.places import place_codes, place_name
from huozhan.kernel.refusals import Refusal, Sort

_BETWEEN = re.compile(r"[,，、;；\n]+")
_CODE = re.compile(r"[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}|[A-Za-z]{2}")
_ENDINGS = re.compile(r"(省|市|(壮族|回族|维吾尔)?自治区|特别行政区)$")


class PlaceUnknown(Refusal):
    """No place is called so, or several are."""

    code = "desk.place_unknown"
    sort = Sort.invalid


def read_regions(text: str, field: str) -> list[str]:
    """The codes of what is written, each once."""
    found: list[str] = []
    for part in filter(None, (part.strip() for part in _BETWEEN.split(text))):
        whole = _named(part)
        codes = [whole] if whole else [_word(word) for word in part.split()]
        if not all(codes):
            raise PlaceUnknown(field=field, typed=part[:40])
        found += codes
    return list(dict.fromkeys(found))


def _word(word: str) -> str:
    return word.upper() if _CODE.fullmatch(word) else _named(word)


def is_province(code: str) -> bool:
    """Tells whether a code names a whole province."""
    return code.isdigit() and (len(code) == 2 or (len(code) == 6 and code.endswith("0000")))


def write_regions(codes: Iterable[str], lang: str) -> str:
    """The regions by names that read back as the same codes, or by code where a name would not."""
    return ("、" if lang == "zh" else ", ").join(_written(code, lang) for code in codes)


def _written(code: str, lang: str) -> str:
    name = place_name(code.ljust(6, "0"))
    for said in (name.say(lang), _path(code), code):
        if said and _named(said) == _short(code):
            return said
    return code


def _path(code: str) -> str:
    """A place with all it lies in: 江苏省南京市鼓楼区."""
    whole = code.ljust(6, "0")
    above = dict.fromkeys((f"{whole[:2]}0000", f"{whole[:4]}00", whole))
    return "".join(place_name(one).zh for one in above)


def _named(text: str) -> str:
    return _codes_by_name().get("".join(text.split()).casefold(), "")


@cache
def _codes_by_name() -> Mapping[str, str]:
    """Every name that means one place; where a province and a city share a short name, the province has it."""
    meant: dict[str, set[str]] = {}
    short: dict[str, str] = {}
    for whole in place_codes():
        name, code = place_name(whole), _short(whole)
        paths = {name.zh, _path(whole), _path(whole).removeprefix(place_name(f"{whole[:2]}0000").zh)}
        for said in filter(None, {*paths, name.en.replace(" ", "")}):
            meant.setdefault(said.casefold(), set()).add(code)
        if len(code) < len("330106"):
            short.setdefault(_ENDINGS.sub("", name.zh), code)
    sure = {said: codes.pop() for said, codes in meant.items() if len(codes) == 1}
    return {**short, **sure}


def _short(code: str) -> str:
    """A division code without the zeros that fill it up."""
    return code[:2] if is_province(code) else code.removesuffix("00") if len(code) == len("330100") else code
