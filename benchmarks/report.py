"""What a benchmark found: measurements with their goals, as a table or as JSON lines."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One number. `goal` is the most it may be, or with `at_least` the least; None where there is no goal."""

    what: str
    value: float
    unit: str
    goal: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None without a goal."""
        if self.goal is None:
            return None
        return self.value >= self.goal if self.at_least else self.value <= self.goal


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The measurements of one benchmark, and lines for the eye that explain them, such as a profile."""

    name: str
    measurements: list[Measurement]
    details: list[str] = field(default_factory=list)

    @property
    def met(self) -> bool:
        """Whether no goal is missed."""
        return all(each.met is not False for each in self.measurements)


def as_table(report: Report) -> str:
    """The report for a terminal."""
    wide = max(len(each.what) for each in report.measurements)
    unit = max(len(each.unit) for each in report.measurements)
    head = f"{report.name:<{wide}}  {'':>10} {'':<{unit}}  {'goal':>10}  verdict"
    lines = []
    for each in report.measurements:
        line = f"{each.what:<{wide}}  {number(each.value):>10} {each.unit:<{unit}}  {_goal(each):>10}  {_verdict(each)}"
        lines.append(line.rstrip())
    return "\n".join([head, "-" * len(head), *lines, *(["", *report.details] if report.details else [])])


def as_objects(report: Report) -> Iterable[dict[str, Any]]:
    """The report as one JSON-ready object a measurement, then one with the details."""
    for each in report.measurements:
        yield {
            "benchmark": report.name,
            "what": each.what,
            "value": round(each.value, 4),
            "unit": each.unit,
            "goal": each.goal,
            "at_least": each.at_least,
            "met": each.met,
        }
    if report.details:
        yield {"benchmark": report.name, "details": report.details}


def number(value: float) -> str:
    """A number with three or four digits that count, thousands parted."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _goal(each: Measurement) -> str:
    return "" if each.goal is None else f"{'>=' if each.at_least else '<='} {number(each.goal)}"


def _verdict(each: Measurement) -> str:
    return {None: "", True: "met", False: "MISSED"}[each.met]
