"""Each fault does what its line in the page says, and nothing else."""

from http.client import HTTPException

import pytest

from huozhan_outside.faults import Faults, PartyPlan
from tests.outside.conftest import Outside, until


def test_a_duplicate_comes_twice_with_one_id_and_once_with_another(outside: Outside) -> None:
    outside.set_faults("channel", duplicate_callback=1)
    paid = outside.paid("PA-1")
    callbacks = outside.market.wait_for(3)
    assert [callback.data for callback in callbacks] == [paid] * 3
    assert callbacks[0].message_id == callbacks[1].message_id != callbacks[2].message_id
    assert len(outside.truth("channel")) == 1


def test_a_late_callback_waits(outside: Outside) -> None:
    outside.set_faults("channel", late_callback=1, late_by_s=3600)
    outside.paid("PA-1")
    outside.set_faults("channel")
    outside.paid("PA-2")
    assert outside.market.wait_for(1)[0].data["merchant_ref"] == "PA-2"
    outside.move_clock(3601)
    assert outside.market.wait_for(2)[1].data["merchant_ref"] == "PA-1"


def test_a_reordered_payment_comes_after_its_refund(outside: Outside) -> None:
    outside.set_faults("channel", reordered=1, late_by_s=3600)
    outside.paid("PA-1")
    outside.refund("RF-1", "PA-1", 100)
    assert [callback.type for callback in outside.market.wait_for(2)] == ["refund.succeeded", "payment.paid"]


def test_reordered_scans_change_places(outside: Outside) -> None:
    outside.set_faults("carrier", reordered=1, late_by_s=3600)
    outside.parcel("7312345678")
    outside.advance("7312345678", "picked_up")
    outside.advance("7312345678", "departed")
    assert [callback.data["state"] for callback in outside.market.wait_for(2)] == ["206", "1"]


@pytest.mark.parametrize(
    ("fault", "field", "value"),
    [("wrong_amount", "paid_amount_minor", 12801), ("wrong_currency", "paid_currency", "USD")],
)
def test_a_wrong_callback_comes_before_the_true_one(
    outside: Outside, fault: str, field: str, value: object
) -> None:
    outside.set_faults("channel", late_by_s=3600, **{fault: 1})
    paid = outside.paid("PA-1")
    (wrong,) = outside.market.wait_for(1)
    assert wrong.genuine
    assert wrong.data == {**paid, field: value}
    assert outside.ask("GET", "/channel/payments/PA-1").json == paid
    outside.move_clock(3601)
    assert outside.market.wait_for(2)[1].data == paid


def test_a_forged_callback_is_signed_wrongly_and_lies(outside: Outside) -> None:
    outside.set_faults("bank", forged_signature=1)
    outside.transfer("WD-1")
    forged, true = outside.market.wait_for(2)
    assert (forged.genuine, forged.data["state"]) == (False, "failed")
    assert (true.genuine, true.data["state"]) == (True, "succeeded")


def test_an_unknown_reference_is_told_before_the_true_one(outside: Outside) -> None:
    outside.set_faults("channel", unknown_reference=1)
    outside.paid("PA-1")
    unknown, true = outside.market.wait_for(2)
    assert unknown.genuine
    assert unknown.data["merchant_ref"].startswith("unknown-")
    assert true.data["merchant_ref"] == "PA-1"


def test_a_false_callback_is_never_repeated(outside: Outside) -> None:
    outside.set_faults("channel", wrong_amount=1, late_by_s=3600)
    outside.market.statuses = [500]
    outside.paid("PA-1")
    until(lambda: not outside.market.statuses)
    outside.move_clock(3601)
    (callback,) = outside.market.wait_for(1)
    outside.move_clock(7200)
    outside.set_faults("channel")
    outside.paid("PA-2")
    outside.market.wait_for(2)
    assert [taken.data["paid_amount_minor"] for taken in outside.market.taken] == [12800, 12800]
    assert callback.data["merchant_ref"] == "PA-1"


def test_a_lost_answer_leaves_the_work_done(outside: Outside) -> None:
    for party, ask, path in (
        ("channel", lambda: outside.payment("PA-1"), "/channel/payments/PA-1"),
        ("bank", lambda: outside.transfer("WD-1"), "/bank/transfers/WD-1"),
        ("carrier", lambda: outside.parcel("7312345678"), "/carrier/trace/ZTO/7312345678"),
        ("mail", lambda: outside.message("M-1"), "/mail/messages?to=li.ming@example.com"),
    ):
        outside.set_faults(party, timeout_after_success=1, hang_s=0)
        with pytest.raises((HTTPException, ConnectionError)):
            ask()
        assert outside.ask("GET", path).status == 200
        assert ask().status == 200


def test_a_failing_party_has_done_nothing(outside: Outside) -> None:
    outside.set_faults("channel", error_500=1, strikes=2)
    for _ in range(2):
        reply = outside.payment("PA-1")
        assert (reply.status, reply.json["code"]) == (500, "party_failed")
        assert outside.ask("GET", "/channel/payments/PA-1").status == 404
    assert outside.payment("PA-1").status == 200
    assert outside.ask("POST", "/channel/payments/PA-1/close", {}).status == 500


def test_a_partial_refund_gives_half_back(outside: Outside) -> None:
    outside.paid("PA-1")
    outside.set_faults("channel", partial_refund=1)
    outside.refund("RF-1", "PA-1", 1001)
    told = outside.market.wait_for(2)[1].data
    assert (told["state"], told["amount_minor"], told["refunded_minor"]) == ("succeeded", 1001, 500)
    assert outside.ask("GET", "/channel/payments/PA-1").json["refunded_minor"] == 500
    assert outside.truth("channel")[1]["amount_minor"] == 500


def test_a_failed_refund_gives_nothing_back(outside: Outside) -> None:
    outside.paid("PA-1")
    outside.set_faults("channel", failed_refund=1)
    outside.refund("RF-1", "PA-1", 12800)
    told = outside.market.wait_for(2)[1]
    assert (told.type, told.data["reason"], told.data["refunded_minor"]) == (
        "refund.failed",
        "channel_refused",
        0,
    )
    outside.set_faults("channel")
    assert outside.refund("RF-2", "PA-1", 12800).status == 200


def test_a_plan_survives_a_kill_and_a_bad_one_is_refused(outside: Outside) -> None:
    outside.set_faults("bank", seed=7, error_500=0.25)
    outside.kill()
    outside.start()
    kept = outside.ask("GET", "/faults?party=bank", party="bank").json
    assert (kept["seed"], kept["faults"]["error_500"]) == (7, 0.25)
    for faults in ({"error_500": 2}, {"no_such_fault": 1}):
        reply = outside.ask("POST", "/faults", {"party": "bank", "faults": faults}, party="bank")
        assert (reply.status, reply.json["code"]) == (422, "invalid")


def test_a_plan_file_is_read_at_start(outside: Outside) -> None:
    outside.stop()
    plan = outside.folder / "plan.toml"
    plan.write_text("[mail]\nerror_500 = 1.0\n")
    outside.start("--faults", str(plan))
    assert outside.message("M-1").status == 500
    assert outside.message("M-1").status == 200


def test_a_seed_and_a_reference_decide_alone() -> None:
    def struck(seed: int) -> list[bool]:
        plan = PartyPlan("channel", seed, Faults(late_callback=0.3))
        return [plan.strikes("late_callback", f"PA-{number}") for number in range(1000)]

    assert struck(1) == struck(1)
    assert struck(1) != struck(2)
    assert 250 < sum(struck(1)) < 350
    assert not PartyPlan("channel", 1, Faults()).strikes("late_callback", "PA-1")
