"""Verifying: one changed bit anywhere is found, whatever guards the database had; so is a signer that was revoked before."""

from datetime import timedelta

import pytest
import pytest_asyncio

from huozhan.contracts.views import ContractPage
from huozhan.doors.jobs.contracts import read_revocations
from huozhan_outside import certificates
from tests.contracts.authority import Authority
from tests.contracts.drawing import Drawing


@pytest_asyncio.fixture(loop_scope="session")
async def signed(drawing: Drawing) -> ContractPage:
    """A contract in force."""
    return await drawing.signed(await drawing.trade.paid(red=100))


async def codes(drawing: Drawing) -> set[str]:
    return {finding.code.removeprefix("contracts.") for finding in await drawing.findings()}


@pytest.mark.parametrize(
    ("column", "at", "found"),
    [
        ("paper", 2_000, {"paper_apart", "signed_another_paper"}),
        ("signed", 2_000, {"paper_apart", "signed_another_paper", "signature_fails"}),
    ],
)
async def test_one_bit_of_a_paper_is_found(
    drawing: Drawing, signed: ContractPage, column: str, at: int, found: set[str]
) -> None:
    await drawing.spoil(
        f"UPDATE contract_version SET {column} = set_byte({column}, $2, get_byte({column}, $2) # 1)"
        f" WHERE contract_id = $1",
        int(signed.card.contract_id), at,
    )  # fmt: skip

    assert await codes(drawing) & found
    assert "paper_apart" in await codes(drawing)


async def test_one_bit_of_a_paper_whose_hash_is_changed_too_is_found(
    drawing: Drawing, signed: ContractPage
) -> None:
    """Whoever can write the database can write hashes; signatures they cannot."""
    row = await drawing.row(signed.card.contract_id)
    paper = bytearray(row["paper"])
    paper[paper.index(b"obj") + 400] ^= 1
    forged = bytes(paper) + row["signed"][len(paper) :]

    await drawing.spoil(
        "UPDATE contract_version SET paper = $2, paper_sha256 = sha256($2), signed = $3, signed_sha256 = sha256($3)"
        " WHERE contract_id = $1",
        int(signed.card.contract_id), bytes(paper), forged,
    )  # fmt: skip

    assert await codes(drawing) & {"signature_fails", "signatures_apart"}


async def test_a_changed_word_breaks_the_chain(drawing: Drawing, signed: ContractPage) -> None:
    row = await drawing.row(signed.card.contract_id)
    forged = row["wording"].replace('"amount_minor":93000', '"amount_minor":83000')

    await drawing.spoil(
        "UPDATE contract_version SET wording = $2 WHERE contract_id = $1",
        int(signed.card.contract_id),
        forged,
    )

    assert "text_apart" in await codes(drawing)


async def test_a_changed_signature_or_stamp_is_found(drawing: Drawing, signed: ContractPage) -> None:
    row = await drawing.row(signed.card.contract_id)
    start = row["signed"].rindex(b"/Contents") + 400
    changed = bytearray(row["signed"])
    changed[start] = ord("0") if changed[start] != ord("0") else ord("1")

    await drawing.spoil(
        "UPDATE contract_version SET signed = $2, signed_sha256 = sha256($2) WHERE contract_id = $1",
        int(signed.card.contract_id), bytes(changed),
    )  # fmt: skip

    assert await codes(drawing) & {"signature_fails", "signatures_apart"}


async def test_something_added_after_the_last_signature_is_found(
    drawing: Drawing, signed: ContractPage
) -> None:
    row = await drawing.row(signed.card.contract_id)
    added = row["signed"] + b"\n% more\n"

    await drawing.spoil(
        "UPDATE contract_version SET signed = $2, signed_sha256 = sha256($2) WHERE contract_id = $1",
        int(signed.card.contract_id), added,
    )  # fmt: skip

    assert await codes(drawing) & {"signature_fails", "signatures_apart"}


async def test_a_signer_that_was_revoked_before_fails(drawing: Drawing, signed: ContractPage) -> None:
    stamped_at = signed.versions[0].signatures[0].stamped_at
    assert stamped_at is not None
    for serial in drawing.authority.pairs:
        drawing.authority.revoked[serial] = stamped_at - timedelta(hours=1)
    await read_revocations(drawing.hall)

    found = await drawing.findings()
    assert sorted((finding.code, finding.facts["side"]) for finding in found) == [
        ("contracts.signer_revoked", "buyer"), ("contracts.signer_revoked", "seller"),
    ]  # fmt: skip


async def test_a_list_that_the_authority_did_not_sign_is_found(
    drawing: Drawing, signed: ContractPage
) -> None:
    clock = drawing.trade.clock
    other = Authority(clock, certificates.make_root(clock.now()))
    crl = await other.revocations()

    await drawing.spoil(
        "INSERT INTO contract_revocations SELECT sha256, $1, $2 FROM contract_root WHERE kind = 'authority'",
        crl, drawing.trade.clock.now(),
    )  # fmt: skip

    assert await codes(drawing) == {"revocations_unsigned"}
    assert signed.card.state == "in_force"


async def test_a_removed_signature_row_is_found(drawing: Drawing, signed: ContractPage) -> None:
    await drawing.spoil(
        "DELETE FROM contract_signature WHERE contract_id = $1 AND side = 'seller'",
        int(signed.card.contract_id),
    )

    assert await codes(drawing) == {"signatures_apart", "in_force_unsigned"}
