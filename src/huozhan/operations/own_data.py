"""One's own data whole: it stands up here because what a person looked for, keeps and waits for lies with several contexts."""

from huozhan import interest, parties, search
from huozhan.kernel.shapes import Nothing
from huozhan.kernel.work import Work, use_case


class OwnData(parties.PersonalData, frozen=True, kw_only=True):
    """Everything stored about the person, in a form a machine can read; what they wrote in conversations is told page by page.

    `searches` are those they saved, `looked_for` what they asked within the time that the log is kept, the latest first.
    """

    searches: list[search.OwnSearch]
    looked_for: list[search.LookedFor]
    seen: list[interest.views.OwnGlance]
    watches: list[interest.views.OwnWatch]


@use_case("self", writes=False)
async def my_data(work: Work, ask: Nothing) -> OwnData:
    """Everything that is stored about the person who asks."""
    person_id = work.actor.person_id
    about = await parties.my_data(work, ask)
    return OwnData(
        made_at=about.made_at,
        profile=about.profile,
        memberships=about.memberships,
        sessions=about.sessions,
        reveals=about.reveals,
        searches=await search.searches_by(work, person_id),
        looked_for=await search.looked_for_by(work, person_id),
        seen=await interest.seen_by(work, person_id),
        watches=await interest.watches_of(work, person_id),
    )
