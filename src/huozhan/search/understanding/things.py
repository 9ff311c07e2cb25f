"""What a text calls its goods: words that name kinds, and what stands before a head of one sign (电脑包, 亲子鞋)."""

from collections.abc import Iterator, Sequence

from huozhan.search.kinds import SIGNS_OF_THINGS, can_name
from huozhan.search.segmenting import words_with_places

_HEADS = SIGNS_OF_THINGS | frozenset(
    "服装衬裳袍褂袄靴履套垫毯毡绳绒绸缎纱网笼窝宝币胶粉茶酒书剧棉米奶糖肉鱼虾蟹蛋饭糕汤粥粮砂珠玉饰镯链表坠球拍机车仪芯屏键鼠轨闸阀槽"
    "桶塔砖栏柱液霜露乳丸块料材具券票画琴鼓章签册簿历谱苗树盆皂"
)
"""Signs that end what goods are called in titles: more than those by which a category is told."""
_NO_THING_WORDS = (
    "休闲 商务 时尚 运动 户外 室内 居家 家居 家用 车用 车载 旅行 露营 登山 骑行 游泳 瑜伽 健身 跑步 舞蹈 拳击 射击 体操 游戏 娱乐 "
    "婴儿 宝宝 儿童 学生 男士 女士 新娘 明星 客厅 卧室 浴室 厨房 厕所 卫生间 宿舍 办公 场地 基地 屋 室 场 世界 国际 "
    "专柜 产品 商品 其他 其它 主体 内容 形象 成分 标准 新鲜 有机 整箱 全包 全套 不带 大号 中号 小号 单 双 方 圆 头 口 人 果 本 位 把 "
    "无线 有线 电子 工业 农业 工艺 医疗 化学 光学 技术 人工智能 人力资源 动力 压力 流量 接口 平板式 立式 二轮 式 可视 敞篷 变频 恒温 "
    "设计 制作 定制 安装 装修 处理 控制 连接 切割 焊接 搅拌 喷雾 发酵 测量 拆机 打印 扫描 显示 播放 录音 直播 摄影 广告 活动 婚庆 "
    "充电 停车 照明 收银 开门 推拉 折叠 升降 旋转 伸缩 壁挂 组合 隐形 助力 减震 减肥 训练 存储 储物 储存 收纳 清洁 干 冲 吸 插 "
    "安全 保险 保修 保养 保健 健康 护理 美容 按摩 沐浴 剃须 修容 护手 护肤 护发 保湿 控油 遮盖 免疫力 手臂 体重 兴趣 日用 餐饮 烘焙 "
    "武器 防尘"
)
"""Words that end names of categories, but say for whom, where or what for: the goods are called by what follows."""
_WIDE_WORDS = (
    "用品 工具 套装 装备 材料 器材 配件 设备 神器 面板 支架 底座 底料 饰品 食品 礼盒 玩具 机器 仪器 零件 制品"
)
"""Heads too wide to say what goods are without the word before them: 婚庆用品."""
_JOINED = frozenset("小大粗细高矮长短厚薄圆方布木竹铁铜皮棉毛纸电车手水酒茶药书油肉花真男女童新老旱冰雪")
"""Signs that belong to what is called after them: 布衣柜, 矮凳."""
BEFORE_HEAD_MAX = 2
_TAIL = "子"
"""A sign without meaning of its own that a cut may leave behind: 矮凳 and 子."""
_NO_THINGS = frozenset(_NO_THING_WORDS.split())
_WIDE = frozenset(_WIDE_WORDS.split())

Place = tuple[int, str]


def things_in(text: str) -> list[tuple[int, int]]:
    """Where a plain text calls its goods; the longest names come first, and one may lie over another."""
    return sorted(_things(list(words_with_places(text))), key=lambda place: (place[0] - place[1], place[0]))


def _things(words: Sequence[Place]) -> Iterator[tuple[int, int]]:
    for number, (start, word) in enumerate(words):
        end = start + len(word)
        before = words[number - 1] if number else (0, "")
        beside = before[1] if before[0] + len(before[1]) == start and _is_chinese(before[1]) else ""
        if _belongs(beside, word):
            yield before[0], end
        elif len(word) > 1 and _is_thing(word):
            yield start, end


def _belongs(before: str, word: str) -> bool:
    """Whether the word before is a part of what the goods are called."""
    if not before:
        return False
    if len(word) == 1:
        return (word in _HEADS and len(before) <= BEFORE_HEAD_MAX) or (word == _TAIL and _is_thing(before))
    return (before in _JOINED and _is_thing(word)) or (before in _NO_THINGS and word in _WIDE)


def _is_thing(word: str) -> bool:
    return word not in _NO_THINGS and (can_name(word) or (_is_chinese(word) and word[-1] in _HEADS))


def _is_chinese(word: str) -> bool:
    return bool(word) and all("\u3400" <= sign <= "\u9fff" for sign in word)
