"""What a thing is, told from what it is for."""

import pytest

from huozhan.search.kinds import kinds_in


@pytest.mark.parametrize(
    ("title", "kinds"),
    [
        ("LCD Monitor Privacy Filter", ["filter"]),
        ('Compaq 6910p Notebook Black 35.8 cm (14.1")', ["notebook"]),
        ("Cotton Short Sleeve T-Shirts for Men", ["tshirt"]),
        ("Case for notebooks and tablets", ["case"]),
        ("Stand, with lamp", ["stand"]),
        ("Canon Lamp Assembly LV-LP27 projector lamp", ["lamp"]),
        ("Patch Cable Black networking cable 15 m", ["cable"]),
        ("苹果手机壳 iPhone 15 保护套", ["手机壳", "保护套"]),
        ("手机支架桌面懒人支架", ["支架"]),
        ("适用美的洗衣机波轮", []),
        ("不锈钢保温杯 500ml 大容量便携水杯", ["保温杯", "水杯"]),
        ("", []),
    ],
)
def test_names_the_kind_and_not_what_it_is_for(title: str, kinds: list[str]) -> None:
    assert kinds_in(title) == kinds
