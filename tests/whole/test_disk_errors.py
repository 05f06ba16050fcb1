"""A disk that reports errors when it is to keep what was written: never a success that is none, and nothing lost."""

from pathlib import Path
from random import Random

import pytest

from missionwatch.replica import ReplicaServer, ReplicaSite
from tests.forge import Forge
from tests.needs import needs
from tests.truth.scale import scaled
from tests.whole.archive_laws import check_against, check_archive
from tests.whole.killing import SqliteArchives, count_calls, failing

SYNCS = "fsync,fdatasync"


@pytest.mark.slow
@scaled("errors", 2, 48)
def test_an_error_of_the_disk_is_told_and_made_good(tmp_path: Path, forge: Forge, errors: int) -> None:
    needs("strace")
    random, archives = Random(13), SqliteArchives(tmp_path, forge)
    site = ReplicaSite(count=60, seed=13)
    told = 0
    with ReplicaServer(site) as server, archives.made() as undisturbed:
        undisturbed.watch(server)
        undisturbed.run("init")
        with archives.made(like=undisturbed) as counted:
            calls = count_calls(counted.watch(server), (), SYNCS)
        assert calls > 3
        with archives.made(like=undisturbed) as empty:
            undisturbed.crawl()
            for number in range(errors):
                with archives.made(like=empty) as disturbed:
                    disturbed.watch(server)
                    fault = failing(SYNCS, random.randint(1, calls), all_after=number % 2 == 0)
                    with disturbed.running(disturbed.crawl_line(), stopped=True) as child:
                        fault(disturbed, server, child)
                    check_archive(disturbed)
                    # An error while the log is folded into the file costs nothing: the log is kept.
                    assert child.code == 1 or (child.code, disturbed.versions()) == (0, undisturbed.versions())
                    told += child.code == 1
                    disturbed.crawl()
                    check_archive(disturbed)
                    assert (disturbed.versions(), disturbed.history()) == (
                        undisturbed.versions(),
                        undisturbed.history(),
                    )
                    check_against(site, disturbed, looked_at_all=True)
    assert told
    print(f"{errors} errors at {calls} calls: {told} told")
