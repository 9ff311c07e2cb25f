"""SQL of what shops say of credit to buyers they do not know yet."""

from huozhan.catalogue import CreditTerms
from huozhan.kernel.work import Work


async def of_shop(work: Work) -> CreditTerms | None:
    """What the actor's shop says."""
    row = await work.db.fetchrow(
        "SELECT term_days, yearly_from_minor FROM credit_open WHERE seller_id = $1", work.actor.org_id
    )
    return CreditTerms(days=row["term_days"], yearly_from_minor=row["yearly_from_minor"]) if row else None


async def say(work: Work, terms: CreditTerms | None) -> None:
    """Writes what it says, or that it says nothing."""
    if terms is None:
        await work.db.execute("DELETE FROM credit_open WHERE seller_id = $1", work.actor.org_id)
        return
    await work.db.execute(
        "INSERT INTO credit_open (seller_id, term_days, yearly_from_minor, said_at, said_by) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (seller_id) DO UPDATE SET term_days = $2, yearly_from_minor = $3, said_at = $4, said_by = $5",
        work.actor.org_id, terms.days, terms.yearly_from_minor, work.now, work.actor.person_id,
    )  # fmt: skip
