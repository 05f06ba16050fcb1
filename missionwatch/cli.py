"""From the command line to an exit code: parse, load the verb, turn errors into one plain sentence."""

import errno
import logging
import os
import signal
import sys
from argparse import Namespace
from collections.abc import Sequence
from importlib import import_module

from missionwatch import exits
from missionwatch.arguments import build_parser
from missionwatch.output import clean, tell


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command line and returns the exit code of the contract."""
    args = build_parser().parse_args(arguments)
    try:
        code = _run(args)
        sys.stdout.flush()
        return code
    except (exits.UsageError, exits.ConfigError) as error:
        tell(f"missionwatch: {error}")
        return exits.USAGE if isinstance(error, exits.UsageError) else exits.CONFIG
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:
        # The reader went away (`| head`): nothing went wrong. Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exits.OK
    except Exception as error:
        if args.verbose:
            logging.getLogger("missionwatch").exception("traceback")
        tell(f"missionwatch: {_sentence(error)}")
        return exits.LEASE_HELD if type(error).__name__ == "LeaseHeldError" else exits.FAILURE


def _run(args: Namespace) -> int:
    from missionwatch.config import load_settings

    _log(args)
    settings = load_settings(args.config, args.data_dir, to_be_written=args.verb == "init")
    verb = import_module(f"missionwatch.commands.{args.verb}")
    code: int = verb.run(args, settings)
    return code


def _sentence(error: Exception) -> str:
    """What went wrong, for a person. Errors of our own are sentences already."""
    if type(error).__module__.partition(".")[0] in ("store", "crawler", "feeds", "missionwatch"):
        return str(error)
    if isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        match error.errno:
            case errno.ENOSPC:
                return f"The disk is full{where}: free some space and run the command again."
            case errno.EACCES | errno.EPERM | errno.EROFS:
                return f"Writing is not allowed{where}: check the permissions of the folder, or choose another."
            case errno.ENOENT | errno.ENOTDIR | errno.EISDIR | errno.EEXIST | errno.ENAMETOOLONG | errno.ELOOP:
                return f"{error.strerror}{where}: choose another path."
            case errno.EADDRINUSE:
                return "The port is taken: choose another with --port."
        return f"{error.strerror or error}{where}."
    return f"Unexpected error: {type(error).__name__}: {error}. Run again with -v to see where."


def _log(args: Namespace) -> None:
    level = logging.ERROR if args.quiet else {0: logging.WARNING, 1: logging.INFO}.get(args.verbose, logging.DEBUG)
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(level)  # Scrapy opens its own loggers wide
    handler.setFormatter(_CleanFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)


class _CleanFormatter(logging.Formatter):
    """One event, one block of clean text: what a page says cannot forge a line or steer the terminal."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return clean(super().formatMessage(record)).replace("\n", "\\n")
