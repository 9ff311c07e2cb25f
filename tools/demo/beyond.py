"""What the demo's suppliers do beyond selling goods as they are: send them on by the piece, customise them, have them certified."""

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
CERTIFIED = {
    "": (("iso9001", 0.35), ("test_report", 0.4)),
    "五金 小家电 灯饰 数码 制伞": (("ccc", 0.6), ("ce", 0.6), ("rohs", 0.4), ("fcc", 0.3)),
    "玩具": (("ccc", 0.9), ("ce", 0.8)),
    "家纺 毛巾 童装 毛衫 袜业 男装 女装 服装 牛仔": (("oeko_tex", 0.5), ("gots", 0.2)),
    "木雕 印刷包装 文具": (("fsc", 0.5),),
    "陶瓷 水晶玻璃 食品": (("fda", 0.5),),
}
"""How many suppliers of such belts are certified for what."""
INVOICING, CREDITING = 0.85, 0.3
SPECIAL = {"factory": 0.7, "trader": 0.4}
"""How many suppliers say that they invoice, with tax to deduct, and that they grant credit to new buyers."""
VERIFIED = 0.75
"""Of the certificates, by the market; the others wait for it."""
LASTS_DAYS = (90, 200, 365, 500, 700, 1_000)
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


def granted(supplier: Record) -> Record:
    """The supplier with what it grants its buyers and what its goods are certified for; numbers and issuers are invented and say so."""
    chance = rng("certificates", supplier["supplier_code"])
    belt, found = supplier["belt_zh"], []
    for words, kinds in CERTIFIED.items():
        if not words or any(word in belt for word in words.split()):
            for kind, share in kinds:
                if chance.random() < share:
                    number = f"DEMO-{kind.upper().replace('_', '-')}-{supplier['supplier_code']}"
                    found.append(
                        {
                            "kind": kind,
                            "number": number,
                            "issuer": "演示认证中心",
                            "lasts_days": chance.choice(LASTS_DAYS),
                            "is_verified": chance.random() < VERIFIED,
                        }
                    )
    invoices = ["ordinary"] if chance.random() < INVOICING else []
    if invoices and chance.random() < SPECIAL[supplier["kind"]]:
        invoices.append("special")
    credit = None
    if chance.random() < CREDITING:
        credit = {
            "days": chance.choice((15, 30, 30, 45, 60)),
            "yearly_from_minor": chance.choice((0, 5, 10, 20)) * 1_000_000,
        }
    return supplier | {"certificates": found, "invoices": invoices, "credit": credit}
