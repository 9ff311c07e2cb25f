"""Starting and leaving."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.outside.conftest import PATIENCE_S, ROOT, Outside


def test_leaving_keeps_what_was_delivered_as_delivered(outside: Outside) -> None:
    outside.paid("PA-1")
    outside.market.wait_for(1)
    assert outside.message("M-1").status == 200
    outside.stop()
    outside.start()
    outside.paid("PA-2")
    references = [callback.data["merchant_ref"] for callback in outside.market.wait_for(2)]
    assert references == ["PA-1", "PA-2"]


def test_a_callback_that_is_being_taken_while_it_leaves_is_not_sent_again(outside: Outside) -> None:
    outside.market.pause_s = 1.0
    outside.paid("PA-1")
    outside.market.wait_for(1)
    outside.stop()
    outside.market.pause_s = 0.0
    outside.start()
    outside.paid("PA-2")
    references = [callback.data["merchant_ref"] for callback in outside.market.wait_for(2)]
    assert references == ["PA-1", "PA-2"]


def test_a_party_that_is_called_elsewhere_is_no_trouble(outside: Outside) -> None:
    outside.stop()
    there = '[bank]\nurl = "https://bank.example"'
    outside.secret_file.write_text(outside.secret_file.read_text().replace("[bank]", there))
    outside.start()
    assert outside.paid("PA-1")["state"] == "paid"


def test_a_second_process_on_the_same_home_is_refused(outside: Outside) -> None:
    told = _refusal(outside, "--home", str(outside.folder / "home"), "--port", "0")
    assert "locked" in told


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("--secret-file", "[channel]", "missing"),
        ("--secret-file", "not toml", "secrets"),
        ("--faults", "[channel]\nerror_500 = 7", "error_500"),
    ],
)
def test_a_bad_file_is_named_in_one_sentence(
    outside: Outside, tmp_path: Path, name: str, text: str, told: str
) -> None:
    bad = tmp_path / "bad-secrets.toml"
    bad.write_text(text)
    assert told in _refusal(outside, "--home", str(tmp_path / "other"), "--port", "0", name, str(bad))


def test_a_taken_port_is_named_in_one_sentence(outside: Outside, tmp_path: Path) -> None:
    told = _refusal(outside, "--home", str(tmp_path / "other"), "--port", str(outside.port))
    assert f"port {outside.port} cannot be used" in told


def _refusal(outside: Outside, *options: str) -> str:
    command = [sys.executable, "-m", "huozhan_outside", "--market-url", outside.market.url]
    command += ["--secret-file", str(outside.secret_file), *options]
    ended = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        env={"PYTHONPATH": str(ROOT / "src")},
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    return ended.stderr
