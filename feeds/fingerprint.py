"""What everything published hangs on besides the archive: the settings, and the code with its templates and styles."""

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import store
from feeds.settings import PublishSettings

_SOURCES = (".py", ".html", ".css", ".svg", ".toml")
_LIBRARIES = ("feedgen", "jinja2", "lxml", "markupsafe", "nh3")
"""Those whose other release may write other bytes."""


def fingerprint(settings: PublishSettings) -> str:
    """A hash that another configuration or another release does not share.

    It is of the code itself and not of a release's number: an installation from a checkout has the same number for
    months, and pages of an older state of the code would stay beside new ones.
    """
    return sha256(ascii([_code(), settings.values()]).encode()).hexdigest()


@cache
def _code() -> str:
    digest = sha256(ascii([version(name) for name in _LIBRARIES]).encode())
    for package in (Path(__file__).parent, Path(str(store.__file__)).parent):
        for file in sorted(each for each in package.rglob("*") if each.suffix in _SOURCES):
            digest.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()
