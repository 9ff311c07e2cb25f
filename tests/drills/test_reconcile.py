"""Days of a channel's files with errors in them: the drill's short slice."""

from bench.drills.reconcile import KINDS, reconcile_drill
from bench.drills.reconcile_bank import KINDS as KINDS_AT_THE_BANK
from bench.drills.reconcile_bank import reconcile_bank_drill
from bench.drills.reconcile_carrier import KINDS as KINDS_OF_CARRIERS
from bench.drills.reconcile_carrier import reconcile_carrier_drill


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
