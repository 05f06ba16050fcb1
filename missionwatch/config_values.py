"""What kinds of value the configuration knows. A title names a kind for operators where its type does not."""

from typing import Annotated

from msgspec import Meta

Positive = Annotated[int, Meta(ge=1)]
NotNegative = Annotated[float, Meta(ge=0)]
Port = Annotated[int, Meta(ge=0, le=65535)]
Share = Annotated[float, Meta(gt=0, le=1)]
Duration = Annotated[str, Meta(pattern=r"^\d+(\.\d+)?\s*(ms|s|m|h|d|w)$", title="duration such as `90s`, `15m`, `7d`")]
TimeOfDay = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", title="time of day")]
PingAddress = Annotated[str, Meta(pattern=r"^(https?://[^\s/?#@]+([/?][^\s#]*)?)?$", title="web address")]
WebAddress = Annotated[str, Meta(pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$", title="web address")]
# With a query, which may hold a key.
HookAddress = Annotated[str, Meta(pattern=r"^https?://[^\s/?#@]+([/?][^\s#]*)?$", title="web address")]
MailAddress = Annotated[str, Meta(pattern=r"^[^\s@<>]+@[^\s@<>]+$", max_length=254, title="mail address")]
_MAILBOX = r"^(|[^\s@<>]+@[^\s@<>]+|[^<>@\r\n]*<[^\s@<>]+@[^\s@<>]+>)$"
Mailbox = Annotated[str, Meta(pattern=_MAILBOX, max_length=320, title="mail address, alone or after a name")]
Cron = Annotated[str, Meta(title="five fields of cron")]
SECRET = {"secret": True}
"""Marks keys whose values, or a part of them, nobody else may see."""
