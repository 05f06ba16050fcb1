"""`missionwatch subscribers`: who gets letters. Addresses are shown here, and nowhere else, for the operator asks."""

import csv
import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from missionwatch import exits
from missionwatch.config_model import Settings
from missionwatch.output import clean, emit, say, table, tell
from missionwatch.wiring import now, open_database, open_existing

if TYPE_CHECKING:
    from store.mailing.settings import Settings as Choices
    from store.mailing.subscribers import Subscribers

COLUMNS = ("address", "state", "frame", "cadence", "zone", "send_at", "weekday", "wishes", "source", "created")
CHOICES = ("frame", "cadence", "zone", "send_at", "weekday", "wishes")
FACETS = ("sites", "sections", "speakers", "organs", "kinds", "languages")


def run(args: Namespace, settings: Settings) -> int:
    """Does one of `list`, `add`, `remove`, `import` and `export`."""
    actions = {"list": _list, "add": _add, "remove": _remove, "import": _import, "export": _export}
    return actions[args.action](args, settings)


def _list(args: Namespace, settings: Settings) -> int:
    from store.mailing.subscribers import Subscribers

    with open_existing(settings) as database:
        found = [each for each in Subscribers(database).export() if args.all or each["state"] == "active"]
    if args.json:
        for each in found:
            emit(each)
        return exits.OK
    if not found and not args.quiet:
        say("Nobody is subscribed." if args.all else "Nobody is subscribed; --all shows also who was or is asked.")
        return exits.OK
    rows = [
        (each["address"], each["state"], _schedule(each), each["frame"], _short(each["wishes"]), each["created"])
        for each in found
    ]
    table(("address", "state", "letters", "frame", "wishes", "since"), rows)
    return exits.OK


def _add(args: Namespace, settings: Settings) -> int:
    """Subscribes an address at once: the operator vouches for it."""
    from store.mailing.model import NotUsableError
    from store.mailing.subscribers import Subscribers

    with open_database(settings) as database:
        people = Subscribers(database)
        try:
            choices = _with_hour(people, args.address, _chosen(args), settings)
            added = people.add(args.address, now=now(), **choices)
        except NotUsableError as error:
            raise exits.UsageError(str(error)) from None
    if args.json:
        emit({"address": added.address, "state": added.state})
    elif not args.quiet:
        hour = "" if added.cadence == "instant" else f" at {added.send_at}"
        say(f"{added.address} gets letters: {added.cadence}{hour}.")
    return exits.OK


def _remove(args: Namespace, settings: Settings) -> int:
    """Ends a subscription; `--forget` deletes all that is known of the address."""
    from store.mailing.model import NotUsableError
    from store.mailing.subscribers import Subscribers

    with open_existing(settings) as database:
        people = Subscribers(database)
        try:
            done = people.forget(args.address) if args.forget else people.remove(args.address, now())
        except NotUsableError as error:
            raise exits.UsageError(str(error)) from None
    if args.json:
        emit({"address": args.address, "removed": done})
    elif not done:
        tell("missionwatch: This address has no subscription.")
    elif not args.quiet:
        say(f"{args.address} {'is forgotten' if args.forget else 'gets no letters any more'}.")
    return exits.OK if done else exits.FAILURE


def _import(args: Namespace, settings: Settings) -> int:
    """Adds everybody of a file, or nobody if a line of it cannot be used; each such line is said."""
    from store.mailing.addresses import cleaned
    from store.mailing.model import NotUsableError
    from store.mailing.settings import columns_of
    from store.mailing.subscribers import Subscribers

    wanted: list[tuple[str, Choices]] = []
    wrong = others = 0
    try:
        lines = _records(Path(args.file))
        for number, record in lines:
            if record.get("state", "active") != "active":
                others += 1  # who has left, or whose letters came back, is not to be written to again
                continue
            try:
                address, choices = _of_record(record)
                cleaned(address)
                columns_of(choices)
            except NotUsableError as error:
                wrong += 1
                tell(f"missionwatch: Line {number}: {error}")
            else:
                wanted.append((address, choices))
    except (UnicodeDecodeError, csv.Error):
        raise exits.UsageError(f"{args.file} is no CSV or JSON Lines in UTF-8.") from None
    if wrong:
        tell("missionwatch: Nobody was added: correct these lines and import the file again.")
        return exits.FAILURE
    with open_database(settings) as database:
        people = Subscribers(database)
        for address, choices in wanted:
            people.add(address, now=now(), source="import", **_with_hour(people, address, choices, settings))
    if args.json:
        emit({"imported": len(wanted), "skipped": others})
    elif not args.quiet:
        say(f"{len(wanted)} imported{f', {others} skipped that are not subscribed' if others else ''}.")
    return exits.OK


def _export(args: Namespace, settings: Settings) -> int:
    """Writes all that is kept of people, as `import` reads it."""
    from store.mailing.subscribers import Subscribers

    with open_existing(settings) as database:
        found = list(Subscribers(database).export())
    if args.format == "jsonl":
        for each in found:
            emit(each)
        return exits.OK
    _write_csv(sys.stdout, found)
    return exits.OK


def _write_csv(stream: TextIO, found: Sequence[Mapping[str, Any]]) -> None:
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in found:
        row = {**each, "wishes": json.dumps(each["wishes"], ensure_ascii=False)}
        writer.writerow([clean(str(row[name])) for name in COLUMNS])


def _records(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Each record of a file with the number of its line: JSON Lines if the first character is a brace, else CSV."""
    from store.mailing.model import NotUsableError

    with path.open(encoding="utf-8-sig", newline="") as file:
        is_json = file.read(1000).lstrip().startswith("{")
        file.seek(0)
        if not is_json:
            reader = csv.DictReader(file, strict=True)
            if "address" not in (reader.fieldnames or ()):
                raise NotUsableError("The first line of a CSV file names the columns, one of them `address`.")
            for row in reader:
                yield reader.line_num, {name: value for name, value in row.items() if name and value}
            return
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                record = json.loads(line.removeprefix("\ufeff"))
            except ValueError:
                record = None
            yield number, record if isinstance(record, dict) else {}


def _with_hour(people: "Subscribers", address: str, choices: "Choices", settings: Settings) -> "Choices":
    """The choices, for who is new with the operator's hour where none is chosen."""
    known = people.by_address(address)
    if known is not None and known.state in ("active", "suspended"):
        return choices
    return {"send_at": settings.config.mail.send_at, **choices}


def _of_record(record: Mapping[str, Any]) -> "tuple[str, Choices]":
    """Address and choices of a record, as `export` writes them. Raises NotUsableError."""
    from store.mailing.model import NotUsableError
    from store.mailing.wishes import wishes_from_json

    address = record.get("address")
    if not isinstance(address, str):
        raise NotUsableError("There is no address.")
    if unknown := set(record) - {*COLUMNS, "ended", "reason", "bounces"}:
        raise NotUsableError(f"There is no column `{clean(min(map(str, unknown)))[:40]}`.")
    choices: Any = {name: record[name] for name in CHOICES if record.get(name) is not None}
    wishes = choices.get("wishes")
    if wishes is not None:
        choices["wishes"] = wishes_from_json(wishes if isinstance(wishes, str) else json.dumps(wishes))
    if isinstance(choices.get("weekday"), str) and choices["weekday"].isdecimal():
        choices["weekday"] = int(choices["weekday"])
    return address, choices


def _chosen(args: Namespace) -> "Choices":
    """The choices that options name."""
    from store.mailing.model import Wishes

    choices: Any = {}
    for name in ("frame", "cadence", "zone", "send_at"):
        value = getattr(args, name)
        if value is not None:
            choices[name] = value
    facets = {name: frozenset(getattr(args, name)) for name in FACETS if getattr(args, name)}
    if facets or args.words or args.types or args.least:
        choices["wishes"] = Wishes(
            facets=facets,  # type: ignore[arg-type]
            words=tuple(args.words),
            types=frozenset(args.types),
            least=args.least or "low",
        )
    return choices  # type: ignore[no-any-return]


def _schedule(each: Mapping[str, Any]) -> str:
    if each["cadence"] == "instant":
        return "instant"
    return f"{each['cadence']} {each['send_at']} {each['zone']}"


def _short(wishes: Mapping[str, Any]) -> str:
    if not wishes:
        return "everything"
    facets = [f"{name}: {', '.join(values)}" for name, values in wishes.get("facets", {}).items()]
    rest = [f"{name}: {', '.join(wishes[name])}" for name in ("words", "types") if name in wishes]
    least = [f"least: {wishes['least']}"] if "least" in wishes else []
    return "; ".join((*facets, *rest, *least))
