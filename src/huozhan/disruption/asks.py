"""What operators ask of notices, what visitors ask about them, and within which limits."""

from datetime import datetime
from typing import Annotated

import msgspec

from huozhan.disruption.suspension import Direction, SuspensionKind
from huozhan.kernel.shapes import PAGE_SIZE, Ask, Cursor, Id, PageSize, Reason

TITLE_MAX = 120
REGIONS_MAX = 200
NAMES_MAX = 100

Region = Annotated[str, msgspec.Meta(pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[A-Z]{2})(?!\n)$")]
CarrierCode = Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9_]{1,20}(?!\n)$")]
CategoryId = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{1,64}(?!\n)$")]
Title = Annotated[str, msgspec.Meta(max_length=TITLE_MAX)]
Link = Annotated[str, msgspec.Meta(pattern=r"^https://[^\s]{4,480}(?!\n)$")]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Regions = Annotated[tuple[Region, ...], msgspec.Meta(min_length=1, max_length=REGIONS_MAX)]
Carriers = Annotated[tuple[CarrierCode, ...], msgspec.Meta(max_length=NAMES_MAX)]
CategoryIds = Annotated[tuple[CategoryId, ...], msgspec.Meta(max_length=NAMES_MAX)]


class DraftSuspension(Ask, frozen=True, kw_only=True):
    """A notice as it is to be published; with an id, a draft that is there already is replaced.

    Regions are national division codes of any level, or countries. Without carriers it is for every order, without
    categories for all goods.
    """

    kind: SuspensionKind
    title_zh: Title = ""
    title_en: Title = ""
    regions: Regions
    direction: Direction
    carriers: Carriers = ()
    categories: CategoryIds = ()
    from_at: Moment
    until_at: Moment
    evidence_url: Link
    suspension_id: Id = "0"


class JudgeSuspension(Ask, frozen=True, kw_only=True):
    """A notice, and why it is moved on."""

    suspension_id: Id
    reason: Reason


class MoveEnd(Ask, frozen=True, kw_only=True):
    """Another end for a published notice: later, or earlier but not in the past."""

    suspension_id: Id
    until_at: Moment
    reason: Reason


class JudgeEnd(Ask, frozen=True, kw_only=True):
    """Yes or no to the end that a colleague proposed; `until_at` is what the judge saw."""

    suspension_id: Id
    until_at: Moment
    agree: bool
    reason: Reason


class ListSuspensions(Ask, frozen=True, kw_only=True):
    """Which page of the notices."""

    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class ShowSuspension(Ask, frozen=True):
    """One notice with its history."""

    suspension_id: Id


class DisruptionsFor(Ask, frozen=True, kw_only=True):
    """Goods that leave from one place, go to another and belong to a category; what is empty is not asked about."""

    origin: Annotated[str, msgspec.Meta(pattern=r"^([0-9]{6}|[A-Z]{2})?(?!\n)$")] = ""
    destination: Annotated[str, msgspec.Meta(pattern=r"^([0-9]{6}|[A-Z]{2})?(?!\n)$")] = ""
    category_id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{0,64}(?!\n)$")] = ""
