"""`missionwatch verify`: every hash recomputed, the first wrong record named; the head of the log for witnesses."""

import os
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from missionwatch import exits
from missionwatch.config_model import Settings
from missionwatch.output import emit, say, tell
from missionwatch.wiring import open_existing

if TYPE_CHECKING:
    from store.head import Head
    from store.verification import Verdict


def run(args: Namespace, settings: Settings) -> int:
    """Prints what was checked, or the head; 1 if anything is wrong."""
    for option, needed in (("signing_key", "head"), ("public_key", "witness")):
        if getattr(args, option) and not getattr(args, needed):
            raise exits.UsageError(f"--{option.replace('_', '-')} goes with --{needed}.")
    if args.new_key:
        return _make_key(Path(args.new_key))
    where, verdict = _verify(args, settings)
    if verdict.ok and args.head:
        return _print_head(verdict, args.signing_key)
    if args.json:
        head = verdict.head.as_json() if verdict.head else None
        emit({"database": where, "ok": verdict.ok, "wrong": verdict.wrong, **verdict.counts, "head": head})
    elif verdict.wrong is not None:
        say(f"{where}: wrong: {verdict.wrong}")
    elif not args.quiet:
        say(f"{where}: everything holds: {', '.join(f'{count} {name}' for name, count in verdict.counts.items())}.")
        if verdict.head is not None:
            say(f"Head of the log: change {verdict.head.number}, {verdict.head.hash}")
    return exits.OK if verdict.ok else exits.FAILURE


def _verify(args: Namespace, settings: Settings) -> "tuple[str, Verdict]":
    witness = _witness(Path(args.witness), args.public_key) if args.witness else None
    if args.backup:
        from store.backup import verify_backup

        return args.backup, verify_backup(Path(args.backup), witness)
    with open_existing(settings) as database:
        from store.verification import verify

        return database.where, verify(database, witness)


def _print_head(verdict: "Verdict", signing_key: str | None) -> int:
    if verdict.head is None:
        tell("missionwatch: The change log is empty; it has no head yet.")
        return exits.FAILURE
    if signing_key is None:
        emit(verdict.head.as_json())
    else:
        from store.signature import sign_head

        emit(sign_head(Path(signing_key).read_bytes(), verdict.head).as_json())
    return exits.OK


def _witness(path: Path, public_key: str | None) -> "Head":
    from store.signature import SignatureError, SignedHead, parse_head, verify_head

    told = parse_head(path.read_text(encoding="utf-8", errors="replace"))
    if public_key is not None:
        if not isinstance(told, SignedHead):
            raise SignatureError(f"The head in {path} is not signed.")
        verify_head(told, Path(public_key).read_bytes())
    return told.head if isinstance(told, SignedHead) else told


def _make_key(path: Path) -> int:
    from store.signature import new_key

    private, public = new_key()
    for each, content, mode in ((path, private, 0o600), (path.with_name(f"{path.name}.pub"), public, 0o644)):
        # Never over a key that is there: what it signed could not be checked any more.
        with os.fdopen(os.open(each, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
        say(f"Wrote {each}")
    return exits.OK
