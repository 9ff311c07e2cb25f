"""A certificate that the scene's supplier has declared."""

from collections.abc import Mapping
from typing import Any

from tests.doors.api.scene import Scene

CERTIFICATE = 4_713
PROOF = "ab" * 16


async def none_declared(scene: Scene) -> dict[str, Any]:
    """Nobody has declared any, so that the same may be."""
    async with scene.trade.hall.pool.acquire() as db:
        await db.execute("DELETE FROM certificate")
    return {}


async def declared(scene: Scene) -> dict[str, Any]:
    """One of all goods of the supplier waits for the market."""
    await none_declared(scene)
    async with scene.trade.hall.pool.acquire() as db:
        await db.execute(
            "INSERT INTO certificate (certificate_id, seller_id, state, kind, number, issuer, valid_until, offer_ids, proof_id,"
            " declared_at, declared_by) VALUES ($1, $2, 'declared', 'ce', 'CE-9', 'TUV', '2029-01-01', '{}', $3, $4, 1)",
            CERTIFICATE, int(scene.things["seller_org"]), PROOF, scene.trade.clock.now(),
        )  # fmt: skip
    return {"certificate_id": str(CERTIFICATE)}


CERTIFICATE_ROWS: Mapping[str, tuple[str, Mapping[str, Any], Any]] = {
    "offer_certificates": ("nobody", {"offer_id": "=offer"}, None),
    "my_certificates": ("chenguang", {}, None),
    "declare_certificate": (
        "chenguang",
        {"number": "CE-7", "issuer": "TUV", "kind": "ce", "valid_until": "2029-01-01", "proof_id": PROOF},
        none_declared,
    ),
    "withdraw_certificate": ("chenguang", {}, declared),
    "certificates_to_judge": ("operator", {}, None),
    "judge_certificate": ("operator", {"reason": "已在官网核对", "verify": True}, declared),
}
