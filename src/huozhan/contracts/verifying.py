"""Verifying: whether every version still is what was signed: its chain, its papers, its signatures and certificates."""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any

from huozhan.contracts.contract import BUYER, MARKET, SELLER
from huozhan.contracts.sealing import papers, read_revocations
from huozhan.contracts.store import packages, signatures
from huozhan.contracts.store.checks import apart, contracts_after
from huozhan.contracts.text import read_text
from huozhan.kernel.actor import ActorKind
from huozhan.kernel.findings import Finding
from huozhan.kernel.work import Work

FINDINGS_MAX = 100
_PAGE = 200
FIELDS = {"Buyer": BUYER, "Seller": SELLER, "Market": MARKET}
"""Under which name each side's signature stands inside a paper."""


async def verify(work: Work) -> list[Finding]:
    """What does not hold of any contract; a changed bit of a text, paper, signature or package is found.

    Judging signatures takes half a second each: the command does it, an operator's check from a page leaves it out.
    """
    found = [Finding(code=code, facts=dict(row)) for code, row in await apart(work, FINDINGS_MAX)]
    roots = await signatures.roots(work)
    found += await _lists(work, roots)
    after = 0
    while contract_ids := await contracts_after(work, after, _PAGE):
        for contract_id in contract_ids:
            found += await _contract(work, contract_id, [root["certificate"] for root in roots])
        after = contract_ids[-1]
    return found[:FINDINGS_MAX]


async def _lists(work: Work, roots: Sequence[Any]) -> list[Finding]:
    """Lists of revoked certificates are signed by their root, and what they say is taken up."""
    by_hash = {root["sha256"]: root["certificate"] for root in roots}
    found: list[Finding] = []
    for row in await signatures.lists(work):
        root = by_hash.get(row["root_sha256"])
        if root is None or read_revocations(row["crl"], root) is None:
            found.append(_finding("revocations_unsigned", root=row["root_sha256"].hex()))
    return found


async def _contract(work: Work, contract_id: int, roots: list[bytes]) -> list[Finding]:
    found: list[Finding] = []
    parent = b""
    signed = await signatures.of_contract(work, contract_id)
    for version in await packages.full_versions(work, contract_id):
        where = {"contract_id": contract_id, "version_no": version["version_no"]}
        text_sha256 = hashlib.sha256(version["wording"].encode()).digest()
        text = read_text(version["wording"])
        if text_sha256 != version["text_sha256"] or text.version != version["version_no"]:
            found.append(_finding("text_apart", **where))
        if text.parent != parent.hex() or (version["parent_sha256"] or b"") != parent:
            found.append(_finding("chain_broken", **where))
        parent = text_sha256
        for name in ("paper", "signed"):
            content = version[name]
            if content and hashlib.sha256(content).digest() != version[f"{name}_sha256"]:
                found.append(_finding("paper_apart", **where, paper=name))
        if work.actor.kind is not ActorKind.system:
            continue
        made = [
            one for one in signed if one["version_no"] == version["version_no"] and one["state"] == "signed"
        ]
        found += await _signatures(version, made, roots, where)
    return found


async def _signatures(
    version: Any, made: Sequence[Any], roots: list[bytes], where: dict[str, int]
) -> list[Finding]:
    """The signatures inside the paper are those on record, all hold, and none was made with what was revoked before."""
    if not made:
        return [] if version["signed"] is None else [_finding("signatures_apart", **where)]
    judged = await asyncio.to_thread(papers().judge, version["signed"] or b"", roots)
    inside = {FIELDS.get(one.field, ""): one for one in judged}
    if set(inside) != {one["side"] for one in made} or len(inside) != len(judged):
        return [_finding("signatures_apart", **where)]
    found: list[Finding] = []
    if not (version["signed"] or b"").startswith(version["paper"]):
        found.append(_finding("signed_another_paper", **where))
    for row in made:
        one, side = inside[row["side"]], {**where, "side": row["side"]}
        if not one.holds or one.serial != row["serial"] or one.stamped_at != row["stamped_at"]:
            found.append(_finding("signature_fails", **side))
        elif row["revoked_at"] and row["revoked_at"] <= row["stamped_at"]:
            found.append(_finding("signer_revoked", **side))
        if row["seen_sha256"] != version["text_sha256"]:
            found.append(_finding("intent_apart", **side))
    return found


def _finding(code: str, **facts: Any) -> Finding:
    return Finding(code=f"contracts.{code}", facts=facts)
