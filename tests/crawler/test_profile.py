from importlib import resources
from pathlib import Path

import pytest

from crawler.extract.dates import FORMATS
from crawler.profile import ProfileError, available_profiles, load_profile, parse_profile

SOURCE = resources.files("crawler").joinpath("sites", "china-mission-un.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", available_profiles())
def test_every_bundled_profile_loads_under_its_own_name(name: str) -> None:
    profile = load_profile(name)
    assert profile.name == name
    with resources.as_file(resources.files("crawler").joinpath("sites", f"{name}.toml")) as path:
        assert load_profile(path).name == name  # with its selectors tried, which is not done again
    assert set(profile.date_formats) <= set(FORMATS)
    assert profile.default_sections


def test_a_profile_loads_by_path(tmp_path: Path) -> None:
    path = tmp_path / "elsewhere.toml"
    path.write_text(SOURCE.replace('name = "china-mission-un"', 'name = "elsewhere"'), encoding="utf-8")
    assert load_profile(path).name == load_profile(str(path)).name == "elsewhere"


def test_sections_are_known_by_path_and_marked_with_their_evidence() -> None:
    profile = load_profile("china-mission-un")
    section = profile.section("/eng/hyyfy/")
    assert section is not None
    assert (section.label.en, section.evidence) == ("Meetings & Statements", "verified")
    assert profile.section("eng/nowhere") is None
    chinese = profile.section("hyyfy")
    assert chinese is not None
    assert chinese.evidence == "inferred"
    assert "hyyfy" in profile.default_sections
    assert "eng/zgyw" not in profile.default_sections


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('zone = "America/New_York"', 'zone = "Mars/Olympus"', "zone: `Mars/Olympus` is no time zone"),
        ('zone = "America/New_York"', 'zone = "../../etc/passwd"', "is no time zone"),
        ('zone = "America/New_York"', "zone = 5", "zone: Expected `str`, got `int`"),
        ("delay = 2.0", 'delay = "fast"', "delay: Expected `float`, got `str`"),
        ("delay = 2.0", "delay = 2.0\nspeed = 9", "top level: Object contains unknown field `speed`"),
        ('front = ["index.htm"', 'fornt = ["index.htm"', "listings: Object contains unknown field `fornt`"),
        ('body = [".view-txt"]', 'body = ["div >"]', "templates[0].body[0]: `div >` is no CSS selector"),
        ("(?P<title>.+)_", "(?P<title>.+_", "document_title: `^(?P<title>.+_[^_]*$` is no regular expression"),
        ('further = "index_{n}.htm"', 'further = "index.htm"', "listings: `further` needs `{n}`"),
        ('path = "eng/zgyw"', 'path = "/eng/zgyw/"', "`path` must be a path without slashes"),
        ('path = "eng/zgyw"', 'path = "eng/hyyfy"', "`sections` names eng/hyyfy twice"),
        ("https://un.china-mission.gov.cn", "un.china-mission.gov.cn", "`base_url` must be scheme and host"),
        ('evidence = "inferred"', 'evidence = "rumour"', "Invalid enum value 'rumour'"),
        ('name = "china-mission-un"', "name = ", "is not TOML"),
    ],
)
def test_a_wrong_profile_is_one_sentence_with_file_and_key(old: str, new: str, told: str) -> None:
    assert old in SOURCE
    with pytest.raises(ProfileError) as caught:
        parse_profile(SOURCE.replace(old, new, 1), "site.toml")
    message = str(caught.value)
    assert message.startswith("site.toml: ")
    assert told in message
    assert "\n" not in message


def test_missing_profiles_say_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="there is china-mission-un"):
        load_profile("china-mission-xx")
    with pytest.raises(ProfileError, match="cannot be read as a profile"):
        load_profile(tmp_path / "none.toml")
