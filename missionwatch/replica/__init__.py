"""A replica of the mission's site on loopback: invented statements, real structure, changes and faults on demand.

>>> with ReplicaServer(ReplicaSite(count=300, seed=7)) as server:  # doctest: +SKIP
...     server.site.edit(how="number")
...     server.url
"""

from missionwatch.replica.answers import Request, RequestLog
from missionwatch.replica.edits import EDITS
from missionwatch.replica.sections import DEFAULT_SECTIONS, Section
from missionwatch.replica.server import ReplicaServer
from missionwatch.replica.site import TODAY, ReplicaSite
from missionwatch.replica.steering import serve
from missionwatch.replica.truth import Truth

__all__ = [
    "DEFAULT_SECTIONS",
    "EDITS",
    "TODAY",
    "ReplicaServer",
    "ReplicaSite",
    "Request",
    "RequestLog",
    "Section",
    "Truth",
    "serve",
]
