"""Who acts: a person, an app, the market's own clock; always for one organisation, through one door."""

from enum import StrEnum
from typing import Any

import msgspec

from huozhan.kernel.refusals import Forbidden, ScopeMissing, Unauthenticated
from huozhan.kernel.shapes import Bilingual


class ActorKind(StrEnum):
    """What kind of principal acts."""

    anonymous = "anonymous"
    person = "person"
    app = "app"
    system = "system"


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """The one who acts. `permissions` is what the role allows in the organisation at hand.

    `org_id` 0 means no organisation: every query scoped by it finds nothing. `address` is where the call comes
    from on the network; only limits look at it, and it is stored nowhere in plain. `visitor` is the key that the browser
    brought back from an earlier page, empty where it is a program's; what was looked for is told apart by it.
    """

    kind: ActorKind = ActorKind.anonymous
    person_id: int = 0
    org_id: int = 0
    role: str = ""
    permissions: frozenset[str] = frozenset()
    session_id: int = 0
    name: str = ""
    org_name: Bilingual = Bilingual()
    lang: str = "zh"
    door: str = ""
    address: str = ""
    visitor: str = ""

    def may(self, permission: str) -> bool:
        """Tells whether the actor's role includes `permission`."""
        return permission in self.permissions or self.kind is ActorKind.system

    def must(self, permission: str) -> None:
        """Refuses unless the actor's role includes `permission`."""
        if self.may(permission):
            return
        if self.kind is ActorKind.anonymous:
            raise Unauthenticated
        if self.kind is ActorKind.app:
            raise ScopeMissing(permission=permission)
        raise Forbidden(permission=permission)

    def using(self, **changes: Any) -> "Actor":
        """The same actor with some fields changed (language, door)."""
        return msgspec.structs.replace(self, **changes)


def system(door: str = "jobs") -> Actor:
    """The market's own hand: clocks, relays, callbacks whose signature was checked."""
    return Actor(kind=ActorKind.system, door=door, name="system")


def anonymous(lang: str = "zh", door: str = "") -> Actor:
    """A visitor; may do what carries the permission "public"."""
    return Actor(permissions=PUBLIC, lang=lang, door=door)


PUBLIC = frozenset({"public"})
