"""What happens to contracts, told to others after commit."""

from huozhan.kernel.facts import Fact


class ContractMoved(Fact, frozen=True, kw_only=True):
    """A version of a contract went on: `event` is its move, `by` the side that made it, or "" for market and clock."""

    name = "contracts.contract_moved"
    contract_id: int
    number: str
    order_number: str
    version_no: int
    buyer_id: int
    seller_id: int
    event: str
    state: str
    by: str
    reason: str = ""

    @property
    def about_id(self) -> int:
        return self.contract_id


class SigningFailed(Fact, frozen=True, kw_only=True):
    """The certification authority did not sign for an organisation."""

    name = "contracts.signing_failed"
    contract_id: int
    number: str
    org_id: int
    side: str
    reason: str

    @property
    def about_id(self) -> int:
        return self.contract_id


class PackageReady(Fact, frozen=True, kw_only=True):
    """A package of evidence is written."""

    name = "contracts.package_ready"
    contract_id: int
    number: str
    org_id: int
    side: str

    @property
    def about_id(self) -> int:
        return self.contract_id
