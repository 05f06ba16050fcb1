"""What feeds and pages need to know from the configuration, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishSettings:
    """Where the output is read, and how it names itself."""

    base_url: str
    """Absolute address of what is published, with or without a path, e.g. `https://watch.example/mission`."""
    feed_entries: int = 100
    title: str = "Missionwatch"
    site_labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Site → name for readers; a site without one goes by its key."""
    websub_hubs: tuple[str, ...] = ()
    """Absolute addresses of WebSub hubs, which are told of every feed that changed."""

    by_mail: bool = False
    """Whether pages lead to the one for subscribing to letters, which no file can be."""

    def label(self, site: str) -> str:
        """The site's name for readers."""
        return self.site_labels.get(site, site)

    def values(self) -> tuple[object, ...]:
        """Everything in here, the same for equal settings."""
        return (
            self.base_url,
            self.feed_entries,
            self.title,
            sorted(self.site_labels.items()),
            self.websub_hubs,
            self.by_mail,
        )
