"""A replica in a process of its own: commands come as JSON lines, each gets one JSON line as its answer."""

import json
import signal
import sys
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date as Day
from typing import IO, Any

from missionwatch.replica.server import ReplicaServer
from missionwatch.replica.site import TODAY, Layout, ReplicaSite

_CHANGES = ("add", "edit", "revert", "remove", "restore", "move", "list_in", "noise", "set_template", "advance")
_FAULTS = ("outage", "soft_404", "block_page", "fail", "truncate_listing", "robots", "section_down", "validators")
_MORE_FAULTS = ("slow", "flow", "lift", "raw")

COMMANDS = (*_CHANGES, *_FAULTS, *_MORE_FAULTS, "warm", "truth", "truth_of", "listed", "requests", "reset")
"""The words `do` may have: methods of the site, and `requests` and `reset` for the log."""


def obey(site: ReplicaSite, command: Mapping[str, Any]) -> Any:
    """Carries out `{"do": name, …arguments}` and gives the result as plain data.

    `raw` takes its body as `text` or `base64`. ValueError, KeyError or TypeError if the command cannot be carried out.
    """
    arguments = dict(command)
    name = arguments.pop("do", None)
    if name not in COMMANDS:
        raise ValueError(f"no command is called {name!r}; there are {', '.join(COMMANDS)}")
    if name == "requests":
        return [list(request) for request in site.log]
    if name == "reset":
        site.log.reset()
        return {"do": "reset"}
    if name == "raw":
        text, coded = arguments.pop("text", None), arguments.pop("base64", None)
        arguments["body"] = b64decode(coded) if coded is not None else text.encode() if text is not None else None
    result = getattr(site, name)(**arguments)
    if name == "truth":
        return [asdict(truth) for truth in result]
    return asdict(result) if name == "truth_of" else result


def steer(site: ReplicaSite, lines: IO[str], out: IO[str]) -> None:
    """Obeys each line until the input ends; an answer is `{"ok": true, "result": …}` or `{"ok": false, "error": …}`."""
    for line in lines:
        if not line.strip():
            continue
        try:
            answered = {"ok": True, "result": obey(site, json.loads(line))}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            # str() of a KeyError is its message in quotes.
            answered = {"ok": False, "error": str(error.args[0] if error.args else error)}
        _tell(out, answered)


def _tell(out: IO[str], line: Mapping[str, Any]) -> None:
    out.write(json.dumps(line, ensure_ascii=False, default=Day.isoformat) + "\n")
    out.flush()


def serve(
    *,
    count: int,
    seed: int,
    port: int = 0,
    template: Layout = "view",
    today: Day = TODAY,
    lines: IO[str] = sys.stdin,
    out: IO[str] = sys.stdout,
) -> None:
    """Serves a replica until `lines` ends or SIGTERM or SIGINT comes; first writes `{"url": …}`. Main thread only."""
    site = ReplicaSite(count=count, seed=seed, template=template, today=today)
    previous = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        for number in previous:
            signal.signal(number, _leave)
        with ReplicaServer(site, port=port) as server:
            _tell(out, {"url": server.url})
            steer(site, lines, out)
    except _Left:
        pass
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


class _Left(Exception):
    """A signal asked the process to end."""


def _leave(number: int, frame: object) -> None:
    raise _Left
