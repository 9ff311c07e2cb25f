"""A client as a careful one is: it repeats what was not answered, with the same key, until it is."""

import asyncio
import random
from collections import Counter
from typing import Any

from bench.http import Client, Refused

PATIENCE_SECONDS = 120
ANSWER_SECONDS = 20
PAUSE_SECONDS = 0.25
REPEATED_SHARE = 0.15
TROUBLE_STATUS = 500


class DrillFailed(Exception):
    """Something happened that must never happen."""


class Patient:
    """One principal's calls; `acknowledged` holds every change that was answered with success, by its key."""

    def __init__(self, url: str, token: str, chance: random.Random) -> None:
        self._url, self._token, self._chance = url, token, chance
        self._client = Client(url, token)
        self.acknowledged: dict[str, Any] = {}
        self.troubles: Counter[str] = Counter()

    async def read(self, path: str) -> Any:
        """The answer to a question."""
        return await self._until_answered("GET", path, None, "")

    async def change(self, path: str, body: Any, key: str = "") -> Any:
        """The answer to a change; now and then it is asked again and must be told the same."""
        answer = await self._until_answered("POST", path, body, key)
        if key:
            self.acknowledged[key] = answer
            if self._chance.random() < REPEATED_SHARE:
                again = await self._until_answered("POST", path, body, key)
                if again != answer:
                    raise DrillFailed(f"{path} {key}: answered {answer}, and again {again}")
        return answer

    async def _until_answered(self, method: str, path: str, body: Any, key: str) -> Any:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    try:
                        async with asyncio.timeout(ANSWER_SECONDS):
                            return await self._client.ask(method, path, body, key=key)
                    except Refused as refused:
                        if refused.status < TROUBLE_STATUS:
                            raise
                        self.troubles[str(refused.status)] += 1
                    except (OSError, EOFError, TimeoutError) as error:
                        self.troubles[type(error).__name__] += 1
                        # What is left on the wire would be read as the next call's answer.
                        await self._client.close()
                        self._client = Client(self._url, self._token)
                    await asyncio.sleep(PAUSE_SECONDS)
        except TimeoutError as error:
            raise DrillFailed(f"{method} {path}: no answer for {PATIENCE_SECONDS} s") from error

    async def close(self) -> None:
        """Ends the connection."""
        await self._client.close()
