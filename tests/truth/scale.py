"""How often a law is put to the test: a few times in `./run test`, at the full numbers in `./run soak`."""

import pytest

# A full run may take long on a small machine; a hang should still end.
_SOAK_SECONDS = 3600


def scaled(name: str, small: int, full: int) -> pytest.MarkDecorator:
    """Gives a test the argument `name`: the small number, and under the mark `soak` the full one."""
    long = [pytest.mark.soak, pytest.mark.timeout(_SOAK_SECONDS)]
    return pytest.mark.parametrize(name, [pytest.param(small, id="small"), pytest.param(full, id="full", marks=long)])
