"""Days of a channel's files with errors in them: the drill's short slice."""

from bench.drills.reconcile import KINDS, reconcile_drill


def test_every_error_in_the_channels_files_is_found_and_named() -> None:
    figures = reconcile_drill(days=4, lines=600, seed=7)

    assert set(figures["errors"]) == set(KINDS)
    assert (figures["missed"], figures["false_alarms"], figures["unexplained_minor"]) == (0, 0, 0)
