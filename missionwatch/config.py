"""Reading the configuration: the file, the environment, the data folder. The only module that reads the environment.

Precedence: `--config` > `$MISSIONWATCH_CONFIG` > `./missionwatch.toml` > `$XDG_CONFIG_HOME/missionwatch/config.toml` >
`/etc/missionwatch/config.toml`; over the file, `MISSIONWATCH_SECTION__KEY`, and `MISSIONWATCH_SECTION__KEY_FILE` for a
value that stands in a file of its own (a secret).
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from re import fullmatch
from typing import Any

import msgspec

from missionwatch.config_model import Config, Settings, SiteConfig, WebhookConfig
from missionwatch.exits import ConfigError

PREFIX = "MISSIONWATCH_"
SYSTEM_FILE = Path("/etc/missionwatch/config.toml")


def load_settings(
    config_file: str | None = None,
    data_dir: str | None = None,
    environment: Mapping[str, str] | None = None,
    *,
    to_be_written: bool = False,
) -> Settings:
    """The settings in force. Raises ConfigError with one sentence that names the file or variable and the key.

    `to_be_written`: a named file that is not there is going to be made, and until then the defaults hold.
    """
    env = os.environ if environment is None else environment
    is_missing = to_be_written and config_file is not None and not Path(config_file).exists()
    source = None if is_missing else _find(config_file, env)
    raw = _read(source) if source else {}
    origins = _overlay(raw, env)
    try:
        config = msgspec.convert(raw, Config, strict=not origins)
    except msgspec.ValidationError as error:
        raise ConfigError(_explain(str(error), raw, source, origins)) from error
    return Settings(config=config, data_dir=_data_dir(data_dir, env), source=source)


def wants_colour(environment: Mapping[str, str] | None = None) -> bool:
    """Whether the environment leaves colour to us (no-color.org: any non-empty NO_COLOR forbids it)."""
    env = os.environ if environment is None else environment
    return not env.get("NO_COLOR") and env.get("TERM") != "dumb"


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervisor:
    """What the environment says of who looks after this process (systemd, sd_notify(3))."""

    address: str
    """Of the socket that takes messages; empty for none."""
    watchdog: float
    """Seconds within which a sign of life is expected; 0 for never."""


def supervisor(environment: Mapping[str, str] | None = None) -> Supervisor:
    """Who looks after this process, for its main process only."""
    env = os.environ if environment is None else environment
    mine = env.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    length = env.get("WATCHDOG_USEC", "0")
    watchdog = int(length) / 1e6 if mine and length.isdecimal() else 0.0
    return Supervisor(address=env.get("NOTIFY_SOCKET", ""), watchdog=watchdog)


def secret_files(environment: Mapping[str, str] | None = None) -> list[Path]:
    """The files that variables name for values that stand in files of their own."""
    env = os.environ if environment is None else environment
    names = (name for name in sorted(env) if name.startswith(PREFIX) and "__" in name and name.endswith("_FILE"))
    return [Path(env[name]) for name in names]


def _find(named: str | None, env: Mapping[str, str]) -> Path | None:
    for wanted, said_by in ((named, "--config"), (env.get(f"{PREFIX}CONFIG"), f"${PREFIX}CONFIG")):
        if wanted:
            path = Path(wanted)
            if not path.is_file():
                raise ConfigError(f"The configuration file {path} (from {said_by}) does not exist.")
            return path
    home = Path(env.get("XDG_CONFIG_HOME") or Path(env.get("HOME") or "~").expanduser() / ".config")
    candidates = (Path("missionwatch.toml"), home / "missionwatch" / "config.toml", SYSTEM_FILE)
    return next((path for path in candidates if path.is_file()), None)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not valid UTF-8: {error.reason} at byte {error.start}.") from error
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from error


def _overlay(raw: dict[str, Any], env: Mapping[str, str]) -> dict[str, str]:
    """Lays the variables over the file's values; returns which variable gave which key."""
    origins: dict[str, str] = {}
    for name in sorted(env):
        if not name.startswith(PREFIX) or "__" not in name:
            continue
        path, value = name.removeprefix(PREFIX).lower().split("__"), env[name]
        if path[-1].endswith("_file"):
            path[-1] = path[-1].removesuffix("_file")
            try:
                value = Path(value).read_text(encoding="utf-8").rstrip("\n")
            except (OSError, UnicodeDecodeError) as error:
                raise ConfigError(f"The file that ${name} names cannot be read: {error}.") from error
        place = raw
        for step in path[:-1]:
            place = place.setdefault(step, {})
            if not isinstance(place, dict):
                raise ConfigError(f"${name} names a key inside `{step}`, which is not a table.")
        place[path[-1]] = _list_or_text(path, value)
        origins[".".join(path)] = f"${name}"
    return origins


def _list_or_text(path: list[str], value: str) -> object:
    if (
        (path[0] == "notify" and path[-1] != "deadman")
        or path[-1] == "sensitive_terms"
        or (path[0] == "sites" and path[-1] == "sections")
    ):
        return [each.strip() for each in value.split(",") if each.strip()]
    return value


def _data_dir(named: str | None, env: Mapping[str, str]) -> Path:
    chosen = named or env.get(f"{PREFIX}DATA_DIR")
    if chosen:
        return Path(chosen).expanduser().absolute()
    from platformdirs import user_data_path

    return user_data_path("missionwatch", appauthor=False)


def _explain(said: str, raw: Mapping[str, Any], source: Path | None, origins: Mapping[str, str]) -> str:
    found = fullmatch(r"(?s)(.*?)(?: - at (?:`(key)` in )?`\$\.?(.*)`)?", said)
    assert found
    what, place = found[1], found[3] or ""
    unknown = fullmatch(r"Object contains unknown field `(.*)`", what)
    if "[...]" in place:
        missing = fullmatch(r"Object missing required field `(.*)`", what)
        place = _with_name(place, raw, has=unknown[1] if unknown else "", lacks=missing[1] if missing else "")
    if unknown:
        key = f"{place}.{unknown[1]}".lstrip(".")
        where = origins.get(key) or str(source or "the environment")
        known = _keys_at(place)
        near = get_close_matches(unknown[1], known, n=1)
        hint = f"; known here: {', '.join(known)}."
        if near:
            hint = f"; did you mean `{f'{place}.{near[0]}'.lstrip('.')}`?"
        return f"Unknown key `{key}` in {where}{hint}"
    where = origins.get(place) or str(source or "the environment")
    subject = "A name in" if found[2] else "The value of"
    return f"{subject} `{place or 'the configuration'}` in {where} cannot be used: {what[:1].lower()}{what[1:]}."


def _with_name(place: str, raw: Mapping[str, Any], *, has: str, lacks: str) -> str:
    """`sites[...]` as `sites.un`, where one table only fits what is wrong with it."""
    outer, _, inner = place.partition("[...]")
    has = has or inner.strip(".").partition("[")[0]
    tables = {name: table for name, table in raw.get(outer, {}).items() if isinstance(table, dict)}
    fitting = [name for name, table in tables.items() if (has in table if has else lacks not in table)]
    return f"{outer}.{fitting[0]}{inner}" if len(fitting) == 1 else f"{outer}{inner}"


def _keys_at(place: str) -> list[str]:
    kind: Any = Config
    for step in filter(None, place.split(".")):
        fields = {each.name: each.type for each in msgspec.structs.fields(kind)} if _is_struct(kind) else {}
        of_many = {"sites": SiteConfig, "webhooks": WebhookConfig}.get(step.partition("[")[0])
        # What is inside of one of many has the fields of each, whatever its name.
        kind = of_many or fields.get(step) or kind
    return [each.name for each in msgspec.structs.fields(kind)] if _is_struct(kind) else []


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)
