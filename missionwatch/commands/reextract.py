"""`missionwatch reextract`: today's extractor over the stored captures. Repairs versions, makes no changes."""

from argparse import Namespace
from typing import TYPE_CHECKING

from missionwatch import exits
from missionwatch.config_model import Settings
from missionwatch.output import emit, say
from missionwatch.wiring import chosen_sites, now, open_database, open_existing, profile_of

if TYPE_CHECKING:
    from store.reextraction import Reextracted


def run(args: Namespace, settings: Settings) -> int:
    """Repairs the sites one after the other; 3 if today's extractor refuses what an older one read."""
    from crawler.extract import extractor_id
    from missionwatch.repair import index, reader_of
    from store.lease import lease
    from store.reextraction import reextract

    sites = chosen_sites(settings.config, args.sites)
    with open_existing(settings):
        pass  # a missing or outdated database is said before anything is made
    codes = []
    with open_database(settings, dry_run=args.dry_run) as database, lease(database, now):
        for site in sites:
            extractor = extractor_id(profile_of(settings.config, site))
            done = reextract(database, site, reader_of(settings, site), extractor, everything=args.all)
            if not args.dry_run:
                index(database)
            codes.append(exits.PARTIAL if done.refused else exits.OK)
            if args.json:
                emit(_as_json(site, extractor, done, dry_run=args.dry_run))
            elif not args.quiet:
                _describe(site, extractor, done, dry_run=args.dry_run)
    return exits.worst(codes)


def _as_json(site: str, extractor: str, done: "Reextracted", *, dry_run: bool) -> dict[str, object]:
    return {
        "site": site,
        "extractor": extractor,
        "dry_run": dry_run,
        "statements": done.statements,
        "captures": done.captures,
        "same": done.same,
        "versions": done.versions,
        "refused": [
            {"statement": each.statement, "version": each.version, "url": each.page, "detail": each.why}
            for each in done.refused
        ],
    }


def _describe(site: str, extractor: str, done: "Reextracted", *, dry_run: bool) -> None:
    if not done.statements:
        say(f"{site}: nothing to do, everything was read by {extractor}.")
        return
    say(
        f"{site}: {done.captures} captures of {done.statements} statements read again by {extractor}: "
        f"{done.same} read as before, {done.versions} versions {'would be ' if dry_run else ''}written, no changes."
    )
    for each in done.refused:
        say(f"  {each.statement} version {each.version} was left as it is: {each.why} {each.page}")
