"""The law of publishing on a real archive: after every step or once at the end, it comes to the same files."""

import os
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings

from feeds import documents
from feeds.publish import PublishSettings, publish
from store import schema
from store.archive import Archive
from store.database import Database
from store.indexing import catch_up
from store.reader import Reader
from tests.feeds.histories import UNSHRUNK
from tests.feeds.test_publish_law import same_files
from tests.store.steps import STEPS, Step, do, timed
from tests.store.wording import WORDING

PACE = 24 * 60
"""Minutes between two steps: a look is told of at most once a day."""
SETTINGS = PublishSettings(base_url="https://watch.example", site_labels={"un": "A mission"}, feed_entries=2)


@given(steps=STEPS)
@settings(max_examples=12, deadline=None, phases=UNSHRUNK, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_crawls_published_one_by_one_give_what_one_publication_gives(
    monkeypatch: pytest.MonkeyPatch, steps: Sequence[Step]
) -> None:
    hold(monkeypatch, steps)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@given(steps=STEPS)
@settings(max_examples=300, deadline=None, phases=UNSHRUNK, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_many_crawls_keep_the_law(monkeypatch: pytest.MonkeyPatch, steps: Sequence[Step]) -> None:
    hold(monkeypatch, steps)


def hold(monkeypatch: pytest.MonkeyPatch, steps: Sequence[Step]) -> None:
    """Holds the law against what some crawls found."""
    monkeypatch.setattr(documents, "PAGE", 2)
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    with TemporaryDirectory() as folder, closing(Database(f"sqlite:///{folder}/missionwatch.db")) as database:
        schema.ensure(database)
        archive, one, other = Archive(database), Path(folder, "one"), Path(folder, "other")
        for number, step in enumerate(timed(steps, PACE)):
            do(database, archive, number, [step], PACE)
            catch_up(database, WORDING)
            publish(Reader(database), one, SETTINGS)
        publish(Reader(database), one, SETTINGS)
        publish(Reader(database), other, SETTINGS)
        same_files(one, other)
