"""What the index answered a moment ago it is not asked again: the same question to the same index has the same answer.

An answer is kept only as long as nothing that it depends on has changed: the commit, the synonyms, what was learnt of
categories and brands; where a reader cannot tell that, nothing is kept. So nobody sees less, or later, than without it; in a market where goods change all the time little is kept.
Prices and stock are never kept here: they are the catalogue's. Names are: sellers whose belt changed are indexed anew.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any, TypeVar

import msgspec

KEPT_MAX = 512
"""So many answers of one state of the index; the largest have some ten KB."""
Answer = TypeVar("Answer")
_encode = msgspec.json.Encoder().encode


class Answers:
    """The answers of one reader."""

    def __init__(self) -> None:
        self._state: Any = None
        self._answers: dict[bytes, Any] = {}

    def of(self, state: Any, question: Any, answer: Callable[[], Answer]) -> Answer:
        """The answer to a question in this state, worked out where it is not known yet; nobody may change it."""
        if state is None:
            return answer()
        key = self._key(state, question)
        if key not in self._answers:
            self._answers[key] = answer()
        kept: Answer = self._answers[key]
        return kept

    async def told(self, state: Any, question: Any, answer: Callable[[], Awaitable[Answer]]) -> Answer:
        """The same where others are asked: what only changes together with the index, as names of categories and belts do."""
        if state is None:
            return await answer()
        key = self._key(state, question)
        kept: Answer | None = self._answers.get(key)
        if kept is None:
            kept = await answer()
            if state == self._state:
                self._answers[key] = kept
        return kept

    async def each(
        self,
        state: Any,
        kind: str,
        names: Collection[str],
        answer: Callable[[set[str]], Awaitable[Mapping[str, Answer]]],
    ) -> dict[str, Answer]:
        """What is told of several things: others are asked only for those of which nothing is known in this state."""
        if state is None:
            return dict(await answer(set(names))) if names else {}
        known: dict[str, Answer] = self.of(state, ("each", kind), dict)
        if missing := set(names).difference(known):
            known.update(await answer(missing))
        return {name: known[name] for name in names if name in known}

    def _key(self, state: Any, question: Any) -> bytes:
        if state != self._state or len(self._answers) >= KEPT_MAX:
            self._state, self._answers = state, {}
        return _encode(question)
