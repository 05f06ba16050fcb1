"""Numbers for Prometheus, in its text format (version 0.0.4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
PREFIX = "missionwatch_"


@dataclass(frozen=True, slots=True)
class Metric:
    """One family: its samples by the values of its labels."""

    name: str
    kind: Literal["gauge", "counter"]
    help: str
    labels: tuple[str, ...]
    samples: Mapping[Any, float]
    """By a tuple of the labels' values."""


def one(name: str, kind: Literal["gauge", "counter"], what: str, value: float) -> Metric:
    """A family of one sample without labels."""
    return Metric(name, kind, what, (), {(): value})


def render(metrics: Iterable[Metric]) -> bytes:
    """The families as Prometheus reads them, in the order given; a family without samples is left out."""
    lines: list[str] = []
    for metric in metrics:
        if not metric.samples:
            continue
        name = PREFIX + metric.name
        lines += [f"# HELP {name} {metric.help}", f"# TYPE {name} {metric.kind}"]
        for values, value in metric.samples.items():
            labels = ",".join(f'{key}="{_escaped(each)}"' for key, each in zip(metric.labels, values, strict=True))
            lines.append(f"{name}{{{labels}}} {_number(value)}" if labels else f"{name} {_number(value)}")
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
