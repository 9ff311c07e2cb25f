"""Every query of identical goods. They are the market's own, so nothing is scoped by organisation here."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from huozhan.kernel.work import Work
from huozhan.search.feed_store import Feed
from huozhan.search.same.grouping import Pair, Place
from huozhan.search.same.traits import Traits

_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(Traits).decode


class Round(NamedTuple):
    """Since when words are as rare as they are taken to be, among how many offers, and how far offers were noted anew.

    `judge` is the version of the program by which they are told to be the same.
    """

    round: int
    offers: int
    after_id: int | None
    judge: str


_FEED = Feed("same_feed")
feed, waiting, done = _FEED.note, _FEED.waiting, _FEED.done


async def still_waiting(work: Work, noted: Sequence[tuple[int, datetime]]) -> list[tuple[int, datetime]]:
    """Those of these offers that wait as they were noted: nobody compared them meanwhile, nor noted them again."""
    rows = await work.db.fetch(
        "SELECT offer_id, noted_at FROM same_feed WHERE (offer_id, noted_at) IN"
        " (SELECT * FROM unnest($1::bigint[], $2::timestamptz[]))",
        [offer_id for offer_id, _ in noted], [at for _, at in noted],
    )  # fmt: skip
    return [(row["offer_id"], row["noted_at"]) for row in rows]


async def hold_round(work: Work) -> Round | None:
    """The round, held until the transaction ends; None where another worker has it."""
    row = await work.db.fetchrow(
        "SELECT round, offers, after_id, judge FROM same_round FOR UPDATE SKIP LOCKED"
    )
    return Round(*row) if row else None


async def begin_round(work: Work, offers: int, judge: str) -> None:
    """Forgets how rare words were; every offer is to be looked at again."""
    await work.db.execute("DELETE FROM same_word")
    await work.db.execute(
        "UPDATE same_round SET round = round + 1, offers = $1, judge = $2, after_id = 0, begun_at = $3",
        offers, judge, work.now,
    )  # fmt: skip


async def go_on(work: Work, after_id: int | None) -> None:
    """Notes up to which offer all were noted in this round."""
    await work.db.execute("UPDATE same_round SET after_id = $1", after_id)


async def words(work: Work, wanted: Collection[str]) -> dict[str, int]:
    """How many offers said each of these words when this round met it."""
    rows = await work.db.fetch(
        "SELECT word, offers FROM same_word WHERE word = ANY ($1::text[])", sorted(wanted)
    )
    return {row["word"]: row["offers"] for row in rows}


async def add_words(work: Work, counts: Mapping[str, int]) -> None:
    """Keeps how rare these words are for the rest of the round."""
    await work.db.execute(
        "INSERT INTO same_word (word, offers) SELECT * FROM unnest($1::text[], $2::int[]) ON CONFLICT DO NOTHING",
        list(counts), list(counts.values()),
    )  # fmt: skip


class Kept(NamedTuple):
    """What is kept of an offer."""

    round: int
    traits: bytes
    keys: list[int]

    def read(self) -> Traits:
        """What was compared."""
        return _unpack(self.traits)


def packed(traits: Traits) -> bytes:
    """Traits as they are kept: the same bytes for the same traits."""
    return _pack(traits)


async def traits(work: Work, offer_ids: Collection[int]) -> dict[int, Kept]:
    """What is kept of these offers."""
    rows = await work.db.fetch(
        "SELECT offer_id, round, traits, keys FROM same_traits WHERE offer_id = ANY ($1::bigint[])", sorted(offer_ids)
    )  # fmt: skip
    return {row["offer_id"]: Kept(row["round"], row["traits"], row["keys"]) for row in rows}


async def put(work: Work, round_no: int, put: Mapping[int, tuple[int, bytes, list[int]]], gone: Collection[int]) -> None:  # fmt: skip
    """Keeps offers with their seller, traits and keys in the place of what was kept, and forgets others."""
    ids = sorted(put)
    await work.db.execute(
        "DELETE FROM same_key WHERE (key, offer_id) IN"
        " (SELECT k, t.offer_id FROM same_traits t, unnest(t.keys) AS k WHERE t.offer_id = ANY ($1::bigint[]))",
        [*ids, *gone],
    )
    await work.db.execute("DELETE FROM same_traits WHERE offer_id = ANY ($1::bigint[])", sorted(gone))
    # Arrays of arrays must be of one length: each offer's keys come as the text of an array.
    await work.db.execute(
        "INSERT INTO same_traits (offer_id, seller_id, round, traits, keys)"
        " SELECT offer_id, seller_id, $1, traits, keys::bigint[]"
        "   FROM unnest($2::bigint[], $3::bigint[], $4::bytea[], $5::text[]) AS put (offer_id, seller_id, traits, keys)"
        " ON CONFLICT (offer_id) DO UPDATE SET seller_id = EXCLUDED.seller_id, round = EXCLUDED.round,"
        " traits = EXCLUDED.traits, keys = EXCLUDED.keys",
        round_no, ids, [put[one][0] for one in ids], [put[one][1] for one in ids],
        ["{" + ",".join(map(str, put[one][2])) + "}" for one in ids],
    )  # fmt: skip
    pairs = [(key, offer_id) for offer_id in ids for key in put[offer_id][2]]
    await work.db.execute(
        "INSERT INTO same_key (key, offer_id) SELECT * FROM unnest($1::bigint[], $2::bigint[]) ON CONFLICT DO NOTHING",
        [key for key, _ in pairs], [offer_id for _, offer_id in pairs],
    )  # fmt: skip


async def blocks(work: Work, keys: Collection[int], most: int) -> dict[int, list[int]]:
    """The offers under each of these keys, at most so many of each."""
    rows = await work.db.fetch(
        "SELECT k.key, b.offer_id FROM unnest($1::bigint[]) AS k(key) CROSS JOIN LATERAL"
        " (SELECT offer_id FROM same_key WHERE key = k.key ORDER BY offer_id LIMIT $2) b",
        sorted(keys), most,
    )  # fmt: skip
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row["key"], []).append(row["offer_id"])
    return found


async def replace_pairs(work: Work, of: Collection[int], pairs: Mapping[Pair, int]) -> set[int]:
    """Puts the pairs of these offers in the place of those they had; tells whom they were the same as before."""
    ids = sorted(of)
    rows = await work.db.fetch(
        "DELETE FROM same_pair WHERE one_id = ANY ($1::bigint[]) OR other_id = ANY ($1::bigint[]) RETURNING one_id, other_id",
        ids,
    )  # fmt: skip
    await work.db.execute(
        "INSERT INTO same_pair (one_id, other_id, points) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::int[])",
        [one for one, _ in pairs], [other for _, other in pairs], list(pairs.values()),
    )  # fmt: skip
    return {one for row in rows for one in row}


_CONNECTED = """
WITH RECURSIVE near AS (
    SELECT id FROM unnest($1::bigint[]) AS id
    UNION
    SELECT e.other_id FROM near CROSS JOIN LATERAL (
        SELECT other_id FROM same_pair WHERE one_id = near.id
        UNION ALL SELECT one_id FROM same_pair WHERE other_id = near.id
        UNION ALL SELECT other_id FROM same_verdict WHERE one_id = near.id AND verdict = 'joined'
        UNION ALL SELECT one_id FROM same_verdict WHERE other_id = near.id AND verdict = 'joined') e)
SELECT id FROM near
"""


async def connected(work: Work, offer_ids: Collection[int]) -> set[int]:
    """The offers that pairs and operators' joining lead to from these, however far."""
    return {row["id"] for row in await work.db.fetch(_CONNECTED, sorted(offer_ids))}


async def sellers(work: Work, offer_ids: Collection[int]) -> dict[int, int]:
    """The sellers of those of these offers that are compared."""
    rows = await work.db.fetch(
        "SELECT offer_id, seller_id FROM same_traits WHERE offer_id = ANY ($1::bigint[])", sorted(offer_ids)
    )
    return {row["offer_id"]: row["seller_id"] for row in rows}


async def pairs(work: Work, offer_ids: Collection[int]) -> dict[Pair, int]:
    """The pairs among these offers that are the same."""
    rows = await work.db.fetch(
        "SELECT one_id, other_id, points FROM same_pair WHERE one_id = ANY ($1::bigint[]) AND other_id = ANY ($1::bigint[])",
        sorted(offer_ids),
    )  # fmt: skip
    return {(row["one_id"], row["other_id"]): row["points"] for row in rows}


async def verdicts(work: Work, offer_ids: Collection[int]) -> dict[Pair, str]:
    """What operators decided of these offers among one another."""
    rows = await work.db.fetch(
        "SELECT one_id, other_id, verdict FROM same_verdict WHERE one_id = ANY ($1::bigint[]) AND other_id = ANY ($1::bigint[])",
        sorted(offer_ids),
    )  # fmt: skip
    return {(row["one_id"], row["other_id"]): row["verdict"] for row in rows}


async def kept_apart(work: Work, offer_id: int, others: Collection[int]) -> set[int]:
    """Those of these offers that an operator decided are not the same as one."""
    decided = await verdicts(work, {offer_id, *others})
    pairs_of_it = [pair for pair, verdict in decided.items() if verdict == "apart" and offer_id in pair]
    return {one for pair in pairs_of_it for one in pair} - {offer_id}


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """Where an offer belongs, and what told it."""

    offer_id: int
    goods_id: int
    seller_id: int
    centre_id: int
    points: int
    evidence: list[tuple[str, int]]
    joined_at: datetime

    @property
    def place(self) -> Place:
        """Its place alone."""
        return Place(self.goods_id, self.centre_id, self.points)


_read_evidence = msgspec.json.Decoder(list[tuple[str, int]]).decode
_MEMBER = "SELECT offer_id, goods_id, seller_id, centre_id, points, evidence::text AS evidence, joined_at FROM same_member"


def _member(row: Any) -> Member:
    return Member(**dict(row) | {"evidence": _read_evidence(row["evidence"])})


async def members(work: Work, offer_ids: Collection[int]) -> dict[int, Member]:
    """Those of these offers that belong to a group."""
    rows = await work.db.fetch(f"{_MEMBER} WHERE offer_id = ANY ($1::bigint[])", sorted(offer_ids))
    return {row["offer_id"]: _member(row) for row in rows}


async def put_members(work: Work, put: Iterable[Member], gone: Collection[int]) -> None:
    """Writes who belongs where now."""
    await work.db.execute("DELETE FROM same_member WHERE offer_id = ANY ($1::bigint[])", sorted(gone))
    rows = sorted(put, key=lambda one: one.offer_id)
    await work.db.execute(
        "INSERT INTO same_member (offer_id, goods_id, seller_id, centre_id, points, evidence, joined_at)"
        " SELECT o, g, s, c, p, e::jsonb, $7 FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::int[], $6::text[])"
        "   AS x(o, g, s, c, p, e)"
        " ON CONFLICT (offer_id) DO UPDATE SET goods_id = EXCLUDED.goods_id, seller_id = EXCLUDED.seller_id,"
        " centre_id = EXCLUDED.centre_id, points = EXCLUDED.points, evidence = EXCLUDED.evidence, joined_at = EXCLUDED.joined_at",
        [one.offer_id for one in rows], [one.goods_id for one in rows], [one.seller_id for one in rows],
        [one.centre_id for one in rows], [one.points for one in rows],
        [msgspec.json.encode(one.evidence).decode() for one in rows], work.now,
    )  # fmt: skip


async def goods_of(work: Work, offer_ids: Collection[int]) -> dict[int, int]:
    """The number of the goods of those of these offers that others have too."""
    rows = await work.db.fetch(
        "SELECT offer_id, goods_id FROM same_member WHERE offer_id = ANY ($1::bigint[])", list(offer_ids)
    )
    return {row["offer_id"]: row["goods_id"] for row in rows}


async def groups_around(work: Work, offer_ids: Collection[int]) -> dict[int, list[int]]:
    """By each of these offers that belongs to a group all offers of it, its own among them."""
    rows = await work.db.fetch(
        "SELECT m.offer_id, array_agg(o.offer_id ORDER BY o.offer_id) AS offers FROM same_member m JOIN same_member o USING (goods_id)"
        " WHERE m.offer_id = ANY ($1::bigint[]) GROUP BY m.offer_id",
        list(offer_ids),
    )
    return {row["offer_id"]: row["offers"] for row in rows}


async def group_of(work: Work, offer_id: int) -> list[Member]:
    """The members of the group that an offer belongs to, its own among them; nothing where it belongs to none."""
    rows = await work.db.fetch(
        f"{_MEMBER} WHERE goods_id = (SELECT goods_id FROM same_member WHERE offer_id = $1) ORDER BY offer_id",
        offer_id,
    )
    return [_member(row) for row in rows]


async def groups(work: Work, goods_ids: Collection[int]) -> dict[int, list[Member]]:
    """The members of these groups, by number."""
    rows = await work.db.fetch(
        f"{_MEMBER} WHERE goods_id = ANY ($1::bigint[]) ORDER BY goods_id, offer_id", sorted(goods_ids)
    )
    found: dict[int, list[Member]] = {}
    for row in rows:
        found.setdefault(row["goods_id"], []).append(_member(row))
    return found
