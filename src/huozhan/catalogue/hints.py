"""Quality hints: what an offer lacks to be found and trusted; hints never stand in the way of publishing."""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum

import msgspec

from huozhan.catalogue.offer import PublishOffer


class HintKind(StrEnum):
    """What is lacking; the words are under `hint.<kind>`."""

    attributes_missing = "attributes_missing"
    attributes_unknown = "attributes_unknown"
    no_picture = "no_picture"
    no_chinese = "no_chinese"
    no_english = "no_english"
    no_description = "no_description"
    no_weight = "no_weight"
    no_size = "no_size"


class Hint(msgspec.Struct, frozen=True, kw_only=True):
    """One thing lacking, with its numbers and the attribute handles it is about."""

    kind: HintKind
    facts: Mapping[str, int] = {}
    handles: tuple[str, ...] = ()


def hints_for(ask: PublishOffer, template: Sequence[str]) -> list[Hint]:
    """What an offer lacks, judged by its category's attribute template."""
    lacking = {
        HintKind.no_picture: not ask.pictures,
        HintKind.no_chinese: not ask.title.zh,
        HintKind.no_english: not ask.title.en,
        HintKind.no_description: not ask.description,
        HintKind.no_weight: not ask.weight_g and not any(sku.weight_g for sku in ask.skus),
        HintKind.no_size: not (ask.length_mm and ask.width_mm and ask.height_mm),
    }
    return [
        *_attribute_hints([attribute.handle for attribute in ask.attributes], template),
        *(Hint(kind=kind) for kind, is_lacking in lacking.items() if is_lacking),
    ]


def _attribute_hints(given: Collection[str], template: Sequence[str]) -> list[Hint]:
    missing = tuple(handle for handle in template if handle not in given)
    unknown = tuple(handle for handle in given if handle and handle not in template)
    facts = {"missing": len(missing), "all": len(template)}
    return [
        *([Hint(kind=HintKind.attributes_missing, facts=facts, handles=missing)] if missing else []),
        *(
            [Hint(kind=HintKind.attributes_unknown, facts={"unknown": len(unknown)}, handles=unknown)]
            if unknown
            else []
        ),
    ]
