"""Phrases that go on from what was typed so far, also where its beginning has a slip or a sign that only sounds right."""

import math

from huozhan.search.sounds import sounds
from huozhan.search.understanding.corrections import SLIP_COST, Vocabulary, slips

PREFIXES_MAX = 60
SLIPPED_LENGTH = range(4, 13)
"""Beginnings of so many letters are tried with one slip: some hundred questions of the index, a few milliseconds."""
SIGNS_MAX = 8


def begun(vocabulary: Vocabulary, typed: str) -> list[tuple[str, int]]:
    """Phrases and their offers, the fullest first; `typed` is plain."""
    found = vocabulary.suggestions(typed, PREFIXES_MAX)
    if not found and typed.isascii():
        found = _slipped(vocabulary, typed)
    elif not found and len(typed) <= SIGNS_MAX:
        found = vocabulary.suggestions("".join(sounds(typed)), PREFIXES_MAX)
    best: dict[str, int] = {}
    for entry, offers in found:
        phrase = entry.partition("|")[2] or entry
        best[phrase] = max(best.get(phrase, 0), offers)
    return sorted(best.items(), key=lambda pair: (-pair[1], len(pair[0]), pair[0]))


def _slipped(vocabulary: Vocabulary, typed: str) -> list[tuple[str, int]]:
    """The phrases of the likeliest beginning within one slip."""
    if len(typed) not in SLIPPED_LENGTH or not typed.replace(" ", "").isalpha():
        return []
    likeliest, best = -math.inf, ""
    nearby = list(slips(typed))
    vocabulary.expect((), [near for near, _ in nearby])
    for near, cost in nearby:
        if first := vocabulary.suggestions(near, 1):
            likely = math.log(first[0][1]) - SLIP_COST * cost
            if likely > likeliest:
                likeliest, best = likely, near
    return vocabulary.suggestions(best, PREFIXES_MAX) if best else []
