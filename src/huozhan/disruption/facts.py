"""What happens to notices, told to others after commit."""

from huozhan.kernel.facts import Fact


class SuspensionMoved(Fact, frozen=True, kw_only=True):
    """A notice was published, or a published one ends at another moment: every clock it hits is set anew."""

    name = "disruption.suspension_moved"
    suspension_id: int

    @property
    def about_id(self) -> int:
        return self.suspension_id
