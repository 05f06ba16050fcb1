"""Where settings come from, and that every key of the contract is one."""

import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from missionwatch import config
from missionwatch.config import load_settings, wants_colour
from missionwatch.config_model import Config, seconds
from missionwatch.exits import ConfigError
from missionwatch.mailing import _webhooks, carriers
from missionwatch.wiring import open_database
from store.glance import glance

CONTRACT = """
[database]
url = "sqlite:////var/lib/missionwatch/missionwatch.db"
[crawl]
user_agent = "missionwatch/1 (+https://example.org)"
delay = 2.5
concurrency = 2
timeout = 30
max_bytes = 1048576
robots = "ignore"
max_duration = "3h"
max_memory = 268435456
[truth]
removal_confirmations = 3
removal_min_age = "2h"
mass_change_share = 0.05
mass_change_floor = 5
mass_min_age = "48h"
sensitive_terms = ["ceasefire", "停火"]
[publish]
base_url = "https://example.org/watch"
directory = "site"
feed_entries = 50
[server]
host = "::1"
port = 9000
[schedule]
timezone = "Europe/Berlin"
news = "*/5 * * * *"
sections = "1 * * * *"
deep = "2 3 * * 1"
jitter = "30s"
[mail]
backend = "smtp"
host = "mail.example.org"
port = 465
security = "tls"
user = "watch"
password = "secret"
sender = "watch@example.org"
send_at = "07:30"
subscribe = true
[notify]
operators = ["operator@example.org"]
webhooks = ["https://example.org/hook"]
apprise = ["json://localhost"]
websub_hubs = ["https://example.org/hub"]
deadman = "https://example.org/ping?id=1"
[sites.un]
profile = "china-mission-un"
base_url = "https://example.org"
sections = ["eng/hyyfy", "hyyfy"]
[sites.un.schedule]
timezone = "Asia/Shanghai"
news = "*/10 * * * *"
sections = "3 * * * *"
deep = "4 4 * * 2"
[sites.un.schedule.own]
"eng/hyyfy" = "*/3 * * * *"
"""
"""Every key there is, each with another value than its default."""


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(config, "SYSTEM_FILE", tmp_path / "etc" / "config.toml")


def _plain(value: Config) -> dict[str, dict[str, object]]:
    plain: dict[str, dict[str, object]] = msgspec.json.decode(msgspec.json.encode(value))
    return plain


def test_every_key_of_the_contract_is_read(tmp_path: Path) -> None:
    (tmp_path / "all.toml").write_text(CONTRACT, encoding="utf-8")
    read = _plain(load_settings("all.toml", environment={}).config)
    assert read == tomllib.loads(CONTRACT)
    defaults = _plain(Config())
    assert {
        (table, key) for table in read for key in read[table] if read[table][key] == defaults[table].get(key)
    } == set()


@pytest.mark.parametrize(
    ("table", "key"),
    [(table, key) for table, keys in tomllib.loads(CONTRACT).items() if table != "sites" for key in keys],
)
def test_every_key_can_come_from_the_environment(table: str, key: str) -> None:
    value = tomllib.loads(CONTRACT)[table][key]
    written = ",".join(value) if isinstance(value, list) else str(value)
    read = load_settings(environment={f"MISSIONWATCH_{table}__{key}".upper(): written}).config
    told = getattr(getattr(read, table), key)
    assert (list(told) if isinstance(value, list) else told) == value


def test_a_site_can_come_from_the_environment() -> None:
    environment = {
        "MISSIONWATCH_SITES__GENEVA__PROFILE": "china-mission-un",
        "MISSIONWATCH_SITES__GENEVA__SECTIONS": "eng/hyyfy, hyyfy",
    }
    (site,) = load_settings(environment=environment).config.sites.items()
    assert (site[0], site[1].profile, site[1].sections) == ("geneva", "china-mission-un", ("eng/hyyfy", "hyyfy"))


def test_the_first_file_of_the_order_counts(tmp_path: Path) -> None:
    environment = {"XDG_CONFIG_HOME": str(tmp_path / "xdg"), "HOME": str(tmp_path / "home")}
    order = ["named.toml", "variable.toml", "missionwatch.toml", "xdg/missionwatch/config.toml", "etc/config.toml"]
    for number, name in enumerate(order):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"[server]\nport = {number}\n", encoding="utf-8")

    def port(named: str | None = None, **more: str) -> int:
        settings = load_settings(named, environment=environment | more)
        assert settings.source is not None
        return settings.config.server.port

    variable = {"MISSIONWATCH_CONFIG": str(tmp_path / "variable.toml")}
    assert port("named.toml", **variable) == 0
    assert port(**variable) == 1
    for number in (2, 3, 4):
        assert port() == number
        (tmp_path / order[number]).unlink()
    assert load_settings(environment=environment).source is None


def test_without_xdg_the_home_folder_counts(tmp_path: Path) -> None:
    file = tmp_path / "home" / ".config" / "missionwatch" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("[server]\nport = 7\n", encoding="utf-8")
    assert load_settings(environment={"HOME": str(tmp_path / "home")}).config.server.port == 7


def test_a_variable_counts_more_than_the_file_and_a_secret_can_lie_in_its_own(tmp_path: Path) -> None:
    (tmp_path / "missionwatch.toml").write_text("[mail]\npassword = 'a'\nuser = 'b'\n", encoding="utf-8")
    (tmp_path / "secret").write_text("from a file\n", encoding="utf-8")
    environment = {"MISSIONWATCH_MAIL__PASSWORD_FILE": str(tmp_path / "secret"), "MISSIONWATCH_MAIL__USER": "c"}
    mail = load_settings(environment=environment).config.mail
    assert (mail.password, mail.user) == ("from a file", "c")


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"MISSIONWATCH_CRAWL__DELAI": "2"}, ["`crawl.delai`", "$MISSIONWATCH_CRAWL__DELAI", "`crawl.delay`"]),
        ({"MISSIONWATCH_CRAWL__XYZZY": "2"}, ["`crawl.xyzzy`", "known here: user_agent, delay"]),
        ({"MISSIONWATCH_CRAWL__DELAY": "soon"}, ["`crawl.delay`", "$MISSIONWATCH_CRAWL__DELAY"]),
        ({"MISSIONWATCH_MAIL__PASSWORD_FILE": "/nowhere"}, ["$MISSIONWATCH_MAIL__PASSWORD_FILE", "cannot be read"]),
        ({"MISSIONWATCH_CONFIG": "/nowhere.toml"}, ["/nowhere.toml", "$MISSIONWATCH_CONFIG", "does not exist"]),
        ({"MISSIONWATCH_SITES__UN__PROFIL": "x"}, ["sites.un.profil", "did you mean `sites.un.profile`?"]),
        ({"MISSIONWATCH_SITES__Un!__PROFILE": "x"}, ["`sites`"]),
        ({"MISSIONWATCH_TRUTH__REMOVAL_MIN_AGE": "1 fortnight"}, ["`truth.removal_min_age`"]),
        ({"MISSIONWATCH_PUBLISH__BASE_URL": "example.org"}, ["`publish.base_url`"]),
        ({"MISSIONWATCH_PUBLISH__FEED_ENTRIES": "101"}, ["`publish.feed_entries`"]),
        ({"MISSIONWATCH_SERVER__PORT": "65536"}, ["`server.port`"]),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_cannot_be_used_is_named(environment: dict[str, str], words: list[str]) -> None:
    with pytest.raises(ConfigError) as raised:
        load_settings(environment=environment)
    said = str(raised.value)
    assert "\n" not in said
    assert [word for word in words if word not in said] == []


def test_the_data_folder_is_the_option_then_the_variable_then_the_users(tmp_path: Path) -> None:
    environment = {"MISSIONWATCH_DATA_DIR": str(tmp_path / "variable")}
    assert load_settings(data_dir="named", environment=environment).data_dir == tmp_path / "named"
    settings = load_settings(environment=environment)
    assert settings.data_dir == tmp_path / "variable"
    assert settings.database_url == f"sqlite:///{tmp_path}/variable/missionwatch.db"
    assert settings.publish_dir == tmp_path / "variable" / "public"
    assert load_settings(environment={}).data_dir.name == "missionwatch"


@pytest.mark.parametrize("name", ["plain", "100 %25 sure?", "50%", "what?mode=ro", "a#b;c&d", "天气"])
def test_any_folder_can_hold_the_data(tmp_path: Path, name: str) -> None:
    settings = load_settings(data_dir=str(tmp_path / name), environment={})
    with open_database(settings) as database:
        assert database.revision() is not None
    assert (tmp_path / name / "missionwatch.db").is_file()
    assert [each.name for each in tmp_path.iterdir()] == [name]
    assert glance(settings.database_url, None) == []


def test_a_new_database_is_for_its_owner_only_and_one_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    settings = load_settings(data_dir=str(tmp_path), environment={})

    def modes() -> set[int]:
        return {path.stat().st_mode & 0o777 for path in tmp_path.glob("missionwatch.db*") if path.suffix != ".lock"}

    with open_database(settings) as database, database.writing():
        assert modes() == {0o600}
    (tmp_path / "missionwatch.db").chmod(0o640)
    with open_database(settings) as database, database.writing():
        assert modes() == {0o640}


def test_the_file_that_init_writes_shows_every_key_with_its_default_or_an_example(tmp_path: Path) -> None:
    template = Path(config.__file__).with_name("missionwatch.toml").read_text(encoding="utf-8")
    (tmp_path / "as-written.toml").write_text(template, encoding="utf-8")
    assert load_settings("as-written.toml", environment={}).config == Config()
    shown = re.sub(r"(?m)^#(?=\S)", "", template)
    (tmp_path / "uncommented.toml").write_text(shown, encoding="utf-8")
    read, written = load_settings("uncommented.toml", environment={}).config, tomllib.loads(shown)
    assert {table: set(keys) for table, keys in written.items()} == {
        table: set(keys) for table, keys in tomllib.loads(CONTRACT).items()
    }
    defaults = _plain(Config())
    for table, keys in _plain(read).items():
        for key, value in keys.items():
            if table != "sites":
                assert value == defaults[table][key] or defaults[table][key] in ("", None, []), f"{table}.{key}"


def test_a_webhook_is_an_address_or_a_table(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from a file\n", encoding="utf-8")
    tables = '{url = "https://b.example/?k=1", secret = "s"}, {url = "https://c.example", secret_file = "secret"}'
    (tmp_path / "missionwatch.toml").write_text(
        f'[notify]\nwebhooks = ["https://a.example/hook", {tables}]\n', encoding="utf-8"
    )
    settings = load_settings(environment={})
    assert _webhooks(settings) == {
        "https://a.example/hook": "",
        "https://b.example/?k=1": "s",
        "https://c.example": "from a file",
    }
    assert "k=1" not in repr(settings)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('webhooks = [{url = "ftp://b.example"}]', "notify.webhooks[0].url"),
        ('webhooks = [{url = "https://b.example", sekret = "x"}]', "did you mean `notify.webhooks[0].secret`"),
        ('operators = ["nobody"]', "notify.operators[0]"),
    ],
)
def test_what_cannot_be_used_of_a_list_is_named(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "missionwatch.toml").write_text(f"[notify]\n{text}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_settings(environment={})
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("mail", "words"),
    [
        ({"HOST": "mail.example.org"}, "`mail.sender`"),
        ({"SENDER": "watch@example.org"}, "`mail.host`"),
        ({"SENDER": "watch@example.org", "HOST": "m.example", "SECURITY": "none", "PASSWORD": "x"}, "`mail.security"),
    ],
)
def test_what_mail_lacks_is_named(mail: dict[str, str], words: str) -> None:
    given = {f"MISSIONWATCH_MAIL__{name}": value for name, value in mail.items()}
    settings = load_settings(environment=given | {"MISSIONWATCH_MAIL__BACKEND": "smtp"})
    with pytest.raises(ConfigError) as raised:
        carriers(settings)
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("duration", "expected"),
    [("250ms", 0.25), ("90s", 90), ("15m", 900), ("1.5h", 5400), ("7d", 604800), ("1w", 604800)],
)
def test_durations(duration: str, expected: float) -> None:
    assert seconds(duration) == expected


@pytest.mark.parametrize(
    ("environment", "expected"),
    [({}, True), ({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_colour_follows_the_environment(environment: dict[str, str], expected: bool) -> None:
    assert wants_colour(environment) is expected
