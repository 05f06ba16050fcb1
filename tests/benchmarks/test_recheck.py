"""The re-check benchmark asks for every statement, and its counts are the replica's."""

from collections import Counter

import pytest

from benchmarks.recheck import REPEATS, recheck

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("validators", "status"), [(True, 304), (False, 200)])
def test_later_rechecks_get_one_kind_of_answer(validators: bool, status: int) -> None:
    found = recheck(12, validators=validators)
    assert len(found) == REPEATS
    # The first one may still ask for a body under an address of a statement that was never read.
    assert sum(found[0].statements.values()) == 12
    assert found[-1].statements == Counter({status: 12})
