"""`python -m generate`: writes every generated file anew."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from generate import commands, completion, keys, manual

ROOT = Path(__file__).resolve().parents[1]
GENERATED: Mapping[str, Callable[[], str]] = {
    "docs/cli.md": commands.reference,
    "docs/configuration-reference.md": keys.reference,
    "missionwatch/missionwatch.toml": keys.template,
    "deploy/man/missionwatch.1": manual.manual,
    "deploy/completion/missionwatch.bash": completion.bash,
    "deploy/completion/_missionwatch": completion.zsh,
    "deploy/completion/missionwatch.fish": completion.fish,
}
"""Path from the root → what gives the file's text. A test says that each file is what its function gives."""


def main() -> None:
    """Writes the files that are not as they should be, and names them."""
    for path, text in GENERATED.items():
        file, wanted = ROOT / path, text()
        if file.is_file() and file.read_text(encoding="utf-8") == wanted:
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(wanted, encoding="utf-8")
        sys.stdout.write(f"Wrote {path}\n")


if __name__ == "__main__":
    main()
