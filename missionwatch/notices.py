"""What goes to the operator and to programs: incidents (once, reminded daily, and when they are over) and changes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from missionwatch.composer import Composer, Stage
from missionwatch.output import clean, iso
from store.database import Database
from store.incidents import Incident, incidents
from store.mailing.model import LetterKind
from store.mailing.outbox import Outbox
from store.model import ChangeRecord
from store.reader import ChangeFilter, Reader

DAY = timedelta(days=1)
LATE = timedelta(days=7)
"""For so long it is told that an incident is over."""
MOST = 100
"""Changes in one event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Somebody who is told of everything."""

    kind: LetterKind
    """`notice`, `webhook` or `apprise`."""
    address: str

    @property
    def key(self) -> str:
        """Short and the same for the same address, which cannot be read out of it."""
        return sha256(f"{self.kind}\n{self.address}".encode()).hexdigest()[:16]


class Notices:
    """Puts what channels have not been told yet into the outbox. Each thing is told to each of them once."""

    def __init__(self, database: Database, composer: Composer, channels: Sequence[Channel], base_url: str) -> None:
        self._outbox = Outbox(database)
        self._database = database
        self._composer = composer
        self._channels = channels
        self._base = base_url.rstrip("/")

    def post(self, now: datetime) -> int:
        """Puts what is to be told now; returns how many letters. Raises DatabaseError."""
        if not self._channels:
            return 0
        return self._post_incidents(now) + sum(
            self._post_changes(each, now) for each in self._channels if each.kind != "notice"
        )

    def _post_incidents(self, now: datetime) -> int:
        found = [
            each
            for each in incidents(self._database, only_open=False)
            if each.resolved is None or now - each.resolved < LATE
        ]
        ids = {
            (each, stage, channel): self._incident_id(channel, each, stage, now)
            for each in found
            for channel in self._channels
            for stage in _STAGES
        }
        had = self._outbox.known(list(ids.values()))
        put = 0
        for each in reversed(found):
            for channel in self._channels:
                stage = _stage(each, now, told=ids[each, "opened", channel] in had)
                if stage is not None and (id := ids[each, stage, channel]) not in had:
                    put += self._outbox.put(
                        channel.kind, channel.address, self._incident(channel, id, stage, each, now), id, now
                    )
        return put

    def _incident_id(self, channel: Channel, incident: Incident, stage: str, now: datetime) -> str:
        day = (now - incident.opened) // DAY if stage == "reminder" else 0
        if channel.kind == "notice":
            return self._composer.message_id("notice", incident_key(incident), stage, day, channel.key)
        return f"{incident_key(incident)}-{stage}-{day}-{channel.key}"

    def _incident(self, channel: Channel, id: str, stage: Stage, incident: Incident, now: datetime) -> bytes:
        if channel.kind == "notice":
            return self._composer.notice(
                recipient=channel.address, message_id=id, date=now, stage=stage, incident=incident
            )
        if channel.kind == "webhook":
            return _json(
                {
                    "type": f"incident.{stage}",
                    "timestamp": iso(now),
                    "data": {
                        "id": incident_key(incident),
                        "site": incident.site,
                        "code": incident.code,
                        "scope": incident.scope,
                        "detail": incident.detail,
                        "opened": iso(incident.opened),
                        "resolved": iso(incident.resolved),
                        "times": incident.times,
                    },
                }
            )
        title = f"{incident.site}: {incident.code} {_STAGES[stage]}"
        return _json({"title": clean(title), "body": clean(f"{incident.detail}\n{self._base}/status")})

    def _post_changes(self, channel: Channel, now: datetime) -> int:
        last = self._outbox.newest(f"{channel.key}-")
        reader = Reader(self._database)
        if last is None:  # who is told for the first time is told of the last day, and not of years
            news = list(reader.changes(ChangeFilter(since=now - DAY)))
        else:
            news = list(reader.changes_by_id(reader.news(after=int(last.rpartition("-")[2]))))
        put = 0
        for start in range(0, len(news), MOST):
            some = news[start : start + MOST]
            id = f"{channel.key}-{some[-1].id:012d}"
            put += self._outbox.put(channel.kind, channel.address, self._changes(channel, some, now), id, now)
        return put

    def _changes(self, channel: Channel, changes: Sequence[ChangeRecord], now: datetime) -> bytes:
        if channel.kind == "webhook":
            told = [self._change(each) for each in changes]
            return _json({"type": "changes", "timestamp": iso(now), "data": {"changes": told}})
        lines = [f"{each.type}: {each.title or each.statement}\n{self._link(each)}" for each in changes[:10]]
        if len(changes) > 10:
            lines.append(f"and {len(changes) - 10} more: {self._base}/")
        title = f"{len(changes)} change{'s' if len(changes) != 1 else ''}: {changes[0].title or changes[0].statement}"
        return _json({"title": clean(title)[:200], "body": clean("\n\n".join(lines))})

    def _change(self, change: ChangeRecord) -> dict[str, object]:
        return {
            "id": change.id,
            "type": change.type,
            "statement": change.statement,
            "site": change.site,
            "language": change.language,
            "title": change.title,
            "url": change.page,
            "permalink": self._link(change),
            "detected": iso(change.detected),
            "from_version": change.from_version,
            "to_version": change.to_version,
            "significance": change.significance,
            "reasons": list(change.reasons),
            "hash": change.hash,
        }

    def _link(self, change: ChangeRecord) -> str:
        from feeds.permalinks import Permalinks

        return Permalinks.absolute(self._base).statement(change.statement)


_STAGES: dict[Stage, str] = {"opened": "opened", "reminder": "still open", "resolved": "over"}


def incident_key(incident: Incident) -> str:
    """What names an incident to programs: the same for as long as it lasts, and for no other one."""
    return sha256(
        "\n".join((incident.site, incident.code, incident.scope, incident.opened.isoformat())).encode()
    ).hexdigest()[:16]


def _stage(incident: Incident, now: datetime, *, told: bool) -> Stage | None:
    """What is to be told of an incident now, if it was not yet. What nobody was told of is not told to be over."""
    if incident.resolved is not None:
        return "resolved" if told else None
    if not told:
        return "opened"
    return "reminder" if now - incident.opened >= DAY else None


def _json(data: dict[str, object]) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
