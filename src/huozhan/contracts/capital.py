"""Amounts in Chinese capital numerals 大写金额, as contracts and cheques of China write them. Pure."""

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "兆")
GROUP = 10_000


def in_capitals(amount_minor: int) -> str:
    """An amount in fen as the rules for filling in bills have it: 人民币壹仟零伍拾元整, 人民币伍角整, 人民币叁元零肆分."""
    yuan, fen = divmod(amount_minor, 100)
    jiao, fen = divmod(fen, 10)
    whole = f"{_whole(yuan)}元" if yuan else ""
    if not jiao and not fen:
        return f"人民币{whole or '零元'}整"
    small = f"{_DIGITS[jiao]}角" if jiao else ("零" if whole else "")
    small += f"{_DIGITS[fen]}分" if fen else "整"
    return f"人民币{whole}{small}"


def _whole(number: int) -> str:
    """A whole number above 0; zeros between digits are said once, at the end never."""
    groups: list[int] = []
    while number:
        number, rest = divmod(number, GROUP)
        groups.append(rest)
    said, gap = "", False
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            gap = True
            continue
        if said and (gap or group < GROUP // 10):
            said += "零"
        said += _group(group) + _GROUPS[place]
        gap = False
    return said


def _group(group: int) -> str:
    said, gap = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if not digit:
            gap = bool(said)
            continue
        said += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return said
