"""A slice of `bin/drill ledger` and of `bin/bench ledger`'s stored entries; the whole drill has millions of deeds."""

from pathlib import Path

import asyncpg
import pytest
from bench import ground
from bench.drills.ledger import ledger_drill
from bench.drills.patient import DrillFailed
from bench.stored_entries import ACCOUNTS, store_entries

from huozhan.doors.settings import Settings
from huozhan.kernel.clock import MovableClock
from huozhan.ledger import draw_trial_balance, verify
from tests.conftest import OneConnection, make_hall
from tests.ledger.books import working

DEEDS = {"pure": 20_000, "stored": 2_000, "seed": 1}


def test_sixteen_hands_do_what_the_oracle_does() -> None:
    figures = ledger_drill(**DEEDS)

    assert figures["events_without_oracle"] == []
    for part, name in (("pure_model", "pure"), ("through_postgresql", "stored")):
        seen = figures[part]
        assert seen["operations"] == DEEDS[name]
        assert seen["trial_balances"] == DEEDS[name] // 1_000
        assert min(seen["accepted"], seen["refused"]) > DEEDS[name] // 5, "both answers are heard often"


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE ledger_balance DROP CONSTRAINT ledger_balance_is_covered",
        # A hand that works with what it read some time ago.
        (
            "CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF random() < 0.01 THEN RETURN OLD; END IF; RETURN NEW; END $$;"
            "CREATE TRIGGER forget BEFORE UPDATE ON ledger_balance FOR EACH ROW EXECUTE FUNCTION forget()"
        ),
    ],
    ids=["uncovered", "lost"],
)
def test_a_book_that_errs_is_found_out(monkeypatch: pytest.MonkeyPatch, sql: str) -> None:
    founded = ground.found

    async def and_break(settings: Settings) -> None:
        await founded(settings)
        db = await asyncpg.connect(settings.database_url)
        await db.execute(sql)
        await db.close()

    monkeypatch.setattr(ground, "found", and_break)
    with pytest.raises(DrillFailed):
        ledger_drill(pure=1_000, stored=2_000, seed=1)


async def test_stored_entries_are_sealed_as_the_market_seals_them(
    open_dsn: str, clock: MovableClock, tmp_path: Path
) -> None:
    await store_entries(open_dsn, 2 * ACCOUNTS)

    db = await asyncpg.connect(open_dsn)
    hall = await make_hall(OneConnection(db), clock, tmp_path)
    assert await verify(working(hall)) == []
    trial = await draw_trial_balance(working(hall))
    assert (trial.debit_minor, trial.difference_minor) == (ACCOUNTS * 2_000_000, 0)
    await db.close()
