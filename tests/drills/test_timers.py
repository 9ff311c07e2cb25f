"""A slice of `bin/drill timers`; the whole drill has a hundred thousand."""

import pytest
from bench.drills.patient import DrillFailed
from bench.drills.timers import timers_drill

from huozhan.payments.store import releases


def test_every_timer_has_its_effect_once_and_none_early() -> None:
    figures = timers_drill(timers=300, seed=1)

    assert figures["effects"] == figures["timers"] > 300
    # How many hands fall meanwhile depends on how fast they are; that they may fall is said by the figures being there.
    assert {"hands_killed", "clock_jumps_backwards", "leases_taken_away"} <= set(figures)


def test_an_early_effect_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    settle = releases.settle

    async def hasty(work, release_id):
        await work.db.execute(
            "UPDATE held_release SET due_at = due_at - interval '100 days' WHERE release_id = $1", release_id
        )
        row = await settle(work, release_id)
        await work.db.execute(
            "UPDATE held_release SET due_at = due_at + interval '100 days' WHERE release_id = $1", release_id
        )
        return row

    monkeypatch.setattr(releases, "settle", hasty)  # strangers' deliveries run in this process
    with pytest.raises(DrillFailed, match="early"):
        timers_drill(timers=300, seed=1)
