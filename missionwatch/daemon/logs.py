"""Logs of the daemon: one JSON object a line on standard error, without secrets and addresses of people."""

import json
import logging
import os
import re
import sys
from datetime import UTC, datetime

MASK = "***"
_URL_PASSWORD = re.compile(r"(?<=://)([^\s/?#@:]*):[^\s/?#@]*@")
_NAMED_SECRET = re.compile(r"(?i)\b((?:pass(?:word|wd)?|secret|token|api[_-]?key|authorization)\s*[=:]\s*)[^\s,;&]+")
_TOKEN_PATH = re.compile(r"(/(?:confirm|manage|unsubscribe)/)[^\s/?#\"']+")
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@(?=[\w-]+(?:\.[\w-]+)*)[\w.-]+\w")
_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_secrets: set[str] = set()


def keep_secret(*values: str) -> None:
    """From here on these values, such as the configured passwords, never stand in a log line."""
    _secrets.update(value for value in values if len(value) >= 4)


def masked(text: str) -> str:
    """The text without secrets that were named, passwords in addresses, tokens and addresses of people."""
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    text = _URL_PASSWORD.sub(rf"\1:{MASK}@", text)
    text = _NAMED_SECRET.sub(rf"\1{MASK}", text)
    text = _TOKEN_PATH.sub(rf"\1{MASK}", text)
    return _ADDRESS.sub(lambda found: found[0] if MASK in found[0] else f"{MASK}@{MASK}", text)


class JsonLines(logging.Formatter):
    """A record as one JSON object: `time, level, logger, message`, what was given as `extra`, and a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC)
        told: dict[str, object] = {
            "time": f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": masked(record.getMessage()),
        }
        for name, value in vars(record).items():
            if name not in _PLAIN and value is not None:
                told[name] = value if isinstance(value, (int, float, bool)) else masked(str(value))
        if record.exc_info:
            told["traceback"] = masked(self.formatException(record.exc_info))
        # ASCII: nothing that a page says can forge a line or steer a terminal.
        return json.dumps(told)


def log_json(verbosity: int) -> None:
    """Sends all logs of this process to standard error as JSON: decisions of the daemon, and warnings of all others."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    others = {-1: logging.ERROR, 0: logging.WARNING, 1: logging.INFO}.get(verbosity, logging.DEBUG)
    ours = logging.ERROR if verbosity < 0 else min(others, logging.INFO)

    def is_wanted(record: logging.LogRecord) -> bool:
        # By name and here: Scrapy opens its own loggers wide.
        return record.levelno >= (ours if record.name.startswith("missionwatch") else others)

    handler.addFilter(is_wanted)
    logging.basicConfig(level=min(ours, others), handlers=[handler], force=True)


def last_words() -> None:
    """Writes what waits to be written; where it cannot be, such as on a full disk, it is given up.

    Else that would decide how this process ends: Python would make 120 of its exit code.
    """
    try:
        sys.stderr.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
