"""Shows at the end of a run how far the rules agree with what a person says of the same titles."""

import pytest

from tests.store.facets.golden import SCORES, Score


@pytest.fixture(scope="session")
def scores(request: pytest.FixtureRequest) -> dict[str, Score]:
    """Where a test leaves its score, by the name under which it is shown."""
    return request.config.stash.setdefault(SCORES, {})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for name, score in config.stash.get(SCORES, {}).items():
        terminalreporter.section(f"facets: {name} ({score.readings} readings)", sep="-")
        for line in (*score.table(), *score.disagreements[:20]):
            terminalreporter.line(line)
