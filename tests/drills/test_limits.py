"""A slice of `bin/drill limits`; the whole drill tries each limit a thousand times."""

import asyncpg
import pytest
from bench import ground
from bench.drills.limits import LIMITS, limits_drill
from bench.drills.patient import DrillFailed

from huozhan.doors.settings import Settings

ATTEMPTS = 60


def test_every_limit_holds() -> None:
    figures = limits_drill(attempts=ATTEMPTS)

    assert len(LIMITS) >= 25
    assert figures["held"].keys() == LIMITS.keys()


@pytest.mark.parametrize(
    ("only", "sql"),
    [
        (
            "no_more_is_held",
            "ALTER TABLE ledger_balance DROP CONSTRAINT ledger_balance_is_covered",
        ),
        # A pool of pieces that never empties.
        (
            "hot_stock",
            (
                "ALTER TABLE stock DROP CONSTRAINT stock_covers_reserved;"
                "CREATE FUNCTION refill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                " NEW.on_hand := NEW.on_hand + 1; RETURN NEW; END $$;"
                "CREATE TRIGGER refill BEFORE UPDATE ON stock FOR EACH ROW EXECUTE FUNCTION refill()"
            ),
        ),
    ],
)
def test_a_limit_that_is_broken_is_found_out(monkeypatch: pytest.MonkeyPatch, only: str, sql: str) -> None:
    founded = ground.found

    async def and_break(settings: Settings) -> None:
        await founded(settings)
        db = await asyncpg.connect(settings.database_url)
        await db.execute(sql)
        await db.close()

    monkeypatch.setattr(ground, "found", and_break)
    with pytest.raises(DrillFailed, match="succeeded"):
        limits_drill(attempts=ATTEMPTS, only=only)
