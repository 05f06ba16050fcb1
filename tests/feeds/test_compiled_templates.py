"""Compiled templates on disk: used, made again when they do not fit, and never needed."""

import sys
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from feeds.pages.compiled import CompiledTemplates


def render(folder: Path) -> str:
    """In an environment of its own, as another process would."""
    made = Environment(loader=FileSystemLoader(folder), autoescape=True, bytecode_cache=CompiledTemplates(folder))
    return made.get_template("page.html").render(name="quay")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "page.html").write_text("At the {{ name }}.")
    return tmp_path


def kept(folder: Path) -> list[Path]:
    return sorted((folder / "__pycache__").glob("*"))


def test_the_code_is_kept_and_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert render(folder) == "At the quay."
    assert len(kept(folder)) == 1
    monkeypatch.setattr(Environment, "compile", None)
    assert render(folder) == "At the quay."


def test_another_source_is_compiled_again(folder: Path) -> None:
    render(folder)
    (folder / "page.html").write_text("By the {{ name }}.")
    assert render(folder) == "By the quay."
    assert len(kept(folder)) == 1


@pytest.mark.parametrize("length", [0, 3, 40, 90])
def test_code_that_was_cut_off_is_made_again(folder: Path, length: int) -> None:
    render(folder)
    (file,) = kept(folder)
    file.write_bytes(file.read_bytes()[:length])
    assert render(folder) == "At the quay."
    assert len(file.read_bytes()) > 90


def test_a_folder_that_cannot_be_written_costs_time_only(folder: Path) -> None:
    (folder / "__pycache__").write_text("in the way")
    assert render(folder) == "At the quay."


def test_nothing_is_written_where_python_writes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert render(folder) == "At the quay."
    assert not (folder / "__pycache__").exists()
