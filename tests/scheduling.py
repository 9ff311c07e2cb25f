"""Which process gets which tests when several share them: long ones first, so that none runs alone at the end."""

from typing import Any

from xdist.scheduler import LoadFileScheduling

LONG_FIRST = (
    "tests/browser", "tests/doors/api", "tests/drills", "tests/supervisor", "tests/stories", "tests/market", "tests/payments",
    "tests/ordering", "tests/outside", "tests/finance", "tests/credit", "tests/messaging", "tests/ledger", "tests/catalogue",
)  # fmt: skip
"""Folders whose tests take long, the longest first; those that are not named come after them, quick ones last."""
QUICK = ("tests/house", "tests/staging", "tests/kernel")
TOGETHER = "tests/browser"
"""Its stories are played one after the other: each wants the machine for a market that is served, and for a browser."""


def turn_of(nodeid: str) -> int:
    """When a test's turn is."""
    for turn, folder in enumerate(LONG_FIRST):
        if nodeid.startswith(folder):
            return turn
    return len(LONG_FIRST) + nodeid.startswith(QUICK)


class LongFirst(LoadFileScheduling):  # type: ignore[misc]  # comes without types
    """Whole files at a time, as they were collected; stories in the browser all to one process."""

    def __init__(self, config: Any, log: Any = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER if nodeid.startswith(TOGETHER) else str(super()._split_scope(nodeid))
