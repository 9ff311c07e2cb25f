"""What a guard of the database is told by: a lawful row, and what breaks one guard alone."""

from collections.abc import Mapping
from typing import Any

import msgspec

Row = Mapping[str, Any]
NOW = "2026-03-01T02:00:00Z"


class Table(msgspec.Struct, frozen=True):
    """A lawful row where the types alone do not make one; a breach of each CHECK, and a twin under each unique key.

    The primary key's twin is the same row again and need not be said.
    """

    lawful: Row = {}
    breaches: Mapping[str, Row] = {}
    twins: Mapping[str, Row] = {}
