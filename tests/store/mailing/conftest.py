"""Fixtures for tests of mail."""

import pytest

from store.database import Database
from store.mailing.subscribers import Subscribers


@pytest.fixture
def people(database: Database) -> Subscribers:
    return Subscribers(database)
