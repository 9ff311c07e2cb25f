"""Find offers by a photo: it is kept for a while under an address nobody can guess, and looked for whole or in part."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec

from huozhan import catalogue, parties
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Ask, Done, Nothing, View
from huozhan.kernel.work import Run, Work, use_case
from huozhan.search.filters import ANY_REGION, FACETS, fields_of, filters_of, sort_of
from huozhan.search.finding import FindOffers, Look, Results, region_of, results_of
from huozhan.search.index import Hits, OfferIndex, among_these
from huozhan.search.measures.noting import note_search
from huozhan.search.pictures import store
from huozhan.search.pictures.reading import Crop, Photo, read_photo
from huozhan.search.segmenting import plain, wanted_words
from huozhan.search.wording import Asked

NEAR_MAX = 240
"""So many of the nearest offers are looked through; what is farther away is no more like the photo than chance."""
CLOSENESS = 6
"""The power of likeness that relevance is: of two photos the nearer one wins unless its offer weighs far less."""
FORGET_MAX = 1_000

PhotoId = Annotated[
    str, msgspec.Meta(pattern=r"^[0-9a-f]{32}(?!\n)$", examples=["0123456789abcdef0123456789abcdef"])
]
"""128 bits nobody can guess: who has it may see the photo."""
CropText = Annotated[
    str, msgspec.Meta(pattern=r"^([0-9]{1,4}(,[0-9]{1,4}){3})?(?!\n)$", examples=["100,50,600,700"])
]
"""Left, top, width and height in thousandths of the photo; empty for all of it."""


class KeepPhoto(Ask, frozen=True):
    """A photo to search by: JPEG, PNG, WebP or a GIF that stands still, in base64."""

    photo: Annotated[bytes, msgspec.Meta(max_length=catalogue.PICTURE_BYTES_MAX)]


class PhotoKept(View, frozen=True, kw_only=True):
    """A photo that can be searched by until its end; it is shown at most 800 pixels wide and high."""

    photo_id: PhotoId
    width: int
    height: int
    kept_until: datetime


class PhotoFile(View, frozen=True):
    """A photo as WebP."""

    webp: bytes


class ShowPhoto(Ask, frozen=True):
    """Which photo."""

    photo_id: PhotoId


class FindByPhoto(FindOffers, frozen=True, kw_only=True):
    """Which photo, which part of it, and what the offers must be besides; with words, those that have them."""

    photo_id: PhotoId
    crop: CropText = ""


class FoundByPhoto(View, frozen=True, kw_only=True):
    """The photo and one page of the offers whose pictures look like it."""

    photo: PhotoKept
    results: Results


@use_case("public", writes=True)
async def count_photo(work: Work, ask: Nothing) -> Done:
    """Counts one photo, or says how long to wait."""
    del ask
    actor = work.actor
    if actor.person_id:
        await parties.count_tries(work, "photo.person", str(actor.person_id))
    if actor.address:
        await parties.count_tries(work, "photo.address", actor.address)
    return Done()


async def _read(run: Run, ask: KeepPhoto) -> Photo:
    """Counts the photo, and reads it before the transaction opens."""
    await run(count_photo, Nothing())
    return await read_photo(ask.photo)


@use_case("public", writes=True, before=_read)
async def keep_photo(work: Work, _ask: KeepPhoto) -> PhotoKept:
    """Keeps a photo for a while, to be searched by."""
    photo: Photo = work.prepared
    kept = PhotoKept(
        photo_id=secrets.token_hex(16),
        width=photo.width,
        height=photo.height,
        kept_until=work.now + work.rule("search.photo_kept").span,
    )
    await store.add_photo(work, kept.photo_id, photo.webp, kept.width, kept.height, kept.kept_until)
    return kept


@use_case("public", writes=False)
async def photo_file(work: Work, ask: ShowPhoto) -> PhotoFile:
    """The photo itself."""
    return PhotoFile(bytes((await _row(work, ask.photo_id))["webp"]))


@use_case("public", writes=False)
async def find_by_photo(work: Work, ask: FindByPhoto) -> FoundByPhoto:
    """Finds offers on sale whose pictures look like a photo or a part of it."""
    index: OfferIndex = work.index
    row = await _row(work, ask.photo_id)
    seen = await index.eye.look(ask.photo_id, row["webp"], Crop.of(ask.crop))
    asked = Asked(words=wanted_words(ask.q), code=plain(ask.q).strip())
    region = await region_of(work, ask)
    # Naming the facets leaves out attributes, which are counted among all offers and not among these.
    here = msgspec.structs.replace(ask, to=region or ANY_REGION, count=ask.count or list(FACETS))
    near = {one.offer_id: one.likeness for one in index.eye.index.near(seen, NEAR_MAX)}
    hits = await index.aside(lambda: among(index, near, here, asked))
    look = Look(hits=hits, asked=asked)
    results = await results_of(work, here, look, region)
    # The log keeps that a photo was looked for, not under which address it is kept.
    plainly = FindOffers(**{name: getattr(ask, name) for name in FindOffers.__struct_fields__})
    note_search(work, plainly, hits, [int(found.card.offer_id) for found in results.offers], by_photo=True)
    return FoundByPhoto(photo=_kept(ask.photo_id, row), results=results)


def among(index: OfferIndex, near: Mapping[int, int], ask: FindOffers, asked: Asked) -> Hits:
    """Those of the near offers, given with their likeness, that the text index holds and that pass the filters, in order.

    One page of them: by likeness and the weight of the ranking, or by the order that was asked for.
    """
    filters = filters_of(ask)
    likeness = {offer_id: like for offer_id, like in near.items() if like > 0}
    if not likeness:
        return Hits(offer_ids=[], total=0, facets={})
    keyed = among_these(filters, likeness)
    start = (ask.page - 1) * ask.limit
    counted = fields_of(ask.count or ())
    if ask.sort != "best":
        return index.search(asked, keyed, sort=sort_of(ask), offset=start, limit=ask.limit, counted=counted)
    hits = index.search(asked, keyed, sort=ask.sort, offset=0, limit=NEAR_MAX, counted=counted)
    relevance = {
        offer_id: likeness[offer_id] ** CLOSENESS * score
        for offer_id, score in zip(hits.offer_ids, hits.scores, strict=True)
    }
    ranked = sorted(relevance, key=lambda offer_id: (-relevance[offer_id], offer_id))
    page = ranked[start : start + ask.limit]
    factors = dict(zip(hits.offer_ids, hits.factors, strict=True))
    return Hits(
        offer_ids=page,
        factors=[factors[one] for one in page],
        total=hits.total,
        facets=hits.facets,
        about=hits.about,
    )


async def forget_photos(work: Work) -> int:
    """Forgets photos whose time is over."""
    return await store.forget_photos(work, FORGET_MAX)


async def _row(work: Work, photo_id: str) -> Any:
    row = await store.photo(work, photo_id)
    if row is None:
        raise NotFound
    return row


def _kept(photo_id: str, row: Any) -> PhotoKept:
    return PhotoKept(
        photo_id=photo_id, width=row["width"], height=row["height"], kept_until=row["kept_until"]
    )
