"""`huozhan market load` on a machine that has no market yet."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.catalogue.test_loading import small_set


def test_a_new_home_becomes_a_demo_market_with_the_goods_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "goods"
    folder.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUOZHAN_")}
    # PostgreSQL may run as another user than the one who calls, who must reach the home.
    with tempfile.TemporaryDirectory(prefix="huozhan-load-") as home:
        Path(home).chmod(0o711)
        command = [sys.executable, "-m", "huozhan", "market", "load", str(small_set(folder)), "--json"]
        loaded = [
            subprocess.run(
                [*command, "--home", f"{home}/home"],
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            for _ in range(2)
        ]

    assert [one.returncode for one in loaded] == [0, 0], loaded[0].stderr
    first, again = (json.loads(one.stdout) for one in loaded)
    assert (first["suppliers"], first["offers"], first["offers_changed"]) == (2, 6, 6)
    assert (again["offers"], again["offers_changed"]) == (0, 0)
