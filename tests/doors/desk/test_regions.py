"""Regions are written as people call them, and read back as the same places."""

import pytest

from huozhan.doors.pages.regions import PlaceUnknown, read_regions, write_regions


def test_names_codes_and_countries_stand_side_by_side() -> None:
    written = "浙江、新疆，杭州市; Hong Kong, 江苏省南京市鼓楼区\n南京市鼓楼区 31 3202 gb"

    assert read_regions(written, "x") == ["33", "65", "3301", "81", "320106", "31", "3202", "GB"]


def test_blanks_part_names_and_codes_as_people_type_them() -> None:
    assert read_regions("65 54", "x") == ["65", "54"]
    assert read_regions("西藏 内蒙古", "x") == ["54", "15"]


def test_a_province_has_the_short_name_that_it_shares_with_a_city() -> None:
    assert read_regions("吉林, 吉林市", "x") == ["22", "2202"]


@pytest.mark.parametrize("typed", ["鼓楼区", "Suzhou", "nowhere", "杭州市 nowhere"])
def test_a_name_of_no_place_or_of_several_is_refused(typed: str) -> None:
    with pytest.raises(PlaceUnknown) as refused:
        read_regions(typed, "undeliverable")

    assert refused.value.facts == {"field": "undeliverable", "typed": typed}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_written_reads_back(lang: str) -> None:
    codes = ["33", "3301", "320106", "3205", "3413", "340100", "220200", "GB", "330106001", "650000"]
    short = ["33", "3301", "320106", "3205", "3413", "3401", "2202", "GB", "330106001", "65"]

    assert read_regions(write_regions(codes, lang), "x") == short


def test_places_are_named_in_the_readers_language() -> None:
    assert write_regions(["33", "3301", "GB"], "zh") == "浙江省、杭州市、GB"
    assert write_regions(["33", "3301", "GB"], "en") == "Zhejiang, Hangzhou, GB"
