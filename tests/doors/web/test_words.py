"""Every text of every page stands in the catalogue of words, which has every entry in both languages."""

import re
from pathlib import Path

import pytest

import huozhan
from huozhan.kernel.wording import load_words

TEMPLATES = Path(huozhan.__file__).parent / "doors" / "pages" / "templates"
_SAID = re.compile(r"""\bt\(\s*["']([A-Za-z_.0-9]+)["']\s*[,)]""")
_STARTS = re.compile(r"""\bt\(\s*["']([A-Za-z_.0-9]+\.)["']\s*~""")
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
OWN_NAMES = {"货栈", "中文"}
WORDS = load_words()


def templates() -> list[Path]:
    return sorted(
        [*TEMPLATES.glob("web/*.html"), *TEMPLATES.glob("layout/*.html"), *TEMPLATES.glob("macros/*.html")]
    )


@pytest.mark.parametrize("file", templates(), ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_every_text_of_a_template_is_in_the_catalogue(file: Path) -> None:
    source = file.read_text()
    missing = [key for key in _SAID.findall(source) if not WORDS.has(key)]
    assert not missing
    for start in _STARTS.findall(source):
        assert any(key.startswith(start) for key in WORDS.texts), start


@pytest.mark.parametrize("file", templates(), ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_no_template_says_anything_in_one_language_only(file: Path) -> None:
    spoken = re.sub(r"\{#.*?#\}", "", file.read_text(), flags=re.DOTALL)
    assert set(_CHINESE.findall(spoken)) <= OWN_NAMES
