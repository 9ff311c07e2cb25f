"""The category tree 类目: browsing it, and the attribute template of each category."""

import gzip
import hashlib
from collections.abc import Collection
from importlib import resources
from typing import Annotated

import asyncpg
import msgspec

from huozhan.catalogue.store import categories as store
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Ask, Bilingual, View
from huozhan.kernel.work import Work, use_case

MATCHES_MAX = 20
CHOICES_SHOWN_MAX = 200
_REFERENCE = "categories"
_LOADED = "loaded"

CategoryId = Annotated[str, msgspec.Meta(max_length=64)]


class Categories(Ask, frozen=True, kw_only=True):
    """The categories below one; the top ones where none is named."""

    parent_id: CategoryId = ""


class FindCategories(Ask, frozen=True, kw_only=True):
    """Categories by some words of their name."""

    words: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]


class ShowCategory(Ask, frozen=True, kw_only=True):
    """One category with everything around it."""

    category_id: CategoryId


class CategoryFace(View, frozen=True, kw_only=True):
    """A category as a link."""

    category_id: str
    name: Bilingual
    has_children: bool = False


class CategoryMatch(View, frozen=True, kw_only=True):
    """A category found by its name, with its whole path."""

    category_id: str
    path: tuple[Bilingual, ...]


class CategoryList(View, frozen=True, kw_only=True):
    """Categories side by side."""

    items: tuple[CategoryFace, ...]


class CategoryMatches(View, frozen=True, kw_only=True):
    """What was found."""

    items: tuple[CategoryMatch, ...]


class AttributeTemplate(View, frozen=True, kw_only=True):
    """An attribute that goods of a category should name, with the usual values."""

    handle: str
    name: Bilingual
    choices: tuple[Bilingual, ...] = ()


class CategoryPage(View, frozen=True, kw_only=True):
    """A category: its path from the top, its children, its attribute template."""

    category_id: str
    name: Bilingual
    path: tuple[CategoryFace, ...]
    children: tuple[CategoryFace, ...]
    attributes: tuple[AttributeTemplate, ...]


class _CategoryRecord(msgspec.Struct, frozen=True):
    category_id: str
    parent_id: str | None
    level: int
    name_zh: str
    name_en: str
    attributes: tuple[str, ...]


class _AttributeRecord(msgspec.Struct, frozen=True):
    handle: str
    name_zh: str
    name_en: str
    values: msgspec.Raw = msgspec.Raw(b"[]")


@use_case("public", writes=False)
async def categories(work: Work, ask: Categories) -> CategoryList:
    """The categories right below one."""
    return CategoryList(items=await _children(work, ask.parent_id or None))


@use_case("public", writes=False)
async def find_categories(work: Work, ask: FindCategories) -> CategoryMatches:
    """Categories whose name holds some words, in either language."""
    rows = await store.matching(work, ask.words.strip(), MATCHES_MAX)
    names = await store.names(work, {category_id for row in rows for category_id in row["path_ids"]})
    return CategoryMatches(
        items=tuple(
            CategoryMatch(
                category_id=row["category_id"],
                path=tuple(Bilingual(*names[step]) for step in row["path_ids"]),
            )
            for row in rows
        )
    )


@use_case("public", writes=False)
async def category(work: Work, ask: ShowCategory) -> CategoryPage:
    """One category: where it stands, what is below it, what its goods should say of themselves."""
    path = await store.path(work, ask.category_id)
    if not path:
        raise NotFound
    return CategoryPage(
        category_id=ask.category_id,
        name=Bilingual(path[-1]["name_zh"], path[-1]["name_en"]),
        path=tuple(
            CategoryFace(
                category_id=row["category_id"],
                name=Bilingual(row["name_zh"], row["name_en"]),
                has_children=True,
            )
            for row in path
        ),
        children=await _children(work, ask.category_id),
        attributes=await attribute_templates(work, path[-1]["attributes"]),
    )


async def attribute_templates(work: Work, handles: list[str]) -> tuple[AttributeTemplate, ...]:
    """What the attributes of these handles are called, and their usual values."""
    rows = await store.attributes(work, handles)
    return tuple(
        AttributeTemplate(
            handle=row["handle"],
            name=Bilingual(row["name_zh"], row["name_en"]),
            choices=tuple(msgspec.json.decode(row["choices"], type=list[Bilingual])[:CHOICES_SHOWN_MAX]),
        )
        for row in rows
    )


async def _children(work: Work, parent_id: str | None) -> tuple[CategoryFace, ...]:
    return tuple(
        CategoryFace(
            category_id=row["category_id"],
            name=Bilingual(row["name_zh"], row["name_en"]),
            has_children=row["has_children"],
        )
        for row in await store.children(work, parent_id)
    )


async def load_categories(db: asyncpg.Connection) -> bool:
    """Fills the category tree from the files that come with the market; does nothing where it is up to date."""
    folder = resources.files("huozhan") / "reference"
    files = [(folder / name).read_bytes() for name in ("categories.jsonl.gz", "attributes.jsonl.gz")]
    digest = hashlib.sha256(b"".join(files)).hexdigest()
    if await store.digest(db, _REFERENCE) == digest:
        return False
    categories_read = msgspec.json.Decoder(_CategoryRecord).decode_lines(gzip.decompress(files[0]))
    attributes_read = msgspec.json.Decoder(_AttributeRecord).decode_lines(gzip.decompress(files[1]))
    await store.fill(
        db,
        _category_rows(categories_read),
        [(a.handle, a.name_zh, a.name_en, bytes(a.values).decode()) for a in attributes_read],
        _REFERENCE,
        digest,
    )
    return True


def _category_rows(records: list[_CategoryRecord]) -> list[tuple[object, ...]]:
    paths: dict[str, list[str]] = {}
    rows: list[tuple[object, ...]] = []
    for position, record in enumerate(records):
        above = paths[record.parent_id] if record.parent_id is not None else []
        paths[record.category_id] = [*above, record.category_id]
        rows.append(
            (
                record.category_id, record.parent_id, record.level, position,
                record.name_zh, record.name_en, paths[record.category_id], record.attributes,
            )
        )  # fmt: skip
    return rows


async def category_names(work: Work, category_ids: Collection[str]) -> dict[str, Bilingual]:
    """The names of categories, by id."""
    return {
        category_id: Bilingual(*names)
        for category_id, names in (await store.names(work, category_ids)).items()
    }


async def was_loaded(work: Work, digest: str) -> bool:
    """Tells whether the set of goods with this digest was loaded to its end before."""
    return await store.has_digest(work, f"{_LOADED} {digest}")


async def note_loaded(work: Work, digest: str) -> None:
    """Notes that a set of goods was loaded to its end."""
    await store.note_digest(work, f"{_LOADED} {digest}")
