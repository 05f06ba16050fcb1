"""FACETS_VERSION changes with the rules: whoever derives facets and keeps them relies on it."""

import json

from tests.store.facets.fingerprint import RECORDED, fingerprint


def test_the_version_belongs_to_these_rules() -> None:
    assert fingerprint() == json.loads(RECORDED.read_text(encoding="utf-8")), (
        "The rules are others than those recorded. If any statement may be read otherwise, raise FACETS_VERSION in "
        "store/facets/reading.py; then run `python -m tests.store.facets.fingerprint`."
    )
