"""A fact is what happened, in the past tense: written with the change, told to others after commit."""

from typing import Any, ClassVar

import msgspec


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Base of every fact: ids plus what cannot be looked up later. `name` is its name on the wire."""

    name: ClassVar[str] = ""
    registry: ClassVar[dict[str, type["Fact"]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.name:
            # msgspec builds the class a second time when slots are added, so the last one counts.
            Fact.registry[cls.name] = cls

    @property
    def about_id(self) -> int:
        """The aggregate that the fact is about."""
        raise NotImplementedError

    @property
    def concerns(self) -> tuple[int, ...]:
        """The organisations whose open pages should hear of it."""
        named = (getattr(self, field, 0) for field in ("buyer_id", "seller_id", "org_id"))
        return tuple(org_id for org_id in named if org_id)

    @property
    def news(self) -> tuple[tuple[int, int], ...]:
        """For open pages: which organisation hears that something happened to which id."""
        return tuple((org_id, self.about_id) for org_id in self.concerns)
