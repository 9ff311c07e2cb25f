"""The way of a parcel: its stations, how long each leg takes, and the carriers' codes of states."""

from typing import NamedTuple

from huozhan_outside.faults import draw
from huozhan_outside.places import Place, city, province

NO_TRACK = "0"
PICKED_UP, DEPARTED, HUB, CITY, OUTLET, DELIVERING, SIGNED = "1", "206", "204", "201", "205", "202", "301"
SIGNED_STATES = frozenset({"3", SIGNED, "302", "304", "311"})

NAMES = {
    "no_track": NO_TRACK,
    "picked_up": PICKED_UP,
    "departed": DEPARTED,
    "arrived_hub": HUB,
    "arrived_city": CITY,
    "arrived_outlet": OUTLET,
    "out_for_delivery": DELIVERING,
    "signed": SIGNED,
    "in_locker": "211",
    "signed_after_problem": "302",
    "signed_by_other": "304",
    "signed_from_locker": "311",
    "problem": "4",
    "rejected": "404",
    "damaged": "414",
    "unreachable": "416",
    "delayed": "417",
    "forwarded": "5",
}

ODD_NOTES = {
    "10": "快递员未去取件",
    "2": "货物在途中运输",
    "211": "快件已放入快递柜或驿站",
    "3": "快件已被签收",
    "302": "快件途中出现异常后，正常签收",
    "304": "快件由非收件人本人代签",
    "311": "快件已从快递柜或驿站签收",
    "4": "问题件",
    "401": "发货无信息",
    "402": "超时未签收",
    "403": "超时未更新",
    "404": "客户拒收，快件退回",
    "405": "派件异常",
    "406": "退件后由寄件人签收",
    "407": "退件后寄件人未签收",
    "412": "快递柜或驿站超时未取",
    "413": "快件在途中被拦截",
    "414": "货物破损",
    "415": "客户取消发货",
    "416": "派送中无法联系到收件人",
    "417": "配送延迟",
    "418": "快件已从快递柜取出",
    "419": "已与客户沟通，重新派送",
    "420": "收货地址不详细",
    "421": "收件人电话错误",
    "422": "网点或中心错误分拣",
    "423": "派件超出派送范围",
    "5": "快件被转寄到新地址",
    "6": "货物在目的国清关",
    "601": "货物在目的国待清关",
    "602": "货物在目的国清关中",
    "603": "货物在目的国已清关",
    "604": "货物在目的国清关异常",
}

STATIONS = (NO_TRACK, PICKED_UP, DEPARTED, HUB, CITY, OUTLET, DELIVERING, SIGNED)
CODE_OF = {**{code: code for code in (*STATIONS, *ODD_NOTES)}, **NAMES}


class Leg(NamedTuple):
    """One leg: how many minutes after the last scan, and the scan at its end."""

    minutes: int
    state: str
    place_zh: str
    place_en: str
    note: str


def journey(seed: int, reference: str, from_division: str, to_division: str) -> list[Leg]:
    """The legs of one parcel, the same for the same seed and waybill."""
    origin, destination = city(from_division), city(to_division)
    first_hub, last_hub = province(from_division), province(to_division)
    sender = Place(f"{origin.zh}营业部", f"{origin.en} outlet")
    sorting = Place(f"{first_hub.zh}转运中心", f"{first_hub.en} hub")
    receiving = Place(f"{destination.zh}营业部", f"{destination.en} outlet")
    plan: list[tuple[int, str, Place, str]] = [
        (2, PICKED_UP, sender, f"【{origin.zh}】快递员已揽收"),
        (3, DEPARTED, sender, f"【{origin.zh}】快件已发往{sorting.zh}"),
        (9, HUB, sorting, f"快件已到达{sorting.zh}"),
    ]
    if from_division[:2] != to_division[:2]:
        arriving = Place(f"{last_hub.zh}转运中心", f"{last_hub.en} hub")
        plan.append((22, HUB, arriving, f"快件已到达{arriving.zh}"))
    plan += [
        (7, CITY, destination, f"快件已到达{destination.zh}"),
        (4, OUTLET, receiving, f"快件已到达{receiving.zh}"),
        (3, DELIVERING, receiving, "快递员正在派件，请保持电话畅通"),
        (5, SIGNED, receiving, "快件已由收件人签收，感谢使用"),
    ]
    return [
        Leg(_minutes(hours, seed, reference, number), state, place.zh, place.en, note)
        for number, (hours, state, place, note) in enumerate(plan)
    ]


def odd_leg(state: str, last: Leg) -> Leg:
    """A scan that is not on the journey, at the place where the parcel is."""
    return Leg(0, state, last.place_zh, last.place_en, ODD_NOTES.get(state, ""))


def _minutes(hours: int, seed: int, reference: str, number: int) -> int:
    """The usual time of a leg, a fifth shorter or longer."""
    return hours * (48 + int(draw(seed, "leg", reference, number) * 24))
