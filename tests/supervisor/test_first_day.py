"""The first day of a demo market: one command, one line, real goods, and nothing left behind."""

import html
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import httpx

PATIENCE_SECONDS = 60


def test_one_command_opens_a_market_of_real_goods_and_ends_without_a_trace(new_home: Path) -> None:
    new_home.chmod(0o711)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUOZHAN_")}
    serving = subprocess.Popen(
        [sys.executable, "-m", "huozhan", "serve", "--port", "0", "--processes", "1"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**kept, "HUOZHAN_HOME": str(new_home / "home")},
    )  # fmt: skip
    assert serving.stdout is not None
    word, url = serving.stdout.readline().split()
    found = httpx.get(f"{url}/search", params={"q": "杯", "lang": "zh"})
    offered = httpx.get(f"{url}/sign-in", params={"lang": "en"})
    has_tools = all(shutil.which(tool) for tool in ("curl", "jq"))
    ordered = as_the_papers_say(url) if has_tools else ""
    offspring = everybody_below(serving.pid)
    serving.send_signal(signal.SIGINT)
    rest, said = serving.communicate(timeout=PATIENCE_SECONDS)

    assert (word, rest, serving.returncode) == ("ready", "", 0), said
    assert "/offers/" in html.unescape(found.text)
    assert "demo" in offered.text.lower()
    assert '"state": "wait_pay"' in ordered or not has_tools
    assert len(offspring) > 4
    assert not [pid for pid in offspring if Path(f"/proc/{pid}").exists()]


def as_the_papers_say(url: str) -> str:
    """What the shell example of docs/api.md prints at this market."""
    papers = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
    example = papers.split("```sh\n")[1].split("```")[0].replace("http://127.0.0.1:8080", url)
    told = subprocess.run(
        ["bash", "-euc", example], check=False, capture_output=True, text=True, timeout=PATIENCE_SECONDS
    )
    return told.stdout + told.stderr


def everybody_below(pid: int) -> list[int]:
    """The processes that a process started, and those that these started."""
    children = [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
    return children + [below for child in children for below in everybody_below(child)]
