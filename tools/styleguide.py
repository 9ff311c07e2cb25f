"""Renders the style guide to a folder, once per language and theme, so that a change of looks can be seen before it ships."""

import argparse
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from babel.dates import format_datetime, format_timedelta
from babel.numbers import format_compact_decimal, format_currency, format_decimal, format_percent
from minijinja import Environment

from huozhan.kernel.wording import LANGUAGES, Words, load_words

SOURCE = Path(__file__).parents[1] / "src" / "huozhan"
FOLDERS = (SOURCE / "doors" / "pages" / "templates", Path(__file__).with_name("samples"))
NOW = datetime.fromisoformat("2026-11-22T10:00:00+00:00")
LOCALES = {"zh": "zh_CN", "en": "en_GB"}
THEMES = ("paper", "night")
SIZES = ("S", "M", "L", "XL", "2XL", "3XL", "4XL", "5XL")
PAGES = ("market", "desk", "console", "plain", "error", "print")


def load(name: str) -> str | None:
    """The text of a template of the product or of the guide."""
    found = next((folder / name for folder in FOLDERS if (folder / name).is_file()), None)
    return found.read_text() if found else None


def environment(lang: str, words: Words) -> Environment:
    """What the macros expect of a page's renderer, with a clock that stands still."""
    locale = LOCALES[lang]
    made = Environment(loader=load)
    made.undefined_behavior = "semi_strict"  # type: ignore[assignment]  # the engine knows it, its stubs do not
    made.add_global("lang", lang)
    made.add_global("currency", "CNY")

    def at(moment: str) -> datetime:
        return datetime.fromisoformat(moment)

    functions: dict[str, Any] = {
        "t": lambda key, **facts: words.say(key, lang, **facts),
        "asset": lambda name: f"static/{name}",
        "url": lambda path, **_query: path,
        "money": lambda minor: format_currency(minor / 100, "CNY", "¤#,##0.00", locale="zh_CN"),
        "unit_price": lambda e4: format_currency(
            e4 / 10_000, "CNY", "¤#,##0.00##", locale="zh_CN", currency_digits=False
        ),
        "count": lambda n: (
            format_compact_decimal(n, locale=locale, fraction_digits=1)
            if n >= 10_000
            else format_decimal(n, locale=locale)
        ),
        "percent": lambda bp: format_percent(bp / 10_000, "0.#%", locale=locale),
        "when": lambda moment: format_timedelta(at(moment) - NOW, locale=locale, add_direction=True),
        "left": lambda moment: format_timedelta(at(moment) - NOW, locale=locale),
        "iso": lambda moment: moment,
        "exact": lambda moment: format_datetime(at(moment), "yyyy-MM-dd HH:mm", locale=locale),
    }
    for name, function in functions.items():
        made.add_global(name, function)
    return made


def sample_cells(lang: str) -> dict[str, dict[str, dict[str, Any]]]:
    """Stock and quantities of a colour × size grid with a gap, a variant sold out and a few ordered."""
    colours = {
        "zh": "本白,漂白,黑色,藏青,军绿,酒红,焦糖,雾蓝,鼠尾草绿,浅灰,炭灰,粉色",
        "en": "Natural,White,Black,Navy,Olive,Wine,Caramel,Mist,Sage,Light\u00a0grey,Charcoal,Pink",
    }[lang].split(",")
    return {
        colour: {
            size: {
                "sku_id": str(row * 10 + column),
                "stock": 0 if (row, column) == (1, 2) else 320 + row * 17 + column,
                "qty": 31 if row == 2 and column in (1, 2, 3) else 0,
            }
            for column, size in enumerate(SIZES)
            if (row, column) != (4, 7)
        }
        for row, colour in enumerate(colours)
    }


def sample_page(name: str, lang: str, theme: str) -> dict[str, Any]:
    """What a page would give its layout."""
    zh = lang == "zh"
    return {
        "sample": name,
        "sample_cells": sample_cells(lang),
        "page": {
            "title": "样式指南" if zh else "Style guide",
            "path": "/",
            "csrf": "token",
            "theme": theme,
            "live": False,
            "section": {"market": "home", "desk": "today", "console": "pulse"}.get(name, ""),
            "counts": {"to_ship": 12, "low_stock": 3, "suppliers": 4},
        },
        "viewer": {
            "name": "周敏" if zh else "Zhou Min",
            "org_name": "晨光百货" if zh else "Dawn Stores",
            "sells": True,
            "operates": False,
            "cart_count": 7,
        },
        "problem": {
            "status": 404,
            "title": "没有找到这一页" if zh else "Page not found",
            "text": "地址可能有误，或货品已下架。"
            if zh
            else "The address may be wrong, or the goods were taken down.",
            "code": "kernel.not_found",
            "request_id": "7f3a91c2",
            "ways": [
                {"href": "/", "label": "回首页" if zh else "Home"},
                {"href": "/search", "label": "去找货" if zh else "Find goods"},
            ],
        },
    }


def render(target: Path) -> Iterable[Path]:
    """Writes every page of the guide in each language and theme beside a copy of the static files."""
    shutil.copytree(SOURCE / "static", target / "static", dirs_exist_ok=True)
    words = load_words()
    for lang in LANGUAGES:
        pages = environment(lang, words)
        for theme in THEMES:
            for name in PAGES:
                template = "layout/error.html" if name == "error" else "styleguide.html"
                file = target / f"{name}-{lang}-{theme}.html"
                file.write_text(pages.render_template(template, **sample_page(name, lang, theme)))
                yield file


def main() -> None:
    """Renders into the folder that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path, help="folder to write to")
    target: Path = parser.parse_args().target
    target.mkdir(parents=True, exist_ok=True)
    for file in render(target):
        print(file)


if __name__ == "__main__":
    main()
