"""Words that traders use for one another: whoever asks for one finds the others too. Our own list, in lower case,
English in the singular, as texts are cut; cutting knows nothing of it, so that it may grow without a rebuild."""

_GROUPS = (
    ("圣诞节", "圣诞"), ("加大", "大码", "加大码"), ("饭盒", "便当盒", "午餐盒"), ("书包", "双肩包", "背包"),
    ("手机壳", "手机套"), ("西红柿", "番茄"), ("土豆", "马铃薯"), ("记事本", "笔记本", "本子"), ("收纳箱", "收纳盒", "储物箱"),
    ("抱枕", "靠垫", "靠枕"), ("杯子", "水杯", "马克杯"), ("便利贴", "便签", "便签纸"), ("贴纸", "贴画"), ("小孩", "儿童", "宝宝", "童款"),
    ("女", "女士", "女装", "女款", "女式"), ("男", "男士", "男装", "男款", "男式"), ("短袖", "半袖"), ("裤子", "长裤", "休闲裤"),
    ("鞋子", "鞋"), ("螺丝", "螺钉", "螺栓"), ("雨伞", "伞"), ("帆布袋", "帆布包"), ("餐巾纸", "纸巾"), ("毛毯", "毯子"),
    ("充电线", "数据线"), ("内存", "内存条"), ("鼠标垫", "鼠标板"), ("门牌", "挂牌"), ("三角旗", "彩旗", "挂旗"), ("照片框", "相框", "相架"),
    ("kid", "child", "children"), ("trouser", "pant"), ("jumper", "sweater"), ("flashlight", "torch"), ("backpack", "rucksack"),
    ("earphone", "headphone", "earbud"), ("tshirt", "tee"), ("sneaker", "trainer"), ("cup", "mug"), ("woman", "women", "lady"),
    ("man", "men"), ("xma", "christma"), ("colour", "color"), ("grey", "gray"), ("bunting", "garland"), ("eraser", "rubber"),
    ("memory", "ram"), ("monitor", "screen"), ("couch", "sofa"), ("cookie", "biscuit"), ("zucchini", "courgette"), ("eggplant", "aubergine"),
    ("laptop", "notebook"), ("tv", "television"), ("smartphone", "cellphone"), ("headset", "headphone"),
)  # fmt: skip

_OTHERS = {word: tuple(other for other in group if other != word) for group in _GROUPS for word in group}


def others_of(word: str) -> tuple[str, ...]:
    """What else the same thing is called."""
    return _OTHERS.get(word, ())
