"""Writes where provinces and cities lie, for the belts map: `python tools/demo/coordinates.py city_coordinates.json`.

The file is the one of the package pyecharts (MIT), `pyecharts/datasets/city_coordinates.json`: degrees east and north by name.
"""

import gzip
import json
import re
import sys
from pathlib import Path

REFERENCE = Path(__file__).parents[2] / "src" / "huozhan" / "reference"
_PEOPLES = "土家族|苗族|藏族|羌族|彝族|布依族|侗族|白族|傣族|景颇族|傈僳族|哈尼族|壮族|回族|回|朝鲜族|蒙古族|蒙古|哈萨克|哈萨克族"
_AUTONOMOUS = re.compile(rf"(?:{_PEOPLES})*自治[州县区]$")
_ENDS = ("市", "地区", "盟", "特别行政区", "省", "自治区", "林区", "县")
# Their short names are no beginning of the long ones.
_BESIDE = {"450000": "南宁", "150000": "呼和浩特", "650000": "乌鲁木齐", "640000": "银川", "540000": "拉萨"}


def main(source: str) -> None:
    """Provinces, their cities, and counties that hang under a province."""
    known = json.loads(Path(source).read_text())
    with gzip.open(REFERENCE / "divisions.jsonl.gz", "rt") as lines:
        divisions = [json.loads(line) for line in lines]
    provinces = {one["code6"] for one in divisions if one["level"] == 1}
    found = {}
    for one in divisions:
        if one["level"] > 2 and one["parent_code6"] not in provinces:
            continue
        name = next((name for name in _names(one) if name in known), None)
        if name:
            found[one["code6"]] = known[name]
    written = json.dumps(found, separators=(",", ":"), sort_keys=True)
    (REFERENCE / "coordinates.json").write_text(written + "\n")


def _names(one: dict[str, str]) -> list[str]:
    name = one["name"]
    shorter = [name.removesuffix(end) for end in _ENDS if name.endswith(end)]
    return [_BESIDE.get(one["code6"], name), *shorter, _AUTONOMOUS.sub("", name)]


if __name__ == "__main__":
    main(sys.argv[1])
