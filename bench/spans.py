"""Figures of a drill that is played in spans of seeds, perhaps over several nights: one document, span by span."""

from pathlib import Path
from typing import Any

import msgspec

from bench.figures import circumstances, show

_SUMS = ("seeds", "events", "replayed_to_the_same_hash", "invariant_breaks", "seconds")
_COUNTS = ("events_done", "events_refused", "faults")


def add_span(figures: dict[str, Any], file: Path) -> None:
    """Adds what a span showed to the document; a span that stands there already is told anew.

    Each span carries its own date, commit and machine: what an older commit showed is not this one's figure.
    """
    known = msgspec.json.decode(file.read_bytes()) if file.exists() else {}
    spans = [span for span in known.get("spans", []) if span["first_seed"] != figures["first_seed"]]
    spans.append({**circumstances(), **figures})
    spans.sort(key=lambda span: span["first_seed"])
    file.write_text(show(_document(spans)) + "\n")


def _document(spans: list[dict[str, Any]]) -> dict[str, Any]:
    counts: dict[str, dict[str, int]] = {name: {} for name in _COUNTS}
    for name in _COUNTS:
        for span in spans:
            for key, number in span[name].items():
                counts[name][key] = counts[name].get(key, 0) + number
    commits = sorted({span["commit"] for span in spans})
    return {
        "what": spans[-1]["what"],
        "commits": commits,
        "dates": sorted({span["date"] for span in spans}),
        "machine": spans[-1]["machine"],
        "seeds_played": _ranges(spans),
        **{name: sum(span[name] for span in spans) for name in _SUMS},
        "longest_rest_hours": max(span["longest_rest_hours"] for span in spans),
        **{name: dict(sorted(counts[name].items())) for name in _COUNTS},
        "spans": spans,
    }


def _ranges(spans: list[dict[str, Any]]) -> list[str]:
    """Which seeds were played, spans that follow each other as one."""
    ranges: list[list[int]] = []
    for span in spans:
        first, last = span["first_seed"], span["first_seed"] + span["seeds"] - 1
        if ranges and ranges[-1][1] + 1 >= first:
            ranges[-1][1] = max(ranges[-1][1], last)
        else:
            ranges.append([first, last])
    return [f"{first}-{last}" for first, last in ranges]
