"""Callbacks reach the market, whatever breaks on the way."""

import time

from tests.outside.conftest import Outside, until


def test_a_callback_is_repeated_until_it_is_taken(outside: Outside) -> None:
    outside.market.statuses = [500, 302, 429]
    outside.paid("PA-1")
    for left in (2, 1, 0):
        until(lambda left=left: len(outside.market.statuses) == left)
        outside.move_clock(60 * (3 - left))
    (callback,) = outside.market.wait_for(1)
    assert callback.genuine
    assert callback.data["merchant_ref"] == "PA-1"


def test_a_market_that_is_gone_is_not_called_again(outside: Outside) -> None:
    outside.market.statuses = [410]
    outside.paid("PA-1")
    until(lambda: not outside.market.statuses)
    outside.move_clock(86400)
    outside.paid("PA-2")
    (callback,) = outside.market.wait_for(1)
    time.sleep(0.5)
    assert [taken.data["merchant_ref"] for taken in outside.market.taken] == ["PA-2"]
    assert callback.genuine


def test_pending_callbacks_survive_a_kill(outside: Outside) -> None:
    outside.market.statuses = [503] * 50
    for number in range(20):
        outside.paid(f"PA-{number}")
    outside.kill()
    outside.market.statuses = []
    outside.move_clock(3600)
    outside.start()
    callbacks = outside.market.taken
    until(lambda: len({callback.message_id for callback in callbacks}) == 20)
    assert {callback.data["merchant_ref"] for callback in callbacks} == {
        f"PA-{number}" for number in range(20)
    }
    assert all(callback.genuine for callback in callbacks)


def test_refunds_and_transfers_under_way_end_after_a_kill(outside: Outside) -> None:
    outside.stop()
    outside.start("--refund-delay", "3600", "--bank-delay", "3600")
    outside.paid("PA-1")
    outside.refund("RF-1", "PA-1", 100)
    outside.transfer("WD-1")
    outside.market.wait_for(1)
    outside.kill()
    outside.start("--refund-delay", "3600", "--bank-delay", "3600")
    assert outside.ask("GET", "/channel/refunds/RF-1").json["state"] == "processing"
    outside.move_clock(3700)
    until(lambda: len({callback.message_id for callback in outside.market.taken}) == 3)
    types = {callback.type for callback in outside.market.taken}
    assert types == {"payment.paid", "refund.succeeded", "transfer.succeeded"}
    assert [row["amount_minor"] for row in outside.truth("bank")] == [500000]


def test_a_message_keeps_its_id_over_attempts(outside: Outside) -> None:
    outside.set_faults("channel", duplicate_callback=1)
    outside.market.statuses = [500]
    outside.paid("PA-1")
    until(lambda: not outside.market.statuses)
    outside.move_clock(60)
    ids = [callback.message_id for callback in outside.market.wait_for(3)]
    assert sorted(ids.count(message_id) for message_id in set(ids)) == [1, 2]
