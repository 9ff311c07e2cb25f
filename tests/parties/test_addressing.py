"""Addresses: sealed in the database, masked on pages, opened on record."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests import world

from huozhan import operations, parties
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.parties import Rotation
from huozhan.kernel.actor import Actor
from huozhan.kernel.crypto import CannotOpen, Keyring, read_keyring
from huozhan.kernel.refusals import NotFound, TooMany
from huozhan.kernel.shapes import Nothing
from huozhan.parties.addressing import CityNeeded
from huozhan.parties.division import NoSuchPlace
from huozhan.parties.receiver import mask, mask_email, mask_phone

PHONE = "13987654321"
NOT_SEALED = {
    ("idempotency", "answer"),
    ("try_count", "key"),
    ("import_run", "content"),
    ("outside_callback", "body"),
    ("funder_message", "body"),
    ("waybill_message", "body"),
    ("fee_invoice_file", "content"),
    ("market", "keys_mark"),
    ("fund_export", "content"),
    # Fingerprints, vectors, and photos that are gone after a day.
    ("search_log", "who"),
    ("offer_touch", "who"),
    ("search_picture_vector", "vector"),
    ("search_photo", "webp"),
    ("same_traits", "traits"),
    ("search_title_vector", "vectors"),
    ("fund_export", "sha256"),
    ("fund_export_hash", "sha256"),
    *(
        ("contract_version", name)
        for name in (
            "parent_sha256",
            "text_sha256",
            "paper",
            "paper_sha256",
            "english",
            "signed",
            "signed_sha256",
        )
    ),
    *(
        ("contract_signature", name)
        for name in (
            "seen_sha256",
            "base_sha256",
            "prepared",
            "digest",
            "attributes",
            "value",
            "stamp",
            "signed_sha256",
        )
    ),
    *(("contract_package", name) for name in ("content", "sha256")),
    *(("contract_revocations", name) for name in ("root_sha256", "crl")),
    *(("contract_certificate", name) for name in ("certificate", "root_sha256")),
    *(("contract_root", name) for name in ("certificate", "sha256")),
    ("contract_hash", "sha256"),
    *(("tax_report", name) for name in ("content", "sha256")),
    ("lender_message", "body"),
}
"""Bytes that are no secret: answers without secrets, keyed hashes, an organisation's own file, a party's word to us."""


async def plain_texts_with(hall: Hall, needle: str) -> list[str]:
    """Every text, JSON or text array column of the database in which `needle` stands."""
    async with hall.pool.acquire() as db:
        columns = await db.fetch(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND data_type IN ('text', 'jsonb', 'json', 'character varying', 'ARRAY', 'bytea')"
        )
        found = []
        for table, column in columns:
            hit = await db.fetchval(
                f'SELECT EXISTS (SELECT 1 FROM "{table}" WHERE CASE pg_typeof("{column}")::text WHEN \'bytea\''
                f" THEN encode(convert_to(\"{column}\"::text, 'UTF8'), 'escape') ELSE \"{column}\"::text END LIKE $1)",
                f"%{needle}%",
            )
            if hit:
                found.append(f"{table}.{column}")
        return found


async def first(hall: Hall, actor: Actor) -> parties.AddressView:
    return (await hall.run(parties.addresses, Nothing(), actor))[0]


async def test_an_address_shows_its_place_and_masks_its_receiver(hall: Hall) -> None:
    li = await world.buyer(hall, "小李", "li@example.cn")
    await world.address(hall, li, division="510104", phone="138 1234 5678")
    shown = await first(hall, li)
    assert (shown.province, shown.city, shown.county) == ("四川省", "成都市", "锦江区")
    assert (shown.receiver, shown.phone, shown.is_default) == ("王**", "138****5678", True)
    assert "402" not in shown.street


async def test_a_county_under_a_municipality_names_province_and_county(hall: Hall) -> None:
    li = await world.buyer(hall, "小李", "li@example.cn")
    await world.address(hall, li, division="310115")
    shown = await first(hall, li)
    assert (shown.province, shown.county) == ("上海市", "浦东新区")


async def test_abroad_a_city_is_free_text(hall: Hall) -> None:
    ann = await world.buyer(hall, "Ashdown", "ann@ashdown.example", country="GB", lang="en")
    with pytest.raises(CityNeeded):
        await world.address(hall, ann, country="GB", phone="+441135550123")
    await world.address(hall, ann, country="GB", city="Leeds", phone="0113 555 0123")
    assert (await first(hall, ann)).city == "Leeds"


@pytest.mark.parametrize("code", ["", "999999", "330000", "330100"])
async def test_an_address_needs_a_county(hall: Hall, code: str) -> None:
    li = await world.buyer(hall, "小李", "li@example.cn")
    with pytest.raises(NoSuchPlace):
        await world.address(hall, li, division=code)


async def test_no_phone_lies_in_plain_anywhere(hall: Hall) -> None:
    operator = await world.first_operator(hall)
    await world.person(hall, PHONE, name="小李")
    owner = await world.buyer(hall, "晨光", "chen@example.cn")
    await world.address(hall, owner, division="510104", phone=PHONE)
    apply = parties.ApplyToSell(
        uscc="91330782MA28A1B2X4", supplier_kind="factory", province_code="330000", contact="王", phone=PHONE
    )
    applied = await hall.run(parties.apply_to_sell, apply, owner)
    decision = parties.ReviewSupplier(application_id=applied.application_id, decision="approve")
    await hall.run(parties.review_supplier, decision, operator, key="reviewed")
    await hall.run(
        parties.invite_member,
        parties.InviteMember(sign_in_name=PHONE, role=parties.Role.viewer),
        owner,
        key="i",
    )
    assert await plain_texts_with(hall, PHONE) == []
    async with hall.pool.acquire() as db:
        await db.execute("UPDATE address SET label = $1", PHONE)  # the scan itself finds what lies open
    assert await plain_texts_with(hall, PHONE) == ["address.label"]


async def test_looking_at_an_address_is_on_record_and_not_for_ever(hall: Hall) -> None:
    li = await world.buyer(hall, "小李", "li@example.cn")
    ask = parties.RevealAddress(
        address_id=str(await world.address(hall, li, division="510104")), reason="核对电话"
    )
    shown = await hall.run(parties.reveal_address, ask, li)
    assert (shown.receiver, shown.phone) == ("王小明", "+8613812345678")
    with pytest.raises(TooMany):
        for _ in range(100):
            await hall.run(parties.reveal_address, ask, li)
    data = await hall.run(parties.my_data, Nothing(), li)
    assert {look.reason for look in data.reveals} == {"核对电话"}
    assert len(data.reveals) == 60


async def test_a_foreign_organisations_address_is_not_found(hall: Hall) -> None:
    li, bie = (
        await world.buyer(hall, "小李", "li@example.cn"),
        await world.buyer(hall, "别家", "bie@example.cn"),
    )
    address_id = str(await world.address(hall, li, division="510104"))
    for use_case, ask in (
        (parties.reveal_address, parties.RevealAddress(address_id=address_id, reason="好奇")),
        (parties.remove_address, parties.AddressId(address_id)),
        (parties.set_default_address, parties.AddressId(address_id)),
    ):
        with pytest.raises(NotFound):
            await hall.run(use_case, ask, bie)  # type: ignore[misc]
    with pytest.raises(NotFound):
        async with hall.working(bie) as work:
            await parties.delivery_address(work, int(address_id))
    assert (await first(hall, li)).is_default


async def test_one_address_is_the_default(hall: Hall) -> None:
    li = await world.buyer(hall, "小李", "li@example.cn")
    one = await world.address(hall, li, division="510104")
    two = await world.address(hall, li, division="310115")
    assert [row.is_default for row in await hall.run(parties.addresses, Nothing(), li)] == [True, False]
    await hall.run(parties.set_default_address, parties.AddressId(str(two)), li)
    assert (await first(hall, li)).address_id == str(two)
    await hall.run(parties.remove_address, parties.AddressId(str(one)), li)
    assert len(await hall.run(parties.addresses, Nothing(), li)) == 1


async def test_an_order_gets_its_own_copy_that_opens_nowhere_else(hall: Hall) -> None:
    li = await world.buyer(hall, "小李", "li@example.cn")
    address_id = await world.address(hall, li, division="510104")
    async with hall.working(li) as work:
        address = await parties.delivery_address(work, address_id)
        copy = parties.reseal(work, address, owner=42)
        assert parties.masked(work, copy, owner=42).phone == "138****5678"
        opened = await parties.open_receivers(work, {42: copy}, "打印面单")
        assert opened[42].receiver == "王小明"
        with pytest.raises(CannotOpen):
            parties.masked(work, copy, owner=43)


async def test_a_new_key_takes_over_every_sealed_field(hall: Hall) -> None:
    operator = await world.first_operator(hall)
    owner = await world.supplier(hall, operator, "晨光", "chen@example.cn", uscc="91330782MA28A1B2X4")
    await world.address(hall, owner, division="510104")
    await hall.run(parties.begin_two_step, parties.BeginTwoStep(world.PASSWORD), owner)
    old, new, index = b"\1" * 32, b"\2" * 32, b"\3" * 32
    hall.keyring = await _move_to(hall, Keyring({7: old}, 7, index))
    hall.keyring = Keyring({7: old, 8: new}, 8, index)
    rotation = Rotation()
    while await rotation.round(hall):
        pass
    hall.keyring = Keyring({8: new}, 8, index)  # the old key is gone
    assert (await first(hall, owner)).phone == "138****5678"
    assert (await hall.run(parties.profile, Nothing(), owner)).sign_in_names[0].text == "chen@example.cn"


async def _move_to(hall: Hall, keyring: Keyring) -> Keyring:
    """Seals everything with another ring, as if it had always been there."""
    for column in operations.SEALED_COLUMNS:
        async with hall.pool.acquire() as db:
            rows = await db.fetch(
                f"SELECT {column.owner} AS owner, {column.column} AS sealed FROM {column.table}"
                f" WHERE {column.column} IS NOT NULL"
            )
            for row in rows:
                text = hall.keyring.open(row["sealed"], field=column.field, owner=row["owner"])
                await db.execute(
                    f"UPDATE {column.table} SET {column.column} = $1 WHERE {column.column} = $2",
                    keyring.seal(text, field=column.field, owner=row["owner"]), row["sealed"],
                )  # fmt: skip
    return keyring


async def test_the_rotation_knows_every_sealed_column(hall: Hall) -> None:
    async with hall.pool.acquire() as db:
        rows = await db.fetch(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND data_type = 'bytea'"
        )
    found = {(row[0], row[1]) for row in rows if "hash" not in row[1] and "fingerprint" not in row[1]}
    assert found - NOT_SEALED == {(column.table, column.column) for column in operations.SEALED_COLUMNS}


async def test_divisions_are_listed_level_by_level(hall: Hall) -> None:
    li = await world.person(hall, "li@example.cn")
    provinces = await hall.run(parties.divisions, parties.Divisions(), li)
    assert len(provinces) == 34
    inside = await hall.run(parties.divisions, parties.Divisions("330000"), li)
    assert "杭州市" in {one.name.zh for one in inside}


@pytest.mark.parametrize(
    ("plain", "shown"), [("+8613812345678", "138****5678"), ("+441135550123", "+441****123")]
)
def test_a_masked_phone_keeps_its_ends(plain: str, shown: str) -> None:
    assert mask_phone(plain) == shown


def test_a_short_street_is_not_given_away_by_its_mask() -> None:
    receiver = parties.Receiver(receiver="王", phone="+8613812345678", street="12 号")
    assert mask(receiver) == parties.MaskedReceiver(receiver="王**", phone="138****5678", street="1***")
    assert mask_email("a@b.cn") == "a***@b.cn"
    assert msgspec.structs.astuple(mask(receiver))[0] == "王**"


async def test_books_tell_when_a_home_has_the_wrong_keys(hall: Hall, db: Any, tmp_path: Path) -> None:
    people = await world.make(hall)
    assert await parties.verify_sealed(hall.work(db, people.operator)) == []

    hall.keyring = read_keyring(tmp_path / "other-keys.json")

    findings = await parties.verify_sealed(hall.work(db, people.operator))
    assert {finding.code for finding in findings} == {"parties.cannot_open"}
    assert "address" in {finding.facts["table"] for finding in findings}
