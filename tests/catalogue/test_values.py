"""How values of attributes are written where people read them."""

import pytest

from huozhan.catalogue.attribute_values import usual_values, value_name


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("l", "L"), ("xxl", "XXL"), ("3xl", "3XL"), ("l码", "L码"), ("m 165/88a", "M 165/88a"), ("84279b", "84279B"), ("ab-123", "AB-123"),
        ("5l", "5l"), ("5m", "5m"), ("100cm", "100cm"), ("500g", "500g"), ("220v", "220v"), ("12v", "12v"), ("tritan塑料", "tritan塑料"),
        ("x", "x"), ("cotton blend", "cotton blend"), ("small", "small"), ("usb 3", "usb 3"), ("", ""),
    ],
)  # fmt: skip
def test_sizes_and_codes_stand_in_capitals_and_amounts_as_they_are(key: str, written: str) -> None:
    assert (value_name("nothing of ours", key).zh, value_name("nothing of ours", key).en) == (
        written,
        written,
    )


def test_usual_values_are_called_as_the_reference_has_them() -> None:
    handle, one = next(iter(usual_values(["color"])))

    assert value_name(handle, one.en.lower()) == one
