"""The hall: what all doors of one process share."""

from collections.abc import Mapping
from typing import Any

import msgspec

from huozhan.doors.glancing import Glances
from huozhan.doors.pages import formats
from huozhan.doors.run import Pool, Runner
from huozhan.doors.settings import Settings
from huozhan.kernel.clock import Clock
from huozhan.kernel.crypto import Keyring
from huozhan.kernel.ids import IdMint
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.rules import RuleBook, load_rules
from huozhan.kernel.wording import Words
from huozhan.kernel.work import Terms


class Outside(msgspec.Struct, frozen=True, kw_only=True):
    """The ports to outside parties; each is None until its adapter is built by `main`."""

    channel: Any = None
    bank: Any = None
    carrier: Any = None
    waybills: Any = None
    mail: Any = None
    signer: Any = None
    lender: Any = None
    funder: Any = None
    insurer: Any = None
    tax: Any = None
    callback_secrets: Mapping[str, str] = {}


class Hall(Runner):
    """A runner with the words, the settings and the ports around it."""

    def __init__(
        self,
        *,
        pool: Pool,
        clock: Clock,
        mint: IdMint,
        rules: RuleBook,
        keyring: Keyring,
        terms: Terms,
        settings: Settings,
        words: Words,
        outside: Outside,
        index: Any = None,
        notes: Any = None,
    ) -> None:
        super().__init__(
            pool=pool,
            clock=clock,
            mint=mint,
            rules=rules,
            keyring=keyring,
            terms=terms,
            index=index,
            notes=notes,
        )
        self.settings = settings
        self.words = words
        self.outside = outside
        self.glances = Glances()

    async def reread_rules(self) -> None:
        """Takes up rule versions published since the last time."""
        async with self.pool.acquire() as db:
            self.rules = await load_rules(db)

    def say_refusal(self, refusal: Refusal, lang: str) -> str:
        """The words for a refusal, its facts filled in; amounts and unit prices are said as money."""
        shown = {name: self._shown(name, fact) for name, fact in refusal.facts.items()}
        return self.words.say(f"refusal.{refusal.code}", lang, **shown)

    def _shown(self, name: str, fact: Any) -> Any:
        if name.endswith("_minor") and isinstance(fact, int):
            return formats.money(fact, self.terms.currency)
        if name.endswith("_e4") and isinstance(fact, int):
            return formats.unit_price(fact, self.terms.currency)
        return fact
