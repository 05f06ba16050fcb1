"""What can be wrong with the replica: each fault is switched on and off by one method, and `lift` ends them all."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from random import Random
from threading import RLock
from typing import Any, Literal, get_args

from missionwatch.replica.answers import HTML, Answer, answer
from missionwatch.replica.flows import Flow, FlowKind

Outage = Literal["refuse", "503", "timeout", "drop"]
Block = Literal["captcha", "javascript", "denied", "waf"]
SoftKind = Literal["page", "redirect"]

Deed = dict[str, Any]
"""What a method did, as plain data that JSON can hold; `do` names the method."""


class Faults:
    """The faults of a site. Every method may be called from any thread and counts from the next request on."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.outage_kind: Outage | None = None
        self.blocked: Block | None = None
        self.soft: dict[str, SoftKind] = {}
        """How missing pages are disguised: by document id, or under `all` or `missing`."""
        self.truncated: dict[str, int] = {}
        self.down: set[str] = set()
        self.robots_mode = "allow"
        self.with_validators = True
        self.planted: dict[str, Answer] = {}
        self.flows: dict[str, Flow] = {}
        self.delay = 0.0
        self._share = 0.0
        self._failing = 0
        self._asked: Counter[str] = Counter()
        self._watchers: list[Callable[[], None]] = []

    def watch(self, watcher: Callable[[], None]) -> None:
        """Has the watcher called after each change of the outage, before the method returns."""
        self._watchers.append(watcher)

    def unwatch(self, watcher: Callable[[], None]) -> None:
        """Ends `watch`."""
        self._watchers.remove(watcher)

    def outage(self, kind: Outage | None) -> Deed:
        """The whole site away: no connection, 503 for all, no answer, or connections cut; None ends it."""
        if kind is not None and kind not in get_args(Outage):
            raise ValueError(f"no outage is called {kind!r}; there are {', '.join(get_args(Outage))}")
        with self.lock:
            self.outage_kind = kind
        for watcher in tuple(self._watchers):
            watcher()
        return {"do": "outage", "kind": kind}

    def soft_404(self, target: str | None, kind: SoftKind = "page") -> Deed:
        """Errors disguised as success: an error page with status 200, or a redirect to the home page.

        `target` is the id of a document whose page then answers so although it is there, `missing` for every page that
        would be a 404, `all` for both every statement and every missing page, None to end it.
        """
        if kind not in get_args(SoftKind):
            raise ValueError(f"no soft 404 is called {kind!r}; there are {', '.join(get_args(SoftKind))}")
        with self.lock:
            if target is None:
                self.soft.clear()
            else:
                self.soft[target] = kind
        return {"do": "soft_404", "doc_id": target, "kind": kind}

    def block_page(self, kind: Block | None) -> Deed:
        """A wall before every page (not before robots.txt); None takes it away."""
        if kind is not None and kind not in get_args(Block):
            raise ValueError(f"no block page is called {kind!r}; there are {', '.join(get_args(Block))}")
        with self.lock:
            self.blocked = kind
        return {"do": "block_page", "kind": kind}

    def fail(self, share: float, seed: int = 0) -> Deed:
        """A share (0 to 1) of requests answers 500; which ones depends on seed, path and how often it was asked."""
        with self.lock:
            self._share, self._failing = share, seed
            self._asked.clear()
        return {"do": "fail", "share": share, "seed": seed}

    def fails(self, path: str) -> bool:
        """Whether this request is one of those that `fail` asked for; each call counts as a request."""
        if not self._share:
            return False
        self._asked[path] += 1
        draw = Random(f"{self._failing}/{path}/{self._asked[path]}").random()  # noqa: S311 (repeatable, no secret)
        return draw < self._share

    def truncate_listing(self, section: str, items: int | None) -> Deed:
        """A listing that names only its first items (0: an empty list in a whole page); None ends it."""
        path = section.strip("/")
        with self.lock:
            if items is None:
                self.truncated.pop(path, None)
            else:
                self.truncated[path] = items
        return {"do": "truncate_listing", "section": path, "items": items}

    def robots(self, mode: str) -> Deed:
        """How /robots.txt answers: `allow`, `disallow`, `missing` (404), `loop` (redirects), `html`, or this text."""
        with self.lock:
            self.robots_mode = mode
        return {"do": "robots", "mode": mode}

    def section_down(self, path: str, down: bool = True) -> Deed:
        """Everything below a section answers 503."""
        with self.lock:
            (self.down.add if down else self.down.discard)(path.strip("/"))
        return {"do": "section_down", "section": path.strip("/"), "down": down}

    def validators(self, on: bool) -> Deed:
        """Whether pages carry `ETag` and `Last-Modified`, and conditional requests are answered 304."""
        with self.lock:
            self.with_validators = on
        return {"do": "validators", "on": on}

    def raw(
        self,
        path: str,
        body: bytes | None,
        content_type: str = HTML,
        status: int = 200,
        headers: Sequence[tuple[str, str]] = (),
        modified: datetime | None = None,
    ) -> Deed:
        """Any answer at a path, before everything but an outage of the connection; None for the body takes it away.

        A `Content-Length` among the headers that the body does not have makes a transfer that breaks off.
        """
        with self.lock:
            if body is None:
                self.planted.pop(path, None)
            else:
                stamp = modified.astimezone(UTC) if modified else None
                self.planted[path] = answer(status, body, content_type, headers, stamp)
        return {"do": "raw", "path": path, "status": status if body is not None else None}

    def slow(self, seconds: float) -> Deed:
        """Each answer waits so long; 0 ends it."""
        with self.lock:
            self.delay = seconds
        return {"do": "slow", "seconds": seconds}

    def flow(self, path: str, kind: FlowKind | None, seconds: float = 1.0) -> Deed:
        """A page whose body comes too slowly, a byte each so many seconds, or is `endless`; None ends it."""
        if kind is not None and kind not in get_args(FlowKind):
            raise ValueError(f"no flow is called {kind!r}; there are {', '.join(get_args(FlowKind))}")
        with self.lock:
            if kind is None:
                self.flows.pop(path, None)
            else:
                self.flows[path] = Flow(kind=kind, seconds=seconds)
        return {"do": "flow", "path": path, "kind": kind}

    def lift(self) -> Deed:
        """Ends every fault, planted answers too; validators are on and robots.txt allows again."""
        with self.lock:
            self.blocked = None
            self.soft.clear()
            self.truncated.clear()
            self.down.clear()
            self.planted.clear()
            self.flows.clear()
            self.robots_mode, self.with_validators = "allow", True
            self.delay = self._share = 0.0
        self.outage(None)
        return {"do": "lift"}
