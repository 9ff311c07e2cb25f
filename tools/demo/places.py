"""English names of Chinese divisions: the customary ones where they exist, else Hanyu Pinyin."""

import re

from pypinyin import Style, lazy_pinyin, load_single_dict

# Characters read otherwise in the names of places than in most words.
load_single_dict(
    {
        ord("都"): "dū",
        ord("长"): "cháng",
        ord("单"): "shàn",
        ord("蔚"): "yù",
        ord("铅"): "yán",
        ord("尉"): "yù",
    }
)

PROVINCES = {
    "内蒙古自治区": "Inner Mongolia",
    "广西壮族自治区": "Guangxi",
    "西藏自治区": "Tibet",
    "宁夏回族自治区": "Ningxia",
    "新疆维吾尔自治区": "Xinjiang",
    "香港特别行政区": "Hong Kong",
    "澳门特别行政区": "Macao",
    "台湾省": "Taiwan",
    "陕西省": "Shaanxi",
    "重庆市": "Chongqing",
}
# Names that are not written in pinyin, and characters whose reading pinyin tables get wrong in a place name.
CUSTOMARY = {
    "呼和浩特": "Hohhot",
    "鄂尔多斯": "Ordos",
    "呼伦贝尔": "Hulunbuir",
    "巴彦淖尔": "Bayannur",
    "乌兰察布": "Ulanqab",
    "锡林郭勒": "Xilingol",
    "阿拉善": "Alxa",
    "哈尔滨": "Harbin",
    "齐齐哈尔": "Qiqihar",
    "乌鲁木齐": "Urumqi",
    "克拉玛依": "Karamay",
    "吐鲁番": "Turpan",
    "哈密": "Hami",
    "博尔塔拉": "Bortala",
    "巴音郭楞": "Bayingolin",
    "阿克苏": "Aksu",
    "克孜勒苏": "Kizilsu",
    "喀什": "Kashgar",
    "和田": "Hotan",
    "伊犁": "Ili",
    "阿勒泰": "Altay",
    "拉萨": "Lhasa",
    "日喀则": "Shigatse",
    "昌都": "Chamdo",
    "林芝": "Nyingchi",
    "那曲": "Nagqu",
    "阿里": "Ngari",
    "六安": "Lu'an",
    "台州": "Taizhou",
    "天台": "Tiantai",
    "丽水": "Lishui",
    "东莞": "Dongguan",
    "番禺": "Panyu",
    "蚌埠": "Bengbu",
    "厦门": "Xiamen",
    "重庆": "Chongqing",
    "长治": "Changzhi",
    "朝阳": "Chaoyang",
    "都匀": "Duyun",
    "乐山": "Leshan",
    "乐清": "Yueqing",
    "长子": "Zhangzi",
    "尉氏": "Weishi",
    "锡林浩特": "Xilinhot",
    "浦东新": "Pudong New",
}
PEOPLES = (
    "各族|壮族|回族|藏族|维吾尔|维吾尔族|蒙古族|蒙古|朝鲜族|满族|苗族|侗族|布依族|彝族|哈尼族|傣族|白族|景颇族|傈僳族|土家族|羌族|"
    "黎族|哈萨克|哈萨克族|柯尔克孜|瑶族|畲族|水族|仡佬族|拉祜族|佤族|布朗族|纳西族|独龙族|怒族|普米族|裕固族|保安族|东乡族|撒拉族|"
    "土族|达斡尔族|锡伯|塔吉克|仫佬族|毛南族|达斡尔|鄂温克族|鄂伦春"
)
KINDS = {
    "自治州": " Prefecture",
    "自治县": " County",
    "自治旗": " Banner",
    "地区": " Prefecture",
    "林区": " Forestry District",
    "特区": " District",
    "矿区": " Mining District",
    "盟": " League",
    "旗": " Banner",
    "区": " District",
    "县": " County",
    "市": "",
}


def spelled(name: str) -> str:
    """A place name in pinyin as one word, with the apostrophe that keeps syllables apart."""
    if name in CUSTOMARY:
        return CUSTOMARY[name]
    syllables = lazy_pinyin(name, style=Style.NORMAL, errors="ignore")
    word = "".join(("'" + s if n and s[0] in "aeo" else s) for n, s in enumerate(syllables))
    return word.replace("ü", "u").capitalize()


def english_name(name: str, level: int) -> str:
    """The English name of a province, prefecture or county."""
    if name in PROVINCES:
        return PROVINCES[name]
    if level == 1:
        return spelled(re.sub("(省|市)$", "", name))
    for ending, kind in KINDS.items():
        if not name.endswith(ending) or len(name) - len(ending) < 1:
            continue
        stem = name[: -len(ending)]
        if ending.startswith("自治"):
            stem = re.sub(f"({PEOPLES})+$", "", stem) or stem
        if len(stem) < 2:
            return spelled(stem) + " " + kind.strip() if kind else spelled(name)
        return spelled(stem) + kind
    return spelled(name)
