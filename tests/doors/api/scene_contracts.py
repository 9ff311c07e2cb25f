"""Contracts of the scene: one that both have still to sign, with evidence packed, and an organisation that has a certificate."""

from datetime import timedelta

from huozhan import contracts
from huozhan.contracts.asks import ContractRef, EndPackage, NoteCertificate, OrderOfContract, PackageOf
from huozhan.doors.jobs.contracts import write
from huozhan.kernel.actor import system
from tests.ordering.trading import Trade


async def drawn_up(trade: Trade, things: dict[str, str]) -> None:
    """小李 asks for a contract about what was paid; the worker draws it up and packs its evidence."""
    hall, li = trade.hall, trade.li
    asked = await hall.run(contracts.ask_contract, OrderOfContract(things["paid_order"]), li)
    await write(hall, contract_id=int(asked.contract_id), version_no=1)
    page = await hall.run(contracts.contract_page, ContractRef(asked.contract_id), li)
    things["contract"], things["contract_text"] = asked.contract_id, page.versions[0].text_sha256
    package = await hall.run(contracts.ask_package, PackageOf(asked.contract_id), li)
    things["package"] = package.package_id
    named = {"contract_id": asked.contract_id, "package_id": package.package_id}
    await hall.run(contracts.end_package, EndPackage(content=b"PK", **named), system())
    issued = NoteCertificate(
        org_id=str(li.org_id), serial="7e57", certificate=b"a certificate", roots=(b"a root",),
        valid_until=trade.clock.now() + timedelta(days=300),
    )  # fmt: skip
    await hall.run(contracts.note_certificate, issued, system())
