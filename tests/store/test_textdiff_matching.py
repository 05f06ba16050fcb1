"""What two sequences have in common, against the textbook's answer."""

from hypothesis import given
from hypothesis import strategies as st

from store.textdiff.matching import match


@given(st.lists(st.sampled_from("abcd"), max_size=60), st.lists(st.sampled_from("abcd"), max_size=60))
def test_matches_are_equal_runs_and_as_many_as_can_be(old: list[str], new: list[str]) -> None:
    runs = match(old, new)
    longest = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i, left in enumerate(old):
        for j, right in enumerate(new):
            longest[i + 1][j + 1] = longest[i][j] + 1 if left == right else max(longest[i][j + 1], longest[i + 1][j])
    assert sum(size for _, _, size in runs) == longest[-1][-1]
    assert all(old[i : i + size] == new[j : j + size] for i, j, size in runs)
    assert [(j, i, size) for i, j, size in runs] == match(new, old)
