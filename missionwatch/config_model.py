"""The configuration as records: every key of `missionwatch.toml`, its type and its default."""

import re
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

Positive = Annotated[int, Meta(ge=1)]
NotNegative = Annotated[float, Meta(ge=0)]
Port = Annotated[int, Meta(ge=0, le=65535)]
Share = Annotated[float, Meta(gt=0, le=1)]
Duration = Annotated[str, Meta(pattern=r"^\d+(\.\d+)?\s*(ms|s|m|h|d|w)$")]
"""A number with a unit: `90s`, `15m`, `1h`, `24h`, `7d`."""
TimeOfDay = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
PingAddress = Annotated[str, Meta(pattern=r"^(https?://[^\s/?#@]+([/?][^\s#]*)?)?$")]
WebAddress = Annotated[str, Meta(pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$")]
HookAddress = Annotated[str, Meta(pattern=r"^https?://[^\s/?#@]+([/?][^\s#]*)?$")]
"""With a query, which may hold a key."""
MailAddress = Annotated[str, Meta(pattern=r"^[^\s@<>]+@[^\s@<>]+$", max_length=254)]
Mailbox = Annotated[str, Meta(pattern=r"^(|[^\s@<>]+@[^\s@<>]+|[^<>@\r\n]*<[^\s@<>]+@[^\s@<>]+>)$", max_length=320)]
"""An address, alone or after a name: `Missionwatch <watch@example.org>`; or nothing."""

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}


def seconds(duration: str) -> float:
    """A checked duration such as `1h` in seconds."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)", duration)
    assert found, duration
    return float(found[1]) * _UNITS[found[2]]


class _Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class DatabaseConfig(_Section, frozen=True, kw_only=True):
    url: str = ""
    """Empty: SQLite in the data folder."""


class CrawlConfig(_Section, frozen=True, kw_only=True):
    user_agent: str = ""
    """Empty: the program's name and version. Add an address where the site's people can reach you."""
    delay: NotNegative | None = None
    """Seconds between two requests to one host; unset: the profile's."""
    concurrency: Positive = 1
    timeout: Annotated[float, Meta(gt=0)] = 60.0
    max_bytes: Positive = 33554432
    robots: Literal["obey", "ignore"] = "obey"
    max_duration: Duration = "12h"
    """A crawl of the daemon that takes longer is ended. A first one of 10,000 statements takes six hours."""
    max_memory: Annotated[int, Meta(ge=67108864)] = 536870912
    """Bytes; a crawl of the daemon that takes more is ended."""


class TruthConfig(_Section, frozen=True, kw_only=True):
    removal_confirmations: Positive = 2
    removal_min_age: Duration = "1h"
    mass_change_share: Share = 0.02
    mass_change_floor: Positive = 3
    mass_min_age: Duration = "24h"
    sensitive_terms: tuple[str, ...] = ()
    """Words and phrases that make an edit significant when their number in a statement changes, besides ours."""


class PublishConfig(_Section, frozen=True, kw_only=True):
    base_url: WebAddress = "http://127.0.0.1:8000"
    directory: str = "public"
    """Relative to the data folder, unless absolute."""
    feed_entries: Annotated[int, Meta(ge=1, le=100)] = 100


class ServerConfig(_Section, frozen=True, kw_only=True):
    host: str = "127.0.0.1"
    port: Port = 8000


class ScheduleConfig(_Section, frozen=True, kw_only=True):
    timezone: str = "UTC"
    news: str = "*/15 * * * *"
    sections: str = "17 * * * *"
    deep: str = "23 3 * * 0"
    jitter: Duration = "60s"


class MailConfig(_Section, frozen=True, kw_only=True):
    backend: Literal["maildir", "smtp"] = "maildir"
    host: str = ""
    port: Port = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = ""
    sender: Mailbox = ""
    """Whom letters are from, and where what comes back goes; to be named for `smtp`."""
    send_at: TimeOfDay = "08:00"
    """The hour for those who did not choose one."""
    subscribe: bool | None = None
    """Whether pages lead to the one for subscribing; unset: where letters leave this machine."""

    def offers(self) -> bool:
        """Whether pages lead to the one for subscribing."""
        return self.backend == "smtp" if self.subscribe is None else self.subscribe

    def __repr__(self) -> str:
        return f"{type(self).__name__}(backend={self.backend!r}, host={self.host!r}, …)"


class WebhookConfig(_Section, frozen=True, kw_only=True):
    url: HookAddress
    secret: str = ""
    """Signs what is sent; empty: unsigned."""
    secret_file: str = ""
    """A file that holds the secret."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class NotifyConfig(_Section, frozen=True, kw_only=True):
    """Addresses may hold keys, so none is shown."""

    operators: tuple[MailAddress, ...] = ()
    """Who is written to about incidents."""
    webhooks: tuple[HookAddress | WebhookConfig, ...] = ()
    """Told of changes and incidents."""
    apprise: tuple[str, ...] = ()
    """Addresses for Apprise, told the same."""
    websub_hubs: tuple[WebAddress, ...] = ()
    """WebSub hubs that are told of every feed that changed."""
    deadman: PingAddress = ""
    """Asked for every five minutes while the daemon works; empty: nobody is."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class SiteConfig(_Section, frozen=True, kw_only=True):
    profile: str
    base_url: WebAddress | None = None
    """Unset: the profile's."""
    sections: tuple[str, ...] = ()
    """Section paths; empty: the profile's default ones."""


class Config(_Section, frozen=True, kw_only=True):
    """Everything an operator may set. `data_dir` and `source` are found out, not read from the file."""

    database: DatabaseConfig = field(default_factory=DatabaseConfig)
    crawl: CrawlConfig = field(default_factory=CrawlConfig)
    truth: TruthConfig = field(default_factory=TruthConfig)
    publish: PublishConfig = field(default_factory=PublishConfig)
    server: ServerConfig = field(default_factory=ServerConfig)
    schedule: ScheduleConfig = field(default_factory=ScheduleConfig)
    mail: MailConfig = field(default_factory=MailConfig)
    notify: NotifyConfig = field(default_factory=NotifyConfig)
    sites: dict[Annotated[str, Meta(pattern=r"^[a-z][a-z0-9]{0,19}$")], SiteConfig] = field(
        default_factory=lambda: {"un": SiteConfig(profile="china-mission-un")}
    )


class Settings(Struct, frozen=True, kw_only=True):
    """The configuration with what was found around it."""

    config: Config
    data_dir: Path
    source: Path | None
    """The file it was read from; None where there is none and the defaults hold."""

    @property
    def database_url(self) -> str:
        if self.config.database.url:
            return self.config.database.url
        # In an address `%` begins an escape and `?` the options; in a folder's name they are letters.
        path = str(self.data_dir / "missionwatch.db").replace("%", "%25").replace("?", "%3F")
        return f"sqlite:///{path}"

    @property
    def publish_dir(self) -> Path:
        return self.data_dir / self.config.publish.directory
