"""Every pair of colours that carries text can be read in both themes (WCAG 2.2: 4.5 for text, 3 for a control's outline)."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "assets" / "css" / "tokens.css"
GROUNDS = ("--color-base-100", "--color-base-200", "--hz-sunk")
TEXT_ON_GROUNDS = (
    "--color-base-content",
    "--hz-muted",
    "--hz-price",
    "--hz-safe",
    "--hz-clock",
    "--hz-danger",
    "--hz-note",
    "--color-info",
)
TEXT_ON_ITS_OWN = [
    *((f"--hz-{tone}", f"--hz-{tone}-soft") for tone in ("price", "safe", "clock", "danger", "note")),
    *(
        (f"--color-{tone}-content", f"--color-{tone}")
        for tone in ("primary", "success", "error", "neutral", "warning")
    ),
    *(("--color-base-content", f"--hz-{tone}-soft") for tone in ("price", "safe", "clock", "danger", "note")),
    ("--color-base-content", "--hz-mark"),
]


def themes() -> dict[str, dict[str, str]]:
    found = re.findall(r"@plugin \"daisyui/theme\" \{(.*?)\n\}", TOKENS.read_text(), re.DOTALL)
    blocks = [dict(re.findall(r"([\w-]+): \"?(#?[\w.]+)\"?;", block)) for block in found]
    return {block["name"]: block for block in blocks}


def luminance(colour: str) -> float:
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["paper", "night"])
def test_text_can_be_read_on_every_ground(theme: str) -> None:
    colours = themes()[theme]
    pairs = [(text, ground) for text in TEXT_ON_GROUNDS for ground in GROUNDS] + TEXT_ON_ITS_OWN

    faint = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in pairs}

    assert {pair: ratio for pair, ratio in faint.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", ["paper", "night"])
def test_outlines_of_controls_can_be_seen(theme: str) -> None:
    colours = themes()[theme]

    assert min(contrast(colours["--hz-field-line"], colours[ground]) for ground in GROUNDS) >= 3
