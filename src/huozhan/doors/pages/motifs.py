"""Which drawing stands for goods without a picture: that of the nearest branch of the category tree that has one."""

from functools import lru_cache

_MOTIFS = {
    "aa": 4, "aa-1-4": 23, "aa-1-9": 23, "aa-1-12": 24, "aa-1-14": 24, "aa-1-15": 23, "aa-1-16": 23, "aa-5": 6, "aa-6": 25,
    "aa-8": 5,
    "ae": 15, "ae-2-1": 29, "ae-3-1": 19, "ae-3-1-6": 18, "ap": 3, "bi": 17, "bt": 9, "bu": 17, "co": 11,
    "el": 11, "el-5": 13, "el-7": 13, "el-7-8": 11, "el-7-9": 22, "el-7-12": 22, "el-7-13": 22, "el-13": 12,
    "fb": 3, "fr": 8, "gc": 18, "ha": 10, "hb": 7, "hb-2": 25,
    "hg": 8, "hg-3": 28, "hg-3-26": 20, "hg-3-39": 14, "hg-3-40": 14, "hg-3-58": 15, "hg-3-64": 20, "hg-3-76": 15,
    "hg-10": 17, "hg-10-7": 0, "hg-11": 27, "hg-11-3": 1, "hg-11-4": 2, "hg-11-10": 16, "hg-11-10-5": 3, "hg-11-10-7": 2,
    "hg-12": 21, "hg-15": 20, "hg-16": 26, "hg-17": 21,
    "lb": 6, "ma": 7, "me": 1, "na": 9, "os": 0, "os-11": 29, "pa": 9, "rc": 1, "se": 9, "sg": 5, "so": 11, "tg": 9,
    "vp": 10,
}  # fmt: skip
_OTHER = 17


@lru_cache(maxsize=4096)
def motif_of(category_id: str) -> int:
    """The number of the drawing for a category."""
    branch = category_id
    while branch not in _MOTIFS and "-" in branch:
        branch = branch.rpartition("-")[0]
    return _MOTIFS.get(branch, _OTHER)
