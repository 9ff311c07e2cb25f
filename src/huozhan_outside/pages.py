"""The pages people see: where they pay, and the mailbox of a demo; Chinese and English."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Protocol
from urllib.parse import urlencode

from huozhan_outside.clock import CHINA, as_ms
from huozhan_outside.words import WORDS

SYMBOLS = {"CNY": "¥", "GBP": "£", "USD": "US$", "EUR": "€", "JPY": "JP¥", "HKD": "HK$"}
WHOLE_UNITS = frozenset({"JPY", "KRW", "VND", "CLP", "ISK", "UGX", "XAF", "XOF"})

STYLE = """
:root{--ground:#f6f4ef;--sheet:#fff;--ink:#1d1f23;--soft:#666a70;--line:#e4e0d6;--strong:#c8361f;--strong-ink:#fff;
--deep:#1d6b4a;--clock:#8a5a00}
@media(prefers-color-scheme:dark){:root{--ground:#15171a;--sheet:#1f2226;--ink:#eceae5;--soft:#a3a6ab;--line:#33373d;
--strong:#e4553c;--strong-ink:#190603;--deep:#5fc596;--clock:#e0ab4b}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"PingFang SC",
"Noto Sans CJK SC","Noto Sans SC","Microsoft YaHei",sans-serif}
a{color:inherit}
header{display:flex;justify-content:space-between;gap:1rem;align-items:center;padding:.9rem 1.1rem;
border-bottom:1px solid var(--line);background:var(--sheet)}
header strong{font-size:1.05rem}
header a{color:var(--soft);font-size:.9rem;padding:.4rem 0}
.demo{margin:0;padding:.5rem 1.1rem;color:var(--clock);font-size:.85rem;border-bottom:1px solid var(--line)}
main{max-width:30rem;margin:0 auto;padding:1.1rem}
main.wide{max-width:46rem}
.sheet{background:var(--sheet);border:1px solid var(--line);border-radius:10px;padding:1.3rem 1.2rem;margin:0 0 1rem}
.sheet>:last-child{margin-bottom:0}
.due{text-align:center}
.due p{margin:0;color:var(--soft);font-size:.9rem}
.due .amount{font-size:2.4rem;line-height:1.25;font-weight:650;color:var(--strong);font-variant-numeric:tabular-nums}
.due .clock{color:var(--clock)}
h1{font-size:1.3rem;margin:0 0 .4rem}
h1.done{color:var(--deep)}
dl{margin:0;display:grid;grid-template-columns:auto 1fr;gap:.6rem 1.2rem}
dt{color:var(--soft)}
dd{margin:0;text-align:right;overflow-wrap:anywhere}
button,.button{display:block;width:100%;min-height:48px;padding:.7rem 1rem;border-radius:8px;font:inherit;font-weight:600;
text-align:center;text-decoration:none;cursor:pointer;border:1px solid var(--line);background:var(--sheet);color:var(--ink)}
button.main{border-color:transparent;background:var(--strong);color:var(--strong-ink);margin-bottom:.7rem}
:focus-visible{outline:3px solid var(--deep);outline-offset:2px}
.fields label{display:block;color:var(--soft);font-size:.9rem;margin:0 0 .8rem}
.fields input{display:block;width:100%;min-height:44px;margin-top:.2rem;padding:.5rem .7rem;border:1px solid var(--line);
border-radius:8px;background:var(--ground);color:var(--ink);font:inherit;font-size:1rem}
ul{list-style:none;margin:0;padding:0}
.receivers a{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem;padding:.8rem 0;text-decoration:none;
border-bottom:1px solid var(--line)}
.receivers li:last-child a{border-bottom:0}
.receivers b{overflow-wrap:anywhere}
.receivers span,.letter .when{color:var(--soft);font-size:.9rem;white-space:nowrap}
.letter .top{display:flex;justify-content:space-between;gap:1rem;align-items:baseline}
.letter h2{font-size:1.05rem;margin:.5rem 0 0;overflow-wrap:anywhere}
.letter .kind{font-size:.8rem;color:var(--soft);border:1px solid var(--line);border-radius:4px;padding:0 .45rem}
.letter p{margin:.5rem 0 0;white-space:pre-wrap;overflow-wrap:anywhere}
"""


class Payable(Protocol):
    """What the pay page shows of a payment."""

    @property
    def merchant(self) -> str:
        """Who is paid."""

    @property
    def merchant_ref(self) -> str:
        """The merchant's own number."""

    @property
    def amount_minor(self) -> int:
        """How much."""

    @property
    def currency(self) -> str:
        """In what."""

    @property
    def subject(self) -> str:
        """For what."""

    @property
    def expires_at(self) -> datetime:
        """Until when."""

    @property
    def return_url(self) -> str:
        """Where the payer goes afterwards."""


class Letter(Protocol):
    """What the mailbox shows of a message."""

    @property
    def channel(self) -> str:
        """E-mail or SMS."""

    @property
    def subject(self) -> str:
        """The heading, empty for an SMS."""

    @property
    def text(self) -> str:
        """The text itself."""

    @property
    def lang(self) -> str:
        """The language it was written in."""


def language_of(wish: str | None, accepted: str) -> str:
    """Chinese or English: what the address says, else what the browser prefers, else Chinese."""
    if wish in ("zh", "en"):
        return wish
    for part in accepted.lower().split(","):
        if part.strip().startswith(("zh", "en")):
            return part.strip()[:2]
    return "zh"


def pay_page(payment: Payable, now_ms: int, language: str) -> str:
    """The page a payer decides on."""
    amount = money(payment.amount_minor, payment.currency)
    expires_ms = as_ms(payment.expires_at)
    left = _say("pay.left", language, time=_span((expires_ms - now_ms) // 60_000, language))
    facts = [
        ("pay.merchant", payment.merchant),
        ("pay.subject", payment.subject),
        ("pay.reference", payment.merchant_ref),
        ("pay.deadline", moment(expires_ms)),
    ]
    body = f"""<section class="sheet due"><p>{_say("pay.amount", language)}</p>
<p class="amount">{escape(amount)}</p><p class="clock">{left}</p></section>
{_facts(facts, language)}
<form method="post"><button class="main" name="deed" value="pay">{_say("pay.pay", language, amount=amount)}</button>
<button name="deed" value="cancel">{_say("pay.cancel", language)}</button></form>"""
    return _page("pay.title", "pay.channel", "pay.demo", body, language)


def ended_page(payment: Payable, paid: str | None, language: str) -> str:
    """What became of a payment: paid, and how much, or closed."""
    word = "pay.closed" if paid is None else "pay.paid"
    asked = money(payment.amount_minor, payment.currency)
    facts = [
        ("pay.amount", asked) if paid is None else ("pay.paid_amount", paid),
        ("pay.merchant", payment.merchant),
        ("pay.subject", payment.subject),
        ("pay.reference", payment.merchant_ref),
    ]
    back = f'<a class="button" href="{escape(payment.return_url)}">{_say("pay.back", language)}</a>'
    body = _outcome(word, language) + _facts(facts, language) + back
    return _page("pay.title", "pay.channel", "pay.demo", body, language)


def unknown_page(language: str) -> str:
    """The page behind an address that names no payment."""
    return _page("pay.title", "pay.channel", "pay.demo", _outcome("pay.unknown", language), language)


def transfer_page(given: Mapping[str, str], language: str, *, is_refused: bool = False) -> str:
    """The form of a company's own bank: to which account, how much, from whom."""
    named = {
        name: given.get(name, "")
        for name in ("to", "amount", "currency", "account_name", "account_no", "remark", "back")
    }
    named["currency"] = named["currency"] or "CNY"
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(named[name])}">' for name in ("currency", "back")
    )
    fields = "".join(
        f'<label>{_say("bank." + name, language)}<input name="{name}" value="{escape(named[name])}"'
        f'{"" if name == "remark" else " required"} autocomplete="off"></label>'
        for name in ("to", "amount", "account_name", "account_no", "remark")
    )
    trouble = f'<p class="clock">{_say("bank.refused", language)}</p>' if is_refused else ""
    body = f"""<section class="sheet"><h1>{_say("bank.send", language)}</h1>{trouble}
<form method="post" class="fields">{hidden}{fields}<button class="main">{_say("bank.go", language)}</button></form></section>"""
    kept = {name: value for name, value in named.items() if value}
    return _page("bank.title", "bank.title", "bank.demo", body, language, stay=kept)


def sent_page(amount: str, back: str, language: str) -> str:
    """The money is on its way."""
    body = f"""<section class="sheet"><h1 class="done">{_say("bank.sent", language, amount=amount)}</h1>
<p>{_say("bank.sent.more", language)}</p></section>"""
    if back.startswith(("http://", "https://")):
        body += f'<a class="button" href="{escape(back)}">{_say("pay.back", language)}</a>'
    return _page("bank.title", "bank.title", "bank.demo", body, language)


def read_money(text: str) -> int:
    """An amount as people write it, in minor units; 0 where it is none."""
    whole, _, rest = text.strip().replace(",", "").partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) <= 13 and len(rest) <= 2):
        return 0
    if rest and not (rest.isascii() and rest.isdigit()):
        return 0
    return int(whole) * 100 + int(rest.ljust(2, "0"))


def apply_page(
    party: str, company: str, state: str, limit_minor: int, currency: str, back: str, language: str
) -> str:
    """Where an organisation applies for a limit of a lender or funder, and what became of it."""
    facts = [("lender.company", company)]
    if state == "applied":
        body = f"""<section class="sheet"><h1>{_say(f"{party}.apply", language)}</h1>
<p>{_say(f"{party}.apply.more", language)}</p></section>{_facts(facts, language)}
<form method="post"><button class="main" name="deed" value="apply">{_say(f"{party}.agree_apply", language)}</button>
<button name="deed" value="cancel">{_say("pay.cancel", language)}</button></form>"""
    else:
        if state == "open":
            facts.append(("lender.limit", money(limit_minor, currency)))
        link = f'<a class="button" href="{escape(back)}">{_say("pay.back", language)}</a>'
        body = _outcome(f"{party}.{state}", language) + _facts(facts, language) + link
    return _page(f"{party}.title", f"{party}.party", f"{party}.demo", body, language)


def consent_page(
    order: Payable, state: str, left_minor: int, term_days: int, now_ms: int, language: str
) -> str:
    """Where a buyer agrees that the lender pays an order, and what became of it."""
    amount = money(order.amount_minor, order.currency)
    expires_ms = as_ms(order.expires_at)
    facts = [
        ("pay.merchant", order.merchant),
        ("pay.subject", order.subject),
        ("lender.left", money(left_minor, order.currency)),
        ("lender.repay_by", WORDS["lender.days_after"][language].format(count=term_days)),
        ("pay.deadline", moment(expires_ms)),
    ]
    back = f'<a class="button" href="{escape(order.return_url)}">{_say("pay.back", language)}</a>'
    if state != "open":
        body = _outcome("lender.agreed" if state == "paid" else "pay.closed", language) + back
        return _page("lender.title", "lender.party", "lender.demo", body, language)
    left = _say("pay.left", language, time=_span((expires_ms - now_ms) // 60_000, language))
    head = f"""<section class="sheet due"><p>{_say("pay.amount", language)}</p>
<p class="amount">{escape(amount)}</p><p class="clock">{left}</p></section>{_facts(facts, language)}"""
    if order.amount_minor > left_minor:
        trouble = (
            f'<section class="sheet"><p class="clock">{_say("lender.over_limit", language)}</p></section>'
        )
        return _page("lender.title", "lender.party", "lender.demo", head + trouble + back, language)
    form = f"""<form method="post"><button class="main" name="deed" value="agree">
{_say("lender.agree", language, amount=amount)}</button>
<button name="deed" value="cancel">{_say("pay.cancel", language)}</button></form>"""
    return _page("lender.title", "lender.party", "lender.demo", head + form, language)


def receivers_page(receivers: Sequence[tuple[str, int, int]], language: str) -> str:
    """Everybody who got a message, the latest first."""
    lines = []
    for name, count, at_ms in receivers:
        address = escape("?" + urlencode({"to": name, "lang": language}))
        many = _say("mail.count.one" if count == 1 else "mail.count", language, count=count)
        lines.append(
            f'<li><a href="{address}"><b>{escape(name)}</b><span>{many} · {moment(at_ms)}</span></a></li>'
        )
    listed = (
        f'<ul class="receivers">{"".join(lines)}</ul>' if lines else f"<p>{_say('mail.none', language)}</p>"
    )
    body = f'<section class="sheet"><h1>{_say("mail.receivers", language)}</h1>{listed}</section>'
    return _page("mail.title", "mail.title", "mail.demo", body, language, wide=True)


def mailbox_page(receiver: str, letters: Sequence[tuple[Letter, int]], language: str) -> str:
    """One receiver's messages, the latest first."""
    shown = (
        "".join(_letter(letter, at_ms, language) for letter, at_ms in letters)
        or f"<p>{_say('mail.none', language)}</p>"
    )
    body = f"""<p><a href="?lang={language}">← {_say("mail.all", language)}</a></p>
<h1>{escape(receiver)}</h1>{shown}"""
    return _page("mail.title", "mail.title", "mail.demo", body, language, wide=True, stay={"to": receiver})


def money(amount_minor: int, currency: str) -> str:
    """An amount as people write it."""
    symbol = SYMBOLS.get(currency, currency + " ")
    if currency in WHOLE_UNITS:
        return f"{symbol}{amount_minor:,}"
    return f"{symbol}{amount_minor // 100:,}.{amount_minor % 100:02d}"


def moment(moment_ms: int) -> str:
    """A time on the clock of China."""
    return f"{datetime.fromtimestamp(moment_ms // 1000, CHINA):%Y-%m-%d %H:%M}"


def _outcome(word: str, language: str) -> str:
    mark = ' class="done"' if word in ("pay.paid", "lender.open", "lender.agreed") else ""
    return f"""<section class="sheet"><h1{mark}>{_say(word, language)}</h1>
<p>{_say(word + ".more", language)}</p></section>"""


def _facts(facts: list[tuple[str, str]], language: str) -> str:
    pairs = "".join(f"<dt>{_say(word, language)}</dt><dd>{escape(value)}</dd>" for word, value in facts)
    return f'<section class="sheet"><dl>{pairs}</dl></section>'


def _letter(letter: Letter, at_ms: int, language: str) -> str:
    heading = f"<h2>{escape(letter.subject)}</h2>" if letter.subject else ""
    return f"""<article class="sheet letter" lang="{escape(letter.lang)}"><div class="top">
<span class="kind">{_say("mail." + letter.channel, language)}</span><span class="when">{moment(at_ms)}</span></div>
{heading}<p>{escape(letter.text)}</p></article>"""


def _span(minutes: int, language: str) -> str:
    days, hours = minutes // 1440, minutes // 60 % 24
    parts = [("pay.days", days), ("pay.hours", hours), ("pay.minutes", minutes % 60)]
    first = next((number for number, (_, count) in enumerate(parts) if count), 2)
    return " ".join(
        _say(word, language, count=count) for word, count in parts[first : first + 2] if count or first == 2
    )


def _page(
    title: str,
    heading: str,
    notice: str,
    body: str,
    language: str,
    *,
    wide: bool = False,
    stay: dict[str, str] | None = None,
) -> str:
    other = "en" if language == "zh" else "zh"
    address = escape("?" + urlencode({**(stay or {}), "lang": other}))
    return f"""<!doctype html>
<html lang="{"zh-CN" if language == "zh" else "en"}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>{_say(title, language)}</title>
<link rel="icon" href="data:,"><style>{STYLE}</style></head><body>
<header><strong>{_say(heading, language)}</strong><a href="{address}" lang="{other}">{_say("other.language", language)}</a>
</header><p class="demo">{_say(notice, language)}</p><main{' class="wide"' if wide else ""}>{body}</main></body></html>
"""


def _say(word: str, language: str, **facts: object) -> str:
    return escape(WORDS[word][language].format(**facts))
