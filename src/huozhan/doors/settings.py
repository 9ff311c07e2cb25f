"""How one market is run: read once by `main`, passed as a value."""

from pathlib import Path

import msgspec

LOOPBACK = "127.0.0.1"
WILDCARDS = ("0.0.0.0", "::", "")  # noqa: S104 - recognised, not listened on


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the environment decides; no other module reads it."""

    home: Path
    database_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""
    trusted_proxies: tuple[str, ...] = ()
    secure_cookies: bool = False
    processes: int = 2
    outside_url: str = ""
    clock_file: Path | None = None
    isolation: str | None = None
    log_level: str = "info"
    api_calls_per_minute: int = 12_000

    @property
    def url(self) -> str:
        """The address at which people reach the market."""
        return self.public_url or self.local_url

    @property
    def local_url(self) -> str:
        """The address at which this machine reaches the market."""
        host = LOOPBACK if self.host in WILDCARDS else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def key_file(self) -> Path:
        """Where the field-encryption keys are."""
        return self.home / "keys.json"

    @property
    def secrets_file(self) -> Path:
        """Where the secrets shared with outside parties are."""
        return self.home / "secrets.toml"

    @property
    def channel_file(self) -> Path:
        """What was agreed on with a real payment channel; absent where the stand-in plays."""
        return self.home / "channel.toml"

    @property
    def opensearch_file(self) -> Path:
        """Where an OpenSearch cluster answers searches; absent where the embedded engine does."""
        return self.home / "opensearch.toml"

    @property
    def seal_file(self) -> Path:
        """Where the market's seal for contracts is."""
        return self.home / "seal.pem"

    @property
    def media(self) -> Path:
        """Where pictures and files are."""
        return self.home / "media"

    @property
    def pictures(self) -> Path:
        """Where pictures of goods are, in every size."""
        return self.media / "pictures"

    @property
    def evidence(self) -> Path:
        """Where pictures of after-sales cases are; no page serves them but by their case."""
        return self.media / "evidence"

    @property
    def index(self) -> Path:
        """Where the search index is."""
        return self.home / "index"
