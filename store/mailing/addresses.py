"""Mail addresses: what may be one, how two are compared, and how text is freed of them. Standard library only.

RFC 5321 in its usual part: no quoted local parts, no literals of hosts; a domain of other letters in its ASCII form.
"""

import re
from functools import lru_cache

from store.mailing.model import NotUsableError

MAX_ADDRESS = 254
MAX_LOCAL = 64
MAX_ERROR = 300

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(\.{_ATOM})*")
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_ANY = re.compile(r"[^\s<>\"'(),:;]*@[^\s<>\"'(),:;]*")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def cleaned(address: str) -> str:
    """The address as it is kept and written to: the domain in lower case and ASCII. Raises NotUsableError."""
    local, at, domain = address.strip().rpartition("@")
    if not at or not domain.strip("."):
        raise NotUsableError("This is not a mail address: it needs a name, an @ and a domain.")
    try:
        ascii_domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise NotUsableError("This is not a mail address: its domain cannot be one.") from None
    if not _DOMAIN.fullmatch(ascii_domain):
        raise NotUsableError("This is not a mail address: its domain cannot be one.")
    if not _LOCAL.fullmatch(local) or len(local) > MAX_LOCAL:
        raise NotUsableError("This mail address cannot be used: the part before the @ has other characters, or many.")
    if len(local) + 1 + len(ascii_domain) > MAX_ADDRESS:
        raise NotUsableError("This mail address is too long.")
    return f"{local}@{ascii_domain}"


def folded(address: str) -> str:
    """What is the same for two spellings of one address. Hosts may tell cases apart; none that matter do."""
    return address.lower()


def household(address: str) -> str:
    """What is the same for the many names that one mailbox answers to: without dots and without what follows a `+`.

    For limits only: it may be the same for two people too.
    """
    local, _, domain = folded(address).rpartition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{domain}"


def without_addresses(text: str, recipient: str = "") -> str:
    """One line of text, at most 300 characters, in which no address is left, nor the name before the recipient's @.

    Servers like to repeat whom they refused.
    """
    clean = _CONTROLS.sub(" ", text)
    if recipient:
        clean = _naming(recipient).sub("…", clean)
    return " ".join(_ANY.sub("…", clean).split())[:MAX_ERROR]


@lru_cache(maxsize=64)
def _naming(recipient: str) -> re.Pattern[str]:
    local = recipient.rpartition("@")[0] or recipient
    return re.compile(rf"{re.escape(recipient)}|(?<!\w){re.escape(local)}(?!\w)", re.IGNORECASE)
