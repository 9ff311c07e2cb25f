"""Organisations as a contract or an invoice names them: with the code under which the law knows them."""

from collections.abc import Collection

import msgspec

from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work
from huozhan.parties.store import organisations as store


class LegalFace(msgspec.Struct, frozen=True, kw_only=True):
    """A name, a country, and the unified social credit code; the code is empty where none is on record."""

    org_id: int
    name: Bilingual
    country: str
    credit_code: str


async def legal_faces(work: Work, org_ids: Collection[int]) -> dict[int, LegalFace]:
    """The caller has made sure that the actor deals with these organisations."""
    return {
        row["org_id"]: LegalFace(
            org_id=row["org_id"],
            name=Bilingual(zh=row["name_zh"], en=row["name_en"]),
            country=row["country"],
            credit_code=row["uscc"] or "",
        )
        for row in await store.faces(work, org_ids)
    }
