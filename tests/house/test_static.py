"""What is served from others' packages is what `VERSIONS.md` says it is."""

import hashlib
import re
from pathlib import Path

STATIC = Path(__file__).parents[2] / "src" / "huozhan" / "static"


def test_every_third_party_file_has_the_checksum_that_is_written_down() -> None:
    rows = re.findall(
        r"^\| `([\w.]+)` \|.*\| `(\w{64})` \|$", (STATIC / "VERSIONS.md").read_text(), re.MULTILINE
    )

    assert {name for name, _ in rows} == {"app.css", "belts.js", "china.json", "htmx.min.js", "icons.svg"}
    for name, written in rows:
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == written, f"{name}: run bin/assets"
