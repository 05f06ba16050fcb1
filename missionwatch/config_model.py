"""The configuration as records: every key of `missionwatch.toml`, its type, its default and what it means.

What a class or a field says here is for operators: docs/configuration-reference.md and the commented file that `init`
writes are made of it (`./run generate`). An example stands in where a default says nothing.
"""

import re
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from missionwatch.config_values import (
    SECRET,
    Cron,
    Duration,
    HookAddress,
    MailAddress,
    Mailbox,
    NotNegative,
    PingAddress,
    Port,
    Positive,
    Share,
    TimeOfDay,
    WebAddress,
)

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}


def seconds(duration: str) -> float:
    """A checked duration such as `1h` in seconds."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)", duration)
    assert found, duration
    return float(found[1]) * _UNITS[found[2]]


class _Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class DatabaseConfig(_Section, frozen=True, kw_only=True):
    """Where the archive is kept."""

    url: Annotated[
        str, Meta(examples=["postgresql+psycopg://missionwatch@localhost/missionwatch"], extra=SECRET, title="address")
    ] = ""
    """`sqlite:////path/to/file` or `postgresql+psycopg://user@host/name` (which needs the extra `postgres`). Empty:
    SQLite, `missionwatch.db` in the data folder."""


class CrawlConfig(_Section, frozen=True, kw_only=True):
    """How a site is asked. The defaults are polite; a site's people may ask for more."""

    user_agent: Annotated[str, Meta(examples=["missionwatch/0.1 (+https://example.org/contact)"])] = ""
    """What each request says of who asks: add how the site's people can reach you. Empty: the program's name and
    release."""
    delay: Annotated[NotNegative, Meta(examples=[2.0])] | None = None
    """Seconds between two requests to one host. Unset: what the site's profile says, usually 2."""
    concurrency: Positive = 1
    """Requests under way at once. Each may take `max_bytes` of memory, and as much once more."""
    timeout: Annotated[float, Meta(gt=0)] = 60.0
    """Seconds within which an answer has to be complete."""
    max_bytes: Positive = 33554432
    """A larger answer is not read, and is a problem of the run."""
    robots: Literal["obey", "ignore"] = "obey"
    """Whether robots.txt is obeyed, of which the first 512 KiB are read."""
    max_duration: Duration = "12h"
    """A crawl of the daemon that takes longer is ended, counts as failed and opens an incident. A first crawl of
    10,000 statements takes six hours at the usual pace."""
    max_memory: Annotated[int, Meta(ge=67108864)] = 536870912
    """Bytes of memory; a crawl of the daemon that takes more is ended in the same way. A first crawl of 2,000
    statements took 139 MiB."""


class TruthConfig(_Section, frozen=True, kw_only=True):
    """What it takes until a change is believed: docs/truth.md."""

    removal_confirmations: Positive = 2
    """Crawls that must find a statement's page missing before it counts as removed."""
    removal_min_age: Duration = "1h"
    """Time between the first and the last of these crawls."""
    mass_change_share: Share = 0.02
    """More than this share of the known statements (and more than `mass_change_floor`) edited or removed at once are
    held back."""
    mass_change_floor: Positive = 3
    """So many changes at once are never held back."""
    mass_min_age: Duration = "24h"
    """Changes that are held back are believed when three crawls over this time saw the same."""
    sensitive_terms: Annotated[tuple[str, ...], Meta(examples=[["ceasefire", "停火"]])] = ()
    """Words and phrases, besides the shipped ones, that make an edit significant when they appear or disappear:
    docs/significance.md."""


class PublishConfig(_Section, frozen=True, kw_only=True):
    """Feeds and pages as files."""

    base_url: WebAddress = "http://127.0.0.1:8000"
    """Where readers find the pages; every link in feeds and letters begins so. It is no part of any feed's identity
    and may be altered."""
    directory: str = "public"
    """The folder for the files: in the data folder, unless absolute."""
    feed_entries: Annotated[int, Meta(ge=1, le=100)] = 100
    """The most entries of a feed; older ones are in its archive."""


class ServerConfig(_Section, frozen=True, kw_only=True):
    """Where `serve` and `daemon` answer. For the open internet, put a web server in front: docs/serving.md."""

    host: str = "127.0.0.1"
    """The address to listen on."""
    port: Port = 8000
    """The port to listen on; 0 is any free one."""


class ScheduleConfig(_Section, frozen=True, kw_only=True):
    """When `daemon` crawls: docs/daemon.md."""

    timezone: Annotated[str, Meta(title="time zone such as `Europe/Berlin`")] = "UTC"
    """In which the times below are meant. In a zone with summer time, jobs between one and three at night come twice
    or at an odd time on two days a year; UTC has no such days."""
    news: Cron = "*/15 * * * *"
    """Fronts of the listings in which something appeared within 60 days, and their known statements that are due to be
    looked at again."""
    sections: Cron = "17 * * * *"
    """The same for all sections."""
    deep: Cron = "23 3 * * 0"
    """Whole listings and every known statement; also as soon as the daemon starts if that was never done."""
    jitter: Duration = "60s"
    """Each job begins up to so much later, always by the same: the jobs of all sites are spread over it evenly, from an
    offset that differs from machine to machine."""


class MailConfig(_Section, frozen=True, kw_only=True):
    """Letters to subscribers and operators: docs/mail.md."""

    backend: Literal["maildir", "smtp"] = "maildir"
    """`maildir`: letters become files in the folder `mail` in the data folder. `smtp`: a server takes them."""
    host: Annotated[str, Meta(examples=["smtp.example.org"])] = ""
    """The server that takes the letters; needed for `smtp`."""
    port: Port = 587
    """Its port."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """`starttls`, or `tls` from the start (usually port 465), or `none`. The certificate is checked against the
    system's."""
    user: Annotated[str, Meta(examples=["watch"])] = ""
    """The name for the login. Empty: no login."""
    password: Annotated[str, Meta(extra=SECRET)] = ""
    """The password for the login. Better kept in a file of its own, which `MISSIONWATCH_MAIL__PASSWORD_FILE` names."""
    sender: Annotated[Mailbox, Meta(examples=["Missionwatch <watch@example.org>"])] = ""
    """Whom letters are from, and where what comes back goes; needed for `smtp`."""
    send_at: TimeOfDay = "08:00"
    """The hour of daily and weekly letters for those who did not choose one, in their own time zone."""
    subscribe: Annotated[bool, Meta(examples=[True])] | None = None
    """Whether pages lead to `/subscribe`, which `serve` and `daemon` answer in any case. Unset: with `smtp`. Say
    `false` where only static files are served."""

    def offers(self) -> bool:
        """Whether pages lead to the one for subscribing."""
        return self.backend == "smtp" if self.subscribe is None else self.subscribe

    def __repr__(self) -> str:
        return f"{type(self).__name__}(backend={self.backend!r}, host={self.host!r}, …)"


class WebhookConfig(_Section, frozen=True, kw_only=True):
    """A webhook whose events are signed."""

    url: Annotated[HookAddress, Meta(extra=SECRET)]
    """Where events are posted to."""
    secret: Annotated[str, Meta(extra=SECRET)] = ""
    """Signs what is sent. Empty: unsigned."""
    secret_file: str = ""
    """A file that holds the secret, instead."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class NotifyConfig(_Section, frozen=True, kw_only=True):
    """Who is told what happens, beside subscribers. Addresses may hold keys, so no log shows them."""

    operators: Annotated[tuple[MailAddress, ...], Meta(examples=[["operator@example.org"]])] = ()
    """Who gets a mail about each incident: when it opens, daily while it lasts, and when it is over."""
    webhooks: Annotated[
        tuple[HookAddress | WebhookConfig, ...], Meta(examples=[["https://example.org/hook"]], extra=SECRET)
    ] = ()
    """Where changes and incidents are posted as JSON: addresses, or tables with `url` and, to sign what is sent,
    `secret` or `secret_file`."""
    apprise: Annotated[tuple[str, ...], Meta(examples=[["ntfy://example"]], extra=SECRET)] = ()
    """Addresses for Apprise, told the same in short; needs the extra `apprise`."""
    websub_hubs: Annotated[tuple[WebAddress, ...], Meta(examples=[["https://hub.example.org/"]])] = ()
    """WebSub hubs: named in every feed, and told of each feed that was written."""
    deadman: Annotated[PingAddress, Meta(examples=["https://example.org/ping"], extra=SECRET)] = ""
    """Asked for every five minutes while the daemon does its work; whoever is behind it raises the alarm when it no
    longer is. Empty: nobody is asked."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class SiteScheduleConfig(_Section, frozen=True, kw_only=True):
    """Times of one site, where they are others than in `[schedule]`."""

    timezone: Annotated[str, Meta(title="time zone such as `Europe/Berlin`", examples=["Asia/Shanghai"])] | None = None
    """In which this site's times are meant. Unset: `schedule.timezone`."""
    news: Annotated[Cron, Meta(examples=["*/30 * * * *"])] | None = None
    """Unset: `schedule.news`."""
    sections: Annotated[Cron, Meta(examples=["47 * * * *"])] | None = None
    """Unset: `schedule.sections`."""
    deep: Annotated[Cron, Meta(examples=["23 4 * * 6"])] | None = None
    """Unset: `schedule.deep`."""
    own: Annotated[dict[str, Cron], Meta(examples=[{"eng/hyyfy": "*/5 * * * *"}])] = {}
    """Sections with times of their own: by path, when each is read. `news` and `sections` leave them out, `deep` does
    not."""


class SiteConfig(_Section, frozen=True, kw_only=True):
    """What is watched. Without any such table it is one site, `un`, with the profile `china-mission-un`. A site's name
    is a part of every statement's id and should never change: lower-case letters and digits."""

    profile: Annotated[str, Meta(examples=["china-mission-un"])]
    """The name of a profile that is shipped, or the path of one of your own: docs/adding-a-site.md."""
    base_url: Annotated[WebAddress, Meta(examples=["https://un.china-mission.gov.cn"])] | None = None
    """Scheme and host of the site. Unset: the profile's."""
    sections: Annotated[tuple[str, ...], Meta(examples=[["eng/hyyfy"]])] = ()
    """Paths of the sections to read. Empty: the profile's."""
    schedule: SiteScheduleConfig = field(default_factory=SiteScheduleConfig)
    """Times of this site and of its sections, where they are others than in `[schedule]`."""


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
