"""Letters that came back: delivery reports (RFC 3464) out of a folder, such as that of the sender's mailbox."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser
from pathlib import Path

MAX_BYTES = 1 << 20
"""Of one report; what is longer is cut off."""
_ID = re.compile(r"<[^<>\s]{1,900}>")
_RETURNED = ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global-headers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a report says of one letter of ours."""

    message_id: str
    """Of the letter, with its brackets."""
    is_permanent: bool
    """It came back for good; otherwise it is late, was delivered, or went elsewhere."""
    status: str
    """Such as `5.1.1` (RFC 3463)."""


def reports_in(place: Path) -> Iterator[tuple[Path, Report | None]]:
    """Every message below a folder (a Maildir, or files of one message each) or in one file, with what it reports.

    None for what is no report, or not about a letter that names itself. Raises OSError.
    """
    files = [place] if place.is_file() else sorted(each for each in place.rglob("*") if each.is_file())
    for each in files:
        if "tmp" in each.relative_to(place).parts[:-1]:
            continue  # not whole yet
        with each.open("rb") as file:
            yield each, report_of(file.read(MAX_BYTES))


def report_of(data: bytes) -> Report | None:
    """What one message reports, or None. Raises nothing, whatever the bytes are."""
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(data)
        if message.get_content_type() != "multipart/report":
            return None
        facts = [part for part in message.walk() if part.get_content_type() == "message/delivery-status"]
        returned = [part for part in message.walk() if part.get_content_type() in _RETURNED]
        message_id = next((found for part in returned if (found := _message_id(part))), "")
        blocks = [block for part in facts for block in _blocks(part)]
        told = [(str(block["Action"]).strip().lower(), str(block["Status"]).strip()) for block in blocks]
    except Exception:  # the parser fails on some of what strangers send
        return None
    if not message_id or not told:
        return None
    status = next((status for action, status in told if action == "failed"), told[0][1])[:20]
    is_permanent = any(action == "failed" and not status.startswith("4") for action, status in told)
    return Report(message_id=message_id, is_permanent=is_permanent, status=status)


def _blocks(part: Message) -> list[Message]:
    """The blocks of a report that are about a recipient."""
    payload = part.get_payload()
    blocks = [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []
    return [block for block in blocks if block["Action"] is not None]


def _message_id(part: Message) -> str:
    """The id in what was returned: a whole message, or its head."""
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else payload
    if isinstance(inner, str):
        inner = BytesParser(_class=EmailMessage, policy=policy.compat32).parsebytes(
            inner.encode("utf-8", "replace"), headersonly=True
        )
    found = _ID.search(str(inner["Message-ID"])) if isinstance(inner, Message) else None
    return found[0] if found else ""
