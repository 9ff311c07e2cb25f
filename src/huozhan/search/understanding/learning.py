"""The market learns what its categories are called from what it sells."""

import asyncio
from pathlib import Path

from huozhan import catalogue
from huozhan.kernel.work import Work
from huozhan.search.understanding.profiles import Learner

TITLES_EACH = 60
"""So many titles of a category are read: more hardly change its profile."""
AT_ONCE = 500


async def learn_categories(work: Work, file: Path) -> int:
    """Learns every category with goods on sale anew; returns how many there are."""
    said = await catalogue.titles_by_category(work, TITLES_EACH)
    names = await catalogue.category_names(work, {category_id for category_id, _ in said})
    learner = Learner()
    for category_id, name in names.items():
        learner.name(category_id, (name.zh, name.en))
    for at, (category_id, title) in enumerate(said):
        learner.title(category_id, title)
        if at % AT_ONCE == 0:
            # The worker has other rounds to go meanwhile.
            await asyncio.sleep(0)
    return await asyncio.to_thread(learner.write, file)
