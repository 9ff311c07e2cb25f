"""What operators change in how goods are found; each act is written down with its reason."""

from huozhan import search
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.operations.audit import note_act


@use_case("market.rules", writes=True)
async def put_synonyms(work: Work, ask: search.PutSynonyms) -> search.SynonymGroup:
    """Adds a group of synonyms or changes one, and writes down who did."""
    group = await search.put_synonyms(work, ask)
    await note_act(work, "synonyms.put", about=group.group_id, reason=ask.reason, words=group.words)
    return group


@use_case("market.rules", writes=True)
async def remove_synonyms(work: Work, ask: search.RemoveSynonyms) -> Done:
    """Takes a group of synonyms out of use, and writes down who did."""
    words = await search.remove_synonyms(work, ask)
    await note_act(work, "synonyms.remove", about=ask.group_id, reason=ask.reason, words=words)
    return Done()
