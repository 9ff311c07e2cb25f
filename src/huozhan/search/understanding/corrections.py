"""Did you mean: words that no title says become the nearest words that titles do say.

A word of Latin letters is looked for within one slip of a hand: a letter too many, too few, another, or two that changed
places; a slip between neighbouring keys is likelier than another. Chinese is typed by its sound, so a wrong sign nearly
always sounds right: a phrase of the goods that sounds the same takes the place of what is none. Words with figures are
left alone: they are models and sizes.
"""

import math
import re
from collections.abc import Collection, Iterator
from typing import Protocol

from huozhan.search.segmenting import plain, words_in
from huozhan.search.sounds import sounds
from huozhan.search.understanding.shapes import written_alike

LATIN_LENGTH = range(4, 25)
"""Shorter words are near too many others, longer ones are no words."""
TOKENS_MAX = 4
"""So many words of Latin letters are looked for, found or not, and so many signs' phrases put right: each word costs up to two
thousand questions of the index, some milliseconds."""
SIGNS_MAX = 12
PHRASE_SIGNS = range(2, 7)
RARE = 5
"""A word that so many offers say is meant; a rarer one may be a slip of theirs too."""
MUCH_MORE = 9
"""A rare word gives way to one that more than so many times as many say."""
TWO_SLIPS_FROM, BEGINNING, WORDS_MAX = 6, 2, 300
"""Two slips are looked for in words of so many letters, among so many words that begin with the same letters."""
SLIP_COST = 3.0
"""What one slip is worth against how common a word is: so many natural logarithms of its offers."""
ALIKE_FROM = 2
"""So many signs a phrase has at least that is looked for by its shape."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEAR_SLIP, _DOUBLE_SLIP, _SLIP, _FIRST_LETTER = 0.6, 0.5, 1.0, 0.4
_TOKEN = re.compile(r"[a-z]+|[\u3400-\u9fff]+")
_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"), ("f", "h"))
_FINALS = (("ang", "an"), ("eng", "en"), ("ing", "in"))
"""Sounds that many speakers of Chinese do not tell apart."""


class Vocabulary(Protocol):
    """What the goods are called."""

    def titled(self, word: str) -> int:
        """How many offers say this word in their title."""

    def words(self, start: str, limit: int) -> list[tuple[str, int]]:
        """Words of titles that begin so, with their offers, the commonest first."""

    def suggestions(self, start: str, limit: int) -> list[tuple[str, int]]:
        """Phrases that begin so, with their offers, the commonest first; by sound as "pinyin|phrase"."""

    def expect(self, words: Collection[str], starts: Collection[str]) -> None:
        """What will be asked for next: these words of titles, and a few phrases of each beginning."""


def corrected(vocabulary: Vocabulary, typed: str) -> str:
    """What was probably meant; empty where all is known or nothing is near."""
    text = plain(typed).strip()
    left = TOKENS_MAX

    def right(found: re.Match[str]) -> str:
        nonlocal left
        token = found[0]
        if not left or _stands_by_figures(text, found):
            return token
        if token.isascii():
            known = _offers_of_slip(vocabulary, token)
            if known is None:
                return token
            left -= 1
            return _latin(vocabulary, token, known)
        meant = _chinese(vocabulary, token)
        left -= meant != token
        return meant

    meant = _TOKEN.sub(right, text)
    return meant if meant != text else ""


def _stands_by_figures(text: str, found: re.Match[str]) -> bool:
    beside = text[max(found.start() - 1, 0) : found.start()] + text[found.end() : found.end() + 1]
    return any(sign.isdigit() for sign in beside)


def _offers_of_slip(vocabulary: Vocabulary, token: str) -> int | None:
    """How many offers say a word that may be a slip; None of one that is meant, or is no word."""
    if len(token) not in LATIN_LENGTH:
        return None
    known = vocabulary.titled((words_in(token) or [""])[0])
    return None if known >= RARE or (not known and vocabulary.suggestions(token, 1)) else known


def _latin(vocabulary: Vocabulary, token: str, known: int) -> str:
    """The likeliest word within one slip, or the Chinese phrase that sounds like one; `known` offers say it as it stands."""
    best, likeliest = token, -math.inf
    nearby = list(slips(token))
    vocabulary.expect([near for near, _ in nearby], [f"{near}|" for near, _ in nearby])
    for near, cost in nearby:
        offers = vocabulary.titled(near)
        meant = near
        if not offers and (sounding := vocabulary.suggestions(f"{near}|", 1)):
            meant, offers = sounding[0][0].partition("|")[2], sounding[0][1]
        if offers > known * MUCH_MORE and (likely := math.log(offers) - SLIP_COST * cost) > likeliest:
            best, likeliest = meant, likely
    return best if best != token else _two_slips(vocabulary, token, known)


def _two_slips(vocabulary: Vocabulary, token: str, known: int) -> str:
    """The commonest word that begins the same and is two slips away; only long words are worth it."""
    if len(token) < TWO_SLIPS_FROM:
        return token
    for word, offers in vocabulary.words(token[:BEGINNING], WORDS_MAX):
        if offers <= known * MUCH_MORE:
            break
        if word.isalpha() and abs(len(word) - len(token)) <= 2 and distance(word, token) <= 2:
            return word
    return token


def distance(one: str, other: str) -> int:
    """How many slips lie between two words: letters added, lost, changed, or neighbours that changed places."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]


def slips(word: str) -> Iterator[tuple[str, float]]:
    """Every word that one slip makes of this one, and what that slip costs; a wrong first letter is the rarest."""
    for at in range(len(word) + 1):
        first = _FIRST_LETTER if at == 0 else 0.0
        before, after = word[:at], word[at:]
        if after:
            doubled = before[-1:] == after[0]
            yield before + after[1:], first + (_DOUBLE_SLIP if doubled else _SLIP)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:], first + _NEAR_SLIP
        for letter in _LETTERS:
            if after and letter != after[0]:
                near = letter in _BESIDE.get(after[0], "")
                yield before + letter + after[1:], first + (_NEAR_SLIP if near else _SLIP)
            yield before + letter + after, first + (_DOUBLE_SLIP if letter == before[-1:] else _SLIP)


def _beside(letter: str) -> str:
    """The keys around a key of the usual keyboard."""
    row = next(n for n, keys in enumerate(_ROWS) if letter in keys)
    at = _ROWS[row].index(letter)
    around = [_ROWS[row][max(at - 1, 0) : at + 2]]
    if row > 0:
        around.append(_ROWS[row - 1][at : at + 2])
    if row + 1 < len(_ROWS):
        around.append(_ROWS[row + 1][max(at - 1, 0) : at + 1])
    return "".join(around).replace(letter, "")


_BESIDE = {letter: _beside(letter) for letter in _LETTERS}


def _chinese(vocabulary: Vocabulary, run: str) -> str:
    """The run with phrases in it that are none replaced by those that sound the same; the longest first."""
    if len(run) > SIGNS_MAX:
        return run
    said = sounds(run)
    for length in sorted(PHRASE_SIGNS, reverse=True):
        for at in range(len(run) - length + 1):
            phrase = run[at : at + length]
            if _known(vocabulary, phrase):
                continue
            if meant := _sounding(vocabulary, phrase, said[at : at + length]) or _alike(vocabulary, phrase):
                before, after = run[:at], run[at + length :]
                return _chinese(vocabulary, before) + meant + _chinese(vocabulary, after)
    return run


def _known(vocabulary: Vocabulary, phrase: str) -> bool:
    """Whether the goods are called so, in one word or in several that all stand by themselves."""
    return bool(vocabulary.titled(phrase)) or all(
        len(word) > 1 and vocabulary.titled(word) for word in words_in(phrase)
    )


def _sounding(vocabulary: Vocabulary, phrase: str, sounds: list[str]) -> str:
    """The commonest phrase of as many signs that sounds so, or nearly."""
    near = list(_near_sounds(sounds))
    vocabulary.expect((), [f"{sound}|" for sound in near])
    for sound in near:
        for entry, _ in vocabulary.suggestions(f"{sound}|", 5):
            meant = entry.partition("|")[2]
            if len(meant) == len(phrase) and meant != phrase:
                return meant
    return ""


def _alike(vocabulary: Vocabulary, phrase: str) -> str:
    """The commonest word of titles that looks so but for one sign."""
    if len(phrase) < ALIKE_FROM or vocabulary.suggestions(phrase, 1):
        return ""
    known = [(vocabulary.titled(other), other) for other in written_alike(phrase)]
    offers, meant = max(known, default=(0, ""))
    return meant if offers else ""


def _near_sounds(sounds: list[str]) -> Iterator[str]:
    """The sound itself, then with one syllable as others say it."""
    yield "".join(sounds)
    for at, sound in enumerate(sounds):
        for near in _said_otherwise(sound):
            yield "".join([*sounds[:at], near, *sounds[at + 1 :]])


def _said_otherwise(sound: str) -> Iterator[str]:
    for one, other in _INITIALS:
        if sound.startswith(one):
            yield other + sound.removeprefix(one)
        elif sound.startswith(other):
            yield one + sound.removeprefix(other)
    for one, other in _FINALS:
        if sound.endswith(one):
            yield sound.removesuffix(one) + other
        elif sound.endswith(other):
            yield sound.removesuffix(other) + one
