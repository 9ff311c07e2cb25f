"""Chinese signs that look alike: who writes by strokes, or reads a picture, takes one for the other.

Our own list, of signs that occur in what goods are called; any two of a group are confused.
"""

from collections.abc import Iterator
from functools import cache

_ALIKE = (
    "杯怀坏环 己已巳 未末 土士 日曰目 人入八 天夫无 干千于 力刀 大太犬 木本术 田由甲申 贝见 鸟乌 免兔 衣农 包句勺匀 治冶 请清情晴睛精 抱袍泡炮跑饱 "
    "扳板版饭 枪抢 钩钓钧 壶壸 晾凉 裤库 袜抹 帽冒 巾币中 拖托施 鞋鞍 棉绵锦 篮蓝 筐框 盒合盆盘 锅祸 筷块 碗腕 垫蛰 披被波玻坡 枕沈 灯打叮 笔毛 纸低 账帐 "
    "梳流 镜境 链莲 指脂 项顶 夹央 袋贷 箱厢 折拆析 防纺访 晒洒 线钱浅 膜模摸 贴粘站 支枝 架驾 收牧 具县 刷剧 洗冼 纶伦论轮 硅桂 胶校 淘陶 "
    "资瓷 离璃 铝吕 钢纲 铜洞 拉垃 圾极 座坐 厨橱 锁琐 缝逢 鱼渔 竿杆 伞企 吊吕 猫描 链键 龙尤 皂帛 "
    "围违 裙裤 短矩 衫杉 袄祆 绒绘 绸稠 缎段 皮波 帘窗 帐胀 幔慢 毯毡 椅倚 柜拒 桌卓"
)
"""Each group of signs, with spaces between them."""


def written_alike(phrase: str) -> Iterator[str]:
    """The phrase with one sign as another that looks like it."""
    for at, sign in enumerate(phrase):
        for other in _others().get(sign, ()):
            yield phrase[:at] + other + phrase[at + 1 :]


@cache
def _others() -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for group in _ALIKE.split():
        for sign in group:
            found.setdefault(sign, {}).update(dict.fromkeys(other for other in group if other != sign))
    return {sign: tuple(others) for sign, others in found.items()}
