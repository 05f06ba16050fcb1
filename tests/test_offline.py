"""No test speaks to the network, whichever of them are asked for."""

import socket

import pytest

SOMEWHERE = ("192.0.2.1", 80)
"""An address that documentation may name and nobody has."""


@pytest.mark.parametrize("asked_for", ["by default", pytest.param("for a soak", marks=pytest.mark.soak)])
def test_no_connection_leaves_this_machine(asked_for: str) -> None:
    # The guard warns before it raises, and warnings are errors.
    with pytest.raises(UserWarning, match=r"tried to use .*192\.0\.2\.1"):
        socket.create_connection(SOMEWHERE, timeout=1)
