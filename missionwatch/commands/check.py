"""`missionwatch check`: whether everything that the program stands on is as it should be. Alters nothing."""

import sys
from argparse import Namespace
from collections import Counter
from urllib.parse import unquote, urlsplit

from missionwatch import exits
from missionwatch.checks.everything import check_everything
from missionwatch.checks.finding import Finding, Result
from missionwatch.config import secret_files, supervisor
from missionwatch.config_model import Settings
from missionwatch.daemon.logs import keep_secret, masked
from missionwatch.exits import ConfigError
from missionwatch.mailing import secrets
from missionwatch.output import clean, emit, is_rich, say
from missionwatch.wiring import now

MARKS: dict[Result, str] = {"ok": "ok", "warning": "warning", "wrong": "WRONG", "unchecked": "-"}
_STYLES: dict[Result, str] = {"ok": "green", "warning": "yellow", "wrong": "bold red", "unchecked": "dim"}


def run(args: Namespace, settings: Settings) -> int:
    """Prints a line for each check; 1 if something is wrong, 78 if the configuration cannot be used."""
    _keep_secrets(settings)
    found: list[Finding] = []
    checks = check_everything(settings, now, supervisor(), secret_files(), online=args.online)
    for each in checks:
        found.append(each)
        if args.json:
            emit({"name": each.name, "result": each.result, "sentence": masked(each.sentence)})
        elif not args.quiet or each.result == "wrong":
            _show(each)
    if not args.json and not args.quiet:
        _sum_up(found)
    if any(each.is_configuration for each in found):
        return exits.CONFIG
    return exits.FAILURE if any(each.result == "wrong" for each in found) else exits.OK


def _keep_secrets(settings: Settings) -> None:
    try:
        keep_secret(*secrets(settings))
    except ConfigError:  # a secret that cannot be read cannot be shown either; the check of mail says so
        keep_secret(settings.config.mail.password)
    try:
        password = urlsplit(settings.config.database.url).password or ""
    except ValueError:
        password = ""
    keep_secret(password, unquote(password))


def _show(finding: Finding) -> None:
    line = f"{finding.name:<14} {masked(finding.sentence)}"
    mark = f"{MARKS[finding.result]:<8}"
    if not is_rich(sys.stdout):
        say(mark + line)
        return
    from rich.console import Console
    from rich.text import Text

    Console(soft_wrap=True).print(Text(mark, style=_STYLES[finding.result]) + Text(clean(line)))


def _sum_up(found: list[Finding]) -> None:
    counts = Counter(each.result for each in found)
    says: dict[Result, str] = {"ok": "ok", "warning": "to look at", "wrong": "wrong", "unchecked": "not checked"}
    parts = [f"{counts[result]} {word}" for result, word in says.items() if counts[result]]
    verdict = "Something is wrong" if counts["wrong"] else "Nothing is wrong"
    say(f"{verdict}: {', '.join(parts)}.")
