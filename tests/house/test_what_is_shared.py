"""What every web process has in memory from its beginning: what is read before they are forked, and nothing of what few need."""

import subprocess
import sys

READ_WHEN_NEEDED = {
    "PIL",
    "duckdb",
    "onnxruntime",
    "pandas",
    "pypinyin",
    "scipy",
    "sklearn",
    "tokenizers",
    "torch",
}
"""Each takes some ten MiB or much more. Models are read by markets that have them; pypinyin's tables are packed by `search/sounds.py`."""
_AS_SERVED = """
import sys
import huozhan.cli, huozhan.doors.listening, huozhan.main
from huozhan import search
search.load_dictionaries()
print("\\n".join(sys.modules))
"""


def test_what_is_forked_has_read_nothing_that_few_need() -> None:
    said = subprocess.run(
        [sys.executable, "-c", _AS_SERVED], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "huozhan.doors.web.finding" in said, "all doors are there"
    assert sorted({name.partition(".")[0] for name in said} & READ_WHEN_NEEDED) == []
