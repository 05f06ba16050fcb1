"""`missionwatch daemon`: scheduled crawls, publishing and web pages in one process tree."""

import asyncio
import sys
from argparse import Namespace
from contextlib import suppress

from missionwatch import exits
from missionwatch.commands.serve import listening
from missionwatch.config import load_settings, supervisor
from missionwatch.config_model import Settings
from missionwatch.mailing import secrets
from missionwatch.wiring import now, open_database

ARENA_MAX = -8
"""`M_ARENA_MAX` of mallopt(3)."""


def run(args: Namespace, settings: Settings) -> int:
    """Works until a signal ends it; 75 where another daemon looks after the database."""
    from missionwatch.daemon.clock import Clock
    from missionwatch.daemon.logs import keep_secret, last_words, log_json
    from missionwatch.daemon.loop import Daemon, check
    from missionwatch.daemon.mail import MailRounds

    host = args.host or settings.config.server.host
    port = settings.config.server.port if args.port is None else args.port
    if not 0 <= port <= 65535:
        raise exits.UsageError(f"{port} is no port: choose one from 0 to 65535 with --port.")
    verbosity = -1 if args.quiet else args.verbose
    _share_memory()
    log_json(verbosity)
    for secret in secrets(settings):
        keep_secret(secret)
    check(settings)

    def load() -> Settings:
        loaded = load_settings(args.config, args.data_dir)
        for secret in secrets(loaded):
            keep_secret(secret)
        return loaded

    async def work() -> int:
        rounds = MailRounds()
        daemon = Daemon(settings, database, Clock(now), load, supervisor(), mailer=rounds, verbosity=verbosity)
        try:
            return await daemon.run(lambda: listening(host, port))
        finally:
            rounds.ending.set()

    try:
        with open_database(settings, sparing=True) as database:
            return asyncio.run(work())
    finally:
        last_words()


def _share_memory() -> None:
    """Lets all threads take memory from one place: else each keeps for itself what its largest task once took."""
    if sys.platform == "linux":
        import ctypes

        with suppress(AttributeError, OSError):  # a C library without it
            ctypes.CDLL(None).mallopt(ARENA_MAX, 1)
