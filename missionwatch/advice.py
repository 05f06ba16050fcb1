"""What an operator can do about each incident: one sentence a code."""

from collections.abc import Mapping

ADVICE: Mapping[str, str] = {
    "site-unreachable": "Open the site in a browser: if it is down, wait, it is asked again by itself; if not, see "
    "whether this machine reaches it.",
    "site-blocked": "Run `missionwatch probe`; if it lasts, set a longer `crawl.delay` and write to the site's people.",
    "run-failed": "Read the problems of the last run and the log, then run `missionwatch -v crawl` to see it again.",
    "crawl-died": "Look in the log for what ended it; time and memory are bounded by `crawl.max_duration` and "
    "`crawl.max_memory`.",
    "section-unreadable": "Open the listing in a browser: if it is gone, take it out of `sections`; if not, run "
    "`missionwatch probe`.",
    "statements-unreadable": "Open one of them in a browser: if it is gone, wait, its removal is confirmed by itself; "
    "if not, run `missionwatch probe`.",
    "layout-changed": "Run `missionwatch probe`, and change the profile as it says (docs/adding-a-site.md).",
    "mass-change": "Look at some of them on the site, then run `missionwatch crawl --accept` if it is so.",
}


def advice_on(code: str) -> str:
    """What to do; of a code of another release, where to read on."""
    return ADVICE.get(code, "See docs/truth.md.")
