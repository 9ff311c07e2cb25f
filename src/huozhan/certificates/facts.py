"""What happens to certificates, told to others after commit."""

from huozhan.kernel.facts import Fact


class CertificateMoved(Fact, frozen=True, kw_only=True):
    """The market verified or refused one, its seller withdrew it, or its last day is over (`end`)."""

    name = "certificates.certificate_moved"
    certificate_id: int
    seller_id: int
    kind: str
    number: str
    event: str
    offer_ids: list[int]

    @property
    def about_id(self) -> int:
        return self.certificate_id
