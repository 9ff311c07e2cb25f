"""Evidence: a package that anybody can check without the market, and the check of any file by its hash."""

import hashlib
import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from huozhan import contracts
from huozhan.contracts.asks import CheckContract, PackageOf, PackageRef, TakeFile
from huozhan.contracts.evidence import PackagesWait
from huozhan.contracts.views import ContractPage
from huozhan.kernel.actor import anonymous
from huozhan.kernel.refusals import NotFound
from tests.contracts.drawing import Drawing


async def packed(drawing: Drawing, page: ContractPage) -> bytes:
    ask = PackageOf(page.card.contract_id)
    made = await drawing.hall.run(contracts.ask_package, ask, drawing.trade.li)
    await drawing.work()
    ref = PackageRef(page.card.contract_id, made.package_id)
    return (await drawing.hall.run(contracts.package_file, ref, drawing.trade.li)).content


async def test_a_package_can_be_checked_without_the_market(drawing: Drawing, tmp_path: Path) -> None:
    page = await drawing.signed(await drawing.trade.paid(red=100))
    content = await packed(drawing, page)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path)
        names = set(archive.namelist())

    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert {"versions/1/text.json", "versions/1/paper.pdf", "versions/1/signed.pdf", "signatures/1-buyer.tst",
            "signatures/1-seller.tst", "signatures/1-market.tst", "signatures/intents.json", "log/access.json",
            "log/order-events.json", "seal.pem", "README.txt"} <= names  # fmt: skip
    for name, sha256 in manifest["sha256"].items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == sha256
    assert names == set(manifest["sha256"]) | {"manifest.json", "manifest.json.p7s", "SHA256SUMS"}
    intents = json.loads((tmp_path / "signatures/intents.json").read_text())
    text_sha256 = hashlib.sha256((tmp_path / "versions/1/text.json").read_bytes()).hexdigest()
    assert {one["text_sha256"] for one in intents} == {text_sha256}
    assert [one["second_step"] for one in intents] == [True, True, False]
    if shutil.which("openssl"):
        _openssl_verifies(tmp_path)


def _openssl_verifies(folder: Path) -> None:
    command = ["openssl", "cms", "-verify", "-inform", "DER", "-in", "manifest.json.p7s", "-content", "manifest.json",
               "-CAfile", "seal.pem", "-purpose", "any", "-binary", "-no_check_time", "-out", "/dev/null"]  # fmt: skip
    assert subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0
    (folder / "manifest.json").write_text(
        (folder / "manifest.json").read_text().replace("in_force", "in_farce")
    )
    assert subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode != 0


async def test_only_who_asked_gets_a_package(drawing: Drawing) -> None:
    trade = drawing.trade
    asked = await drawing.ask(await trade.paid(red=10))
    made = await drawing.hall.run(contracts.ask_package, PackageOf(asked.contract_id), trade.li)
    for _ in range(2):
        await drawing.hall.run(contracts.ask_package, PackageOf(asked.contract_id), trade.li)
    with pytest.raises(PackagesWait):
        await drawing.hall.run(contracts.ask_package, PackageOf(asked.contract_id), trade.li)
    await drawing.work()
    for stranger in (trade.chenguang, trade.hongfa):
        with pytest.raises(NotFound):
            await drawing.hall.run(
                contracts.package_file, PackageRef(asked.contract_id, made.package_id), stranger
            )


async def test_anybody_checks_a_file_by_its_hash(drawing: Drawing) -> None:
    page = await drawing.signed(await drawing.trade.paid(red=100))
    row = await drawing.row(page.card.contract_id)
    package = await packed(drawing, page)

    async def check(content: bytes) -> contracts.views.ContractCheck:
        ask = CheckContract(hashlib.sha256(content).hexdigest().upper())
        return await drawing.hall.run(contracts.check_contract, ask, anonymous())

    for content, kind, is_current in (
        (row["paper"], "paper", False),
        (row["english"], "english", False),
        (row["signed"], "signed", True),
        (package, "package", False),
    ):
        told = await check(content)
        assert (told.is_known, told.kind, told.is_current, told.version_no) == (True, kind, is_current, 1)
    assert [one.side for one in (await check(row["signed"])).signatures] == ["buyer", "seller", "market"]
    assert (await check(row["signed"] + b" ")).is_known is False


async def test_a_download_is_logged(drawing: Drawing) -> None:
    asked = await drawing.ask(await drawing.trade.paid(red=10))
    take = TakeFile(contract_id=asked.contract_id, version_no=1, kind="english")

    found = await drawing.hall.run(contracts.take_contract, take, drawing.trade.chenguang)

    assert (found.media_type, found.content[:5]) == ("application/pdf", b"%PDF-")
    async with drawing.hall.pool.acquire() as db:
        (row,) = await db.fetch("SELECT what, org_id FROM contract_access")
    assert tuple(row) == ("take_english", drawing.trade.chenguang.org_id)
