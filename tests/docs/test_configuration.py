"""Every key is described in the model and told in the reference, and examples can be used."""

import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from generate.keys import Key, Table, tables
from missionwatch.config import load_settings
from missionwatch.config_model import Config
from tests.docs.documents import DOCUMENTS, codes, document

KEYS = [(table, key) for table in tables() for key in table.keys]
BLOCKS = [
    (page.name, code) for page in DOCUMENTS for language, code in page.blocks if language == "toml" and "[[" not in code
]
"""A table in a list stands in profiles only."""


def test_the_tables_are_those_of_the_model() -> None:
    named = {table.path.partition(".")[0] for table in tables()}
    assert named == {each.name for each in msgspec.structs.fields(Config)}
    for table in tables():
        assert table.meaning.endswith("."), f"[{table.path}] is not described"


@pytest.mark.parametrize(("table", "key"), KEYS, ids=[f"{table.path}.{key.name}" for table, key in KEYS])
def test_every_key_is_described_and_in_the_reference(table: Table, key: Key) -> None:
    assert key.meaning[:1] in ("`", key.meaning[:1].upper()), key.meaning
    assert key.meaning.endswith("."), key.meaning
    (row,) = (
        row for row in document("configuration-reference").rows(table.path) if f"`{table.path}.{key.name}`" in row[0]
    )
    assert key.kind in row[1]
    assert ("secret" in row[1]) == key.is_secret


def test_keys_that_may_hold_a_password_or_a_key_are_marked() -> None:
    marked = {f"{table.path}.{key.name}" for table, key in KEYS if key.is_secret}
    assert {"database.url", "mail.password", "notify.webhooks", "notify.webhooks[].secret", "notify.deadman"} <= marked
    assert {f"{t.path}.{k.name}" for t, k in KEYS if re.search(r"password|secret$|token", k.name)} <= marked


def test_every_variable_that_the_reference_names_can_be_set() -> None:
    variables = {
        name for page in DOCUMENTS for name in codes(page.text) if re.fullmatch(r"MISSIONWATCH_[A-Z]+__[A-Z_]+", name)
    }
    known = {f"MISSIONWATCH_{table.path}__{key.name}".upper() for table, key in KEYS if "." not in table.path}
    assert known <= variables
    assert {
        name for name in variables - known if name.removesuffix("_FILE") not in known and "__NAME__" not in name
    } == set()


def test_keys_that_other_pages_name_are_there() -> None:
    tops = {table.path.partition(".")[0] for table in tables()}
    known = {f"{table.path}.{key.name}" for table, key in KEYS}
    for page in DOCUMENTS:
        if page.name == "CHANGELOG.md":
            continue
        named = {code for code in codes(page.prose) if re.fullmatch(r"[a-z]+\.[a-z_]+", code)}
        modules = {"crawl.py"}
        said = {name for name in named if name.partition(".")[0] in tops - {"sites"}} - modules
        assert said - known == set(), page.name


@pytest.mark.parametrize(("page", "code"), BLOCKS, ids=[page for page, _ in BLOCKS])
def test_examples_of_the_configuration_can_be_used(page: str, code: str, tmp_path: Path) -> None:
    assert page
    (tmp_path / "missionwatch.toml").write_text(code, encoding="utf-8")
    assert tomllib.loads(code)
    load_settings(str(tmp_path / "missionwatch.toml"), environment={})


def test_there_are_examples() -> None:
    assert {page for page, _ in BLOCKS} >= {"docs/configuration.md", "docs/quickstart.md"}
