"""The port over signed HTTP, in front of the stand-in's own process: what it signs holds inside a paper."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
import typst

from huozhan.contracts import HttpSigner
from huozhan.contracts.ports import Confirmation
from huozhan.contracts.sealing import papers, read_revocations
from huozhan.kernel.signed_http import PartyRefused, PartySilent, SignedHttp
from tests.outside.conftest import ListeningMarket, Outside

CONFIRMATION = Confirmation(person="71", session="9", at=datetime(2026, 3, 1, tzinfo=UTC), sha256="ab" * 32)


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Outside]:
    market = ListeningMarket()
    parties = Outside(tmp_path, market)
    parties.start()
    yield parties
    parties.stop()
    market.close()


@pytest_asyncio.fixture
async def signer(outside: Outside) -> AsyncIterator[HttpSigner]:
    line = SignedHttp(f"http://127.0.0.1:{outside.port}", "signer", outside.secrets["signer"].encode())
    yield HttpSigner(line)
    await line.close()


async def test_what_the_authority_signs_and_stamps_holds_in_a_paper(
    outside: Outside, signer: HttpSigner
) -> None:
    issued = await signer.certificate("7-1", organisation="小李杂货店", credit_code="", country="CN")
    paper = typst.compile(b"= Contract")
    assert isinstance(paper, bytes)
    roots = [issued.root]
    room = await asyncio.to_thread(papers().prepare, paper, issued.certificate, roots, "Buyer", "HT1 v1")

    digest = hashlib.sha256(room.attributes).digest()
    value = await signer.sign("S-1", serial=issued.serial, digest=digest, confirmation=CONFIRMATION)
    stamp = await signer.stamp("S-1", digest=hashlib.sha256(value).digest())
    signed = await asyncio.to_thread(papers().fill_in, room, issued.certificate, roots, value, stamp)

    (judged,) = await asyncio.to_thread(papers().judge, signed, roots)
    assert (judged.holds, judged.subject, judged.serial) == (True, "小李杂货店", issued.serial)
    assert judged.stamped_at == papers().moment_of(stamp, value)
    (foreign,) = await asyncio.to_thread(papers().judge, signed, [])
    assert (foreign.is_sound, foreign.holds) == (True, False)
    await signer.revoke(issued.serial, reason="密钥外泄")
    listed = read_revocations(await signer.revocations(), issued.root)
    assert listed is not None
    assert [serial for serial, _ in listed.revoked] == [issued.serial]
    with pytest.raises(PartyRefused, match="certificate_revoked"):
        await signer.sign("S-2", serial=issued.serial, digest=digest, confirmation=CONFIRMATION)


async def test_an_answer_that_never_came_is_the_same_when_asked_again(
    outside: Outside, signer: HttpSigner
) -> None:
    issued = await signer.certificate("7-1", organisation="小李杂货店", credit_code="", country="CN")
    outside.set_faults("signer", timeout_after_success=1.0, hang_s=0.1)
    digest = hashlib.sha256(b"attributes").digest()

    with pytest.raises(PartySilent):
        await signer.sign("S-1", serial=issued.serial, digest=digest, confirmation=CONFIRMATION)

    value = await signer.sign("S-1", serial=issued.serial, digest=digest, confirmation=CONFIRMATION)
    assert [row["reference"] for row in outside.truth("signer") if row["kind"] == "signature"] == ["S-1"]
    assert value == await signer.sign("S-1", serial=issued.serial, digest=digest, confirmation=CONFIRMATION)
