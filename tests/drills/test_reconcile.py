"""Days of every party's files with errors in them: the drill's short slices."""

from pathlib import Path

import msgspec
from bench.drills.reconcile import KINDS, reconcile_drill
from bench.drills.reconcile_bank import KINDS as KINDS_AT_THE_BANK
from bench.drills.reconcile_bank import reconcile_bank_drill
from bench.drills.reconcile_carrier import KINDS as KINDS_OF_CARRIERS
from bench.drills.reconcile_carrier import reconcile_carrier_drill
from bench.drills.reconcile_funder import KINDS as KINDS_OF_THE_FUNDER
from bench.drills.reconcile_funder import reconcile_funder_drill
from bench.drills.reconcile_lender import KINDS as KINDS_OF_THE_LENDER
from bench.drills.reconcile_lender import reconcile_lender_drill
from bench.drills.reconciled import keep_source


def test_every_error_in_the_channels_files_is_found_and_named() -> None:
    figures = reconcile_drill(days=4, lines=600, seed=7)

    assert set(figures["errors"]) == set(KINDS)
    assert (figures["missed"], figures["false_alarms"], figures["unexplained_minor"]) == (0, 0, 0)


def test_every_error_in_the_banks_days_is_found_and_named() -> None:
    figures = reconcile_bank_drill(days=4, lines=500, seed=7)

    assert set(figures["errors"]) == set(KINDS_AT_THE_BANK)
    assert (figures["missed"], figures["false_alarms"], figures["unexplained_minor"]) == (0, 0, 0)


def test_every_error_in_the_carriers_bills_is_found_and_named() -> None:
    figures = reconcile_carrier_drill(days=3, lines=600, seed=8)

    assert set(figures["errors"]) == set(KINDS_OF_CARRIERS)
    assert (figures["missed"], figures["false_alarms"], figures["unexplained_minor"]) == (0, 0, 0)


def test_every_error_in_the_lenders_files_is_found_and_named() -> None:
    figures = reconcile_lender_drill(days=4, lines=500, seed=7)

    assert set(figures["errors"]) == set(KINDS_OF_THE_LENDER)
    assert (figures["missed"], figures["false_alarms"], figures["unexplained_minor"]) == (0, 0, 0)


def test_every_error_in_the_funders_files_is_found_and_named() -> None:
    figures = reconcile_funder_drill(days=4, lines=500, seed=7)

    assert set(figures["errors"]) == set(KINDS_OF_THE_FUNDER)
    assert (figures["missed"], figures["false_alarms"], figures["unexplained_minor"]) == (0, 0, 0)


def test_figures_of_one_source_leave_those_of_the_others(tmp_path: Path) -> None:
    kept_in = tmp_path / "drill-reconcile.json"
    keep_source("lender", {"found": 1}, kept_in)
    keep_source("bank", {"found": 2}, kept_in)
    keep_source("lender", {"found": 3}, kept_in)

    sources = msgspec.json.decode(kept_in.read_bytes())["sources"]
    assert {name: one["found"] for name, one in sources.items()} == {"bank": 2, "lender": 3}
    assert all(one["commit"] for one in sources.values())
