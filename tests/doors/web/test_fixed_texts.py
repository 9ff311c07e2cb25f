"""Texts and addresses that a template names are written into it, and what cannot be stays a call."""

import minijinja
import pytest

from huozhan.doors.pages.fixed_texts import with_words
from huozhan.kernel.wording import Words

WORDS = Words(
    {
        "plain": {"zh": "采购单", "en": 'Purchase "list"'},
        "left": {"zh": "剩 {n} {unit}", "en": "{n} {unit} left"},
        "fee": {"zh": "运费 {fee}", "en": "Freight {fee}"},
    }
)


def shown(template: str, **facts: object) -> str:
    """What a template shows in English, its calls of `t` marked."""
    source = with_words(template, WORDS, "en", lambda name: f"/static/{name}?v=1&w=2")
    environment = minijinja.Environment(templates={"page.html": source})
    environment.add_global("t", lambda key, **_: f"called {key}")
    environment.add_global("url", lambda path, **_: f"called {path}")
    return environment.render_template("page.html", **facts)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ('{{ t("plain") }}', "Purchase &quot;list&quot;"),
        ("{{ t('left', unit=unit, n=n + 1) }}", "8 &lt;b&gt; left"),
        ('{{ t("left", n="a, b) (", unit=[unit, "x"][1]) }}', "a, b) ( x left"),
        ('{{ t("fee", fee=t("left", n=n, unit="pcs")) }}', "Freight 7 pcs left"),
        ('{{ t("fee", fee=1 if n == 8 else 2)|upper }}', "FREIGHT 2"),
        ('{{ t("plain", n=n) ~ "!" }}', "Purchase &quot;list&quot;!"),
        ('<a href="{{ url(\'/cart\') }}">{{ asset("a.svg") }}', '<a href="/cart">/static/a.svg?v=1&amp;w=2'),
    ],
)
def test_what_is_fixed_is_written_in(template: str, text: str) -> None:
    assert shown(template, n=7, unit="<b>") == text


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ('{{ t("left", n=n) }}', "called left"),
        ('{{ t("left", **facts) }}', "called left"),
        ('{{ t("left." ~ n) }}', "called left.7"),
        ('{{ t("unknown") }}', "called unknown"),
        ('{{ url("/cart", n=n)|safe }}', "called /cart"),
    ],
)
def test_what_only_the_page_knows_stays_a_call(template: str, text: str) -> None:
    assert shown(template, n=7, facts={"n": 1, "unit": "x"}) == text
