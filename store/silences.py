"""Silences: times in which a site, or a section of it, could not be read for longer than promised."""

from sqlalchemy import Connection, select

from store.freshness import LOOK_PROMISE
from store.selection import Silence
from store.tables import incident

CODES = ("site-unreachable", "site-blocked", "run-failed", "section-unreadable")
"""The incidents during which nothing new could be seen."""


def read_silences(connection: Connection) -> list[Silence]:
    """Every silence, past and present, oldest first: from incidents that lasted longer than `LOOK_PROMISE`.

    An incident lasts until what was wrong was seen to be well again, or as far as is known until it was last seen to be
    wrong. What is told of one is never altered afterwards, but that it ends.
    """
    rows = connection.execute(select(incident).where(incident.c.code.in_(CODES)).order_by(incident.c.id))
    return [
        Silence(
            id=row.id,
            site=row.site,
            section=row.scope if row.code == "section-unreadable" else "",
            since=row.opened,
            told=row.opened + LOOK_PROMISE,
            ended=row.resolved,
            detail=row.detail,
        )
        for row in rows
        if (row.resolved or row.last_seen) - row.opened > LOOK_PROMISE
    ]
