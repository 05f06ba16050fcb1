"""What letters need to know from the configuration, as plain values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr

from feeds.clean import title_text
from feeds.permalinks import Permalinks
from store.mailing.addresses import cleaned
from store.mailing.model import NotUsableError
from store.significance import DEFAULT, SensitiveTerms

# It stands in a header and between `<` and `>`; `=[` begins a placeholder (see `feeds.mail.placeholders`).
_IN_HEADERS = re.compile(r"(?!.*=\[)[\x21\x23-\x3b\x3d\x3f-\x7e]{1,300}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """Who writes, and where what the letters link to is to be read.

    Raises:
        ValueError: `base_url` is no plain http or https address, or `sender` is no mailbox.
    """

    base_url: str
    """Absolute address of the pages, as `publish.base_url`."""
    sender: str
    """Mailbox as in RFC 5322: `Missionwatch <news@watch.example>`."""
    head: str = ""
    """Hash of the newest line of the change log, which the letters bear witness to; empty: as the archive has it."""
    title: str = "Missionwatch"
    site_labels: Mapping[str, str] = field(default_factory=dict)
    """Site → name for readers; a site without one goes by its key."""
    terms: SensitiveTerms = DEFAULT
    """The operator's, for differences over several edits, which the change log has no reasons of."""

    def __post_init__(self) -> None:
        Permalinks.absolute(self.base_url)
        if not _IN_HEADERS.fullmatch(self.base_url):
            raise ValueError("publish.base_url has characters that no address in a mail may have, or is too long")
        if not self.address:
            raise ValueError("mail.sender has to be a mailbox such as `Missionwatch <news@watch.example>`")

    @property
    def links(self) -> Permalinks:
        return Permalinks.absolute(self.base_url)

    @property
    def address(self) -> str:
        """The sender's address; empty if there is none."""
        try:
            return cleaned(parseaddr(self.sender)[1])
        except NotUsableError:
            return ""

    @property
    def name(self) -> str:
        """The sender's name, as one clean line."""
        return title_text(parseaddr(self.sender)[0], 100) or self.clean_title

    @property
    def domain(self) -> str:
        """The sender's domain: that of Message-IDs and of the List-Id, so that signatures cover them."""
        return self.address.rpartition("@")[2]

    @property
    def clean_title(self) -> str:
        """What everything calls itself, as one clean line."""
        return title_text(self.title, 100)

    def label(self, site: str) -> str:
        """The site's name for readers, as one clean line."""
        return title_text(self.site_labels.get(site, site)) or "?"

    def confirm(self, token: str) -> str:
        """Address of the page on which a subscription is confirmed."""
        return f"{self.links.base}/confirm/{token}"

    def manage(self, token: str) -> str:
        """Address of the page on which a subscriber alters what he gets."""
        return f"{self.links.base}/manage/{token}"

    def unsubscribe(self, token: str) -> str:
        """Address that ends a subscription with one POST (RFC 8058)."""
        return f"{self.links.base}/unsubscribe/{token}"
