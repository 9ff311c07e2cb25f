"""Which drawing stands for goods without a picture: one of twelve, by the branch of the category tree."""

_MOTIFS = {
    "aa": 4, "ae": 1, "ap": 3, "bi": 10, "bt": 9, "bu": 1, "co": 11, "el": 11, "fb": 3, "fr": 8, "gc": 1, "ha": 10,
    "hb": 7, "hg": 8, "lb": 6, "ma": 7, "me": 1, "na": 9, "os": 0, "pa": 9, "rc": 1, "se": 9, "sg": 5, "so": 11,
    "tg": 9, "vp": 10,
}  # fmt: skip
_OTHER = 9


def motif_of(category_id: str) -> int:
    """The number of the drawing for a category, by the first part of its id."""
    return _MOTIFS.get(category_id.partition("-")[0], _OTHER)
