"""What the rules consist of, as a hash: the sources of `store.facets` without docstrings, lines of comment and layout.

`python -m tests.store.facets.fingerprint` writes today's down beside FACETS_VERSION.
"""

import ast
import json
from hashlib import sha256
from pathlib import Path

import store.facets
from store.facets import FACETS_VERSION

RECORDED = Path(__file__).with_name("fingerprint.json")


def fingerprint() -> dict[str, str]:
    """The version of the rules and the hash of what they consist of."""
    digest = sha256()
    for path in sorted(Path(store.facets.__file__).parent.glob("*.py")):
        digest.update(_bare(path.read_text(encoding="utf-8")).encode())
    return {"version": FACETS_VERSION, "sources": digest.hexdigest()}


def _bare(source: str) -> str:
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            for number in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[number] = ""
    return "".join("".join(line.split()) for line in lines if not line.lstrip().startswith("#"))


if __name__ == "__main__":
    RECORDED.write_text(json.dumps(fingerprint(), indent=1) + "\n", encoding="utf-8")
