"""Our server against nginx: the same file, one process each, the same client (wrk), in turns."""

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from shutil import which
from statistics import median

from benchmarks.report import Measurement
from feeds.server import listen

SECONDS = 2
CONNECTIONS = 16
GOAL = 0.25
PATH = "/feeds/raced.atom"
_CONFIGURATION = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 512; }}
http {{
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000;
    gzip_static on; gzip_vary on; types {{ application/atom+xml atom; }}
    client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
    uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
    server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""
Serving = Callable[[Path, Path], AbstractContextManager[tuple[int, int]]]


def missing() -> str | None:
    """Why there can be no race, or None."""
    lacking = [program for program in ("nginx", "wrk") if which(program, path=_path()) is None]
    return f"{' and '.join(lacking)} not installed" if lacking else None


def race(arena: tuple[Path, Path], pairs: int, serving: Serving) -> list[Measurement]:
    """Median ratios of requests a second (ours / nginx) over pairs of runs, and of CPU time a request."""
    database, root = arena
    time.sleep(3)  # until the file is settled, as feeds are nearly always
    ratios: dict[str, list[float]] = {}
    cpu: dict[str, list[float]] = {}
    rates: dict[str, list[float]] = {}
    with _nginx(root) as nginx, serving(database, root) as ours:
        for _ in range(pairs):
            for kind in ("304", "200"):
                their_rate, their_cpu = _run(*nginx, kind)
                our_rate, our_cpu = _run(*ours, kind)
                ratios.setdefault(kind, []).append(our_rate / their_rate)
                cpu.setdefault(kind, []).append(their_cpu / our_cpu if our_cpu else 0.0)
                rates.setdefault(f"nginx, {kind}", []).append(their_rate)
                rates.setdefault(f"ours, {kind}", []).append(our_rate)
    size = (root / PATH.lstrip("/")).stat().st_size
    found = [Measurement(what="the feed that is raced", value=size, unit="bytes")]
    for kind in ("304", "200"):
        what = f"{kind}: ours / nginx, requests a second"
        found.append(Measurement(what=what, value=median(ratios[kind]), unit="", goal=GOAL, at_least=True))
        found.append(Measurement(what=f"{kind}: nginx / ours, CPU a request", value=median(cpu[kind]), unit=""))
    found += [Measurement(what=what, value=median(values), unit="/s") for what, values in sorted(rates.items())]
    return found


@contextmanager
def _nginx(root: Path) -> Iterator[tuple[int, int]]:
    """nginx with one worker for a folder: its port and the worker's process id."""
    folder = root.parent
    with closing(listen("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    configuration = folder / "nginx.conf"
    configuration.write_text(_CONFIGURATION.format(folder=folder, port=port, root=root))
    program = which("nginx", path=_path())
    assert program is not None
    with subprocess.Popen([program, "-c", str(configuration)]) as process:
        try:
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
            for _ in range(100):
                time.sleep(0.1)
                if workers := children.read_text().split():
                    break
            yield port, int(workers[0])
        finally:
            process.terminate()


def _run(port: int, pid: int, kind: str) -> tuple[float, float]:
    """Requests a second, and CPU seconds of the server a request."""
    headers = {"Accept-Encoding": "gzip"}
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", PATH, headers=headers)
        response = connection.getresponse()
        response.read()
        if kind == "304":
            headers["If-None-Match"] = response.headers["ETag"]
            connection.request("GET", PATH, headers=headers)
            response = connection.getresponse()
            response.read()
        if response.status != int(kind) or (kind == "200" and response.headers["Content-Encoding"] != "gzip"):
            raise RuntimeError(f"expected {kind}, got {response.status} {response.headers}")
    words = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    line = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", *words, f"http://127.0.0.1:{port}{PATH}"]
    before = _cpu(pid)
    said = subprocess.run(line, check=True, capture_output=True, encoding="utf-8").stdout
    rate = re.search(r"Requests/sec:\s*([\d.]+)", said)
    done = re.search(r"(\d+) requests in", said)
    assert rate is not None
    assert done is not None
    return float(rate[1]), (_cpu(pid) - before) / int(done[1])


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _path() -> str:
    # Debian keeps nginx where only root looks.
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
