"""Each generated file in the repository is what its generator gives today."""

import pytest

from generate.__main__ import GENERATED, ROOT


@pytest.mark.parametrize("path", GENERATED)
def test_a_generated_file_is_current(path: str) -> None:
    kept = (ROOT / path).read_text(encoding="utf-8")
    assert kept == GENERATED[path](), f"{path} is not what its generator gives: run `./run generate`"
    assert all(line == line.rstrip() for line in kept.splitlines())
    assert kept.endswith("\n")
