"""What the demo's suppliers do beyond selling goods as they are: send them on by the piece, customise them."""

from sources import Record, pick, rng

DROPSHIPPED = 0.4
"""Of what is sold from one piece."""
CUSTOMISED = {
    "uk": (0.25, ("logo", "engraving", "label", "packaging")),
    "clothing": (0.45, ("logo", "label", "packaging", "colour", "to_sample")),
    "grocery": (0.15, ("label", "packaging")),
    "own": (0.6, ("logo", "engraving", "label", "packaging", "colour", "to_sample", "to_drawing")),
}
"""How many of a source's goods, and how; goods of a brand are left as they are."""
PIECES = (50, 100, 100, 200, 300, 500, 1_000)
DAYS = (3, 5, 7, 7, 10, 15, 20)


def said(offer: Record) -> Record:
    """The offer with what its supplier does beyond it; each has a generator of its own, so nothing else changes."""
    chance = rng("beyond", offer["supplier_code"], offer["offer_code"])
    single = (offer["moq"], offer["lot"]) == (1, 1)
    dropship = chance.choice(("plain", "plain", "buyers")) if chance.random() < DROPSHIPPED else None
    share, kinds = CUSTOMISED.get(offer["source"], (0, ()))
    customisation = None
    if chance.random() < share:
        customisation = {
            "kinds": pick(chance, kinds, chance.randint(1, 3)),
            "from_pieces": max(offer["moq"], chance.choice(PIECES)),
            "days": chance.choice(DAYS),
        }
    return offer | {"dropship": dropship if single else None, "customisation": customisation}
