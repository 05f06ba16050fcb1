"""The daemon: memory at rest, the price of a crawl that finds nothing, and whether it answers while a crawl goes on."""

import asyncio
import json
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from statistics import median, quantiles

from benchmarks.mission import SECTIONS, Replica, data_dir, environment, replica, run_python
from benchmarks.report import Measurement, Report
from benchmarks.serve import fetch
from missionwatch.config_model import Config, CrawlConfig, Settings, SiteConfig
from missionwatch.daemon.children import Children, Limits
from missionwatch.daemon.orders import Order
from missionwatch.wiring import now, open_database
from store.lease import lease

QUIET = 7
"""Crawls that find nothing, of which the median counts."""
REST = 20.0
"""Seconds of rest before memory is looked at."""
SELDOM = "0 0 1 1 *"


def measure(statements: int) -> Report:
    """Lets a daemon crawl a site of so many statements and rest; then counts quiet crawls, forked and started anew."""
    with replica(statements) as site, data_dir() as folder:
        config = _configure(folder, site)
        answers, peak, later = _while_crawling(folder, config)
        _subscribe(folder, config, site)
        own, tree, shared = _at_rest(folder, config)
        forked, plain = asyncio.run(_forked(folder, site)), _plain(folder, config)
    return Report(
        name="daemon",
        measurements=[
            Measurement(what="/healthz, p99 while it crawls", value=quantiles(answers, n=100)[98], unit="ms", goal=50),
            Measurement(what="/healthz, slowest", value=max(answers), unit="ms"),
            Measurement(what="memory of the whole tree while it crawls, at most", value=peak, unit="MiB", goal=200),
            Measurement(what="of the whole tree while it publishes that, at most", value=later, unit="MiB", goal=200),
            Measurement(what="memory of the daemon at rest, letters written", value=own, unit="MiB", goal=60),
            Measurement(what="of the whole tree, shared pages once", value=tree, unit="MiB"),
            Measurement(what="of the daemon, its part of shared pages", value=shared, unit="MiB"),
            Measurement(what="CPU of a quiet crawl, forked", value=forked, unit="ms", goal=200),
            Measurement(what="CPU of a quiet crawl, started anew", value=plain, unit="ms"),
        ],
        details=[f"{statements} statements, {len(answers)} answers, median {median(answers):.1f} ms"],
    )


def _configure(folder: Path, site: Replica) -> Path:
    path = folder / "missionwatch.toml"
    path.write_text(
        "[crawl]\ndelay = 0\nconcurrency = 8\n"
        f'[schedule]\nnews = "{SELDOM}"\nsections = "{SELDOM}"\ndeep = "{SELDOM}"\n'
        f'[sites.un]\nprofile = "china-mission-un"\nbase_url = "{site.url}"\nsections = {json.dumps(list(SECTIONS))}\n',
        encoding="utf-8",
    )
    return path


class _Daemon:
    def __init__(self, folder: Path, config: Path) -> None:
        line = [sys.executable, "-m", "missionwatch", "--config", str(config), "--data-dir", str(folder), "daemon"]
        self._log = (folder / "daemon.log").open("w+", encoding="utf-8")
        self.process = subprocess.Popen([*line, "--port", "0"], env=environment(), stderr=self._log)
        self.port = int(self.until(r'"port": (\d+)'))

    def until(self, pattern: str) -> str:
        """What the first group of a pattern finds in the log, as soon as it does."""
        while (found := re.search(pattern, self.said())) is None:
            if self.process.poll() is not None:
                raise RuntimeError(f"the daemon ended: {self.said()[-500:]}")
            time.sleep(0.05)
        return found[1]

    def said(self) -> str:
        return Path(self._log.name).read_text(encoding="utf-8")

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        self._log.close()


def _while_crawling(folder: Path, config: Path) -> tuple[list[float], float, float]:
    """Milliseconds of answers to /healthz, each with a connection of its own, from a crawl's beginning to its end; the
    most memory of the whole tree meanwhile, and from then until all is published, in MiB, a page that several processes
    share counted once."""
    daemon = _Daemon(folder, config)
    daemon.until(r"(crawl begins)")
    answers, peak, looked = [], 0.0, 0.0
    while '"crawl ended"' not in daemon.said():
        status, seconds = fetch(daemon.port, "/healthz")
        if status != 200:
            raise RuntimeError(f"/healthz answered {status}")
        answers.append(seconds * 1000)
        if time.monotonic() - looked > 1:
            peak, looked = max(peak, _of_tree(daemon.process.pid)), time.monotonic()
        time.sleep(0.02)
    daemon.until(r'"crawl ended".*"outcome": "(ok)"')
    later = 0.0
    while re.search(r'"published", "written": \d{3,}', daemon.said()) is None:
        later = max(later, _of_tree(daemon.process.pid))
        time.sleep(1)
    daemon.end()
    return answers, peak, later


def _subscribe(folder: Path, config: Path, site: Replica) -> None:
    """Gives the daemon a letter to write: somebody subscribes, and there is something new."""
    line = ("-m", "missionwatch", "--config", str(config), "--data-dir", str(folder))
    run_python(*line, "subscribers", "add", "reader@example.org", "--cadence", "instant")
    settings = Settings(config=Config(), data_dir=folder, source=None)
    # A minute lies between two letters.
    with open_database(settings) as database, database.writing() as connection:
        connection.exec_driver_sql("UPDATE subscriber SET told_until = told_until - 90 * 1000000")
    site.do("add")
    run_python(*line, "crawl")


def _at_rest(folder: Path, config: Path) -> tuple[float, float, float]:
    """MiB of the daemon, of the whole tree, and of the daemon with shared pages divided among those who share."""
    daemon = _Daemon(folder, config)
    daemon.until(r"(published)")
    time.sleep(REST)
    if len(list((folder / "mail" / "new").iterdir())) != 1:
        raise RuntimeError("there was no letter")
    own = _memory(daemon.process.pid, "Rss")
    tree, shared = _of_tree(daemon.process.pid), _memory(daemon.process.pid, "Pss")
    daemon.end()
    return own, tree, shared


def _of_tree(pid: int) -> float:
    """MiB of a process and all below it, shared pages once: each counts its part of those (PSS)."""
    found = 0.0
    for each in (pid, *_below(pid)):
        with suppress(OSError):  # it has just ended
            found += _memory(each, "Pss")
    return found


def _memory(pid: int, what: str) -> float:
    found = re.search(rf"^{what}:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii"), re.M)
    return int(found[1]) / 1024 if found else 0.0


def _below(pid: int) -> list[int]:
    with suppress(OSError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        return [each for child in children for each in (int(child), *_below(int(child)))]
    return []


async def _forked(folder: Path, site: Replica) -> float:
    """Milliseconds of the processor for a crawl that finds nothing, by a child of the nursery."""
    sites = {"un": SiteConfig(profile="china-mission-un", base_url=site.url, sections=tuple(SECTIONS))}
    config = Config(crawl=CrawlConfig(delay=0.0, concurrency=8), sites=sites)
    settings, children = Settings(config=config, data_dir=folder, source=None), Children()
    used = []
    with open_database(settings) as database, lease(database, now, "daemon") as held:
        for number in range(QUIET):
            order = Order(
                number=number,
                work="crawl",
                config=config,
                data_dir=str(folder),
                fence=held.epoch,
                site="un",
                job="news",
            )
            ended = await children.do(order, Limits(seconds=600, memory=1 << 30))
            if (ended.outcome, ended.changes) != ("ok", 0):
                raise RuntimeError(f"a quiet crawl ended as {ended}")
            used.append(ended.seconds * 1000)
        await children.end()
    return median(used)


def _plain(folder: Path, config: Path) -> float:
    """The same by a process of its own."""
    line = ("-m", "missionwatch", "--config", str(config), "--data-dir", str(folder), "crawl", "--json")
    return median(run_python(*line).cpu * 1000 for _ in range(3))
