"""The looks of letters: inline, since some mail programs keep nothing else, with a class for dark mode to override.

Colours are those of the pages. Whatever says something by colour says it by words or lines as well.
"""

from collections.abc import Mapping

from markupsafe import Markup

_SANS = (
    "font-family:-apple-system,'Segoe UI',Roboto,'Noto Sans','Helvetica Neue',Arial,'PingFang SC','Microsoft YaHei',"
    "'Noto Sans CJK SC',sans-serif"
)
_SERIF = "font-family:Charter,Georgia,'Noto Serif','Songti SC','Noto Serif CJK SC',SimSun,serif"
_TEXT = f"{_SANS};overflow-wrap:break-word;word-break:break-word"
_MONO = "font-family:ui-monospace,Consolas,'Noto Sans Mono',monospace"
_RULE = "border-bottom:1px solid #dedad0"

STYLES: Mapping[str, tuple[str, str]] = {
    "body": ("p", "margin:0;padding:0;background-color:#fcfbf8;color:#1e1d1a"),
    "page": (
        "p",
        f"max-width:600px;margin:0 auto;padding:20px 16px 32px;font-size:16px;line-height:1.5;{_TEXT}",
    ),
    "name": ("t", f"margin:0;padding:0 0 8px;border-bottom:2px solid #1e1d1a;font-size:18px;font-weight:600;{_SERIF}"),
    "plain": ("t", "color:#1e1d1a;text-decoration:none"),
    "h1": ("t", f"margin:18px 0 4px;font-size:24px;line-height:1.25;font-weight:600;{_SERIF}"),
    "h2": (
        "t",
        f"margin:32px 0 0;padding:0 0 6px;border-bottom:1px solid #dedad0;font-size:19px;font-weight:600;{_SERIF}",
    ),
    "h3": ("t", "margin:4px 0 0;font-size:17px;line-height:1.35;font-weight:600"),
    "title": ("k", "color:#1b4d7e;text-decoration:none"),
    "item": ("l", "padding:16px 0 18px;border-bottom:1px solid #dedad0"),
    "quiet": ("q", "margin:4px 0 0;color:#5b5850;font-size:14px;line-height:1.5"),
    "soft": ("q", "color:#5b5850"),
    "note": ("t", "margin:8px 0 0;font-size:15px"),
    "list": ("t", "margin:8px 0 0;padding:0 0 0 18px;font-size:15px"),
    "closing": ("q", "margin:14px 0 0;color:#5b5850;font-size:14px"),
    "box": ("b", "margin:10px 0 0;padding:2px 12px 12px;background-color:#f5f2ea;border-left:3px solid #dedad0"),
    "legend": ("q", "margin:12px 0 0;color:#5b5850;font-size:14px;line-height:1.5"),
    "label": ("q", "margin:10px 0 0;color:#5b5850;font-size:13px"),
    "beginning": ("t", "margin:10px 0 0;font-size:15px;line-height:1.6"),
    "words": ("t", "margin:2px 0 0;font-size:15px;line-height:1.6"),
    "alert": ("b a", "margin:18px 0 0;padding:2px 14px 14px;background-color:#f5f2ea;border-left:4px solid #8f1d1d"),
    "links": ("q", "margin:10px 0 0;font-size:15px;line-height:2"),
    "link": ("k", "color:#1b4d7e;text-decoration:underline"),
    "button": (
        "n",
        "display:inline-block;margin:18px 0 4px;padding:12px 24px;background-color:#1b4d7e;color:#ffffff;"
        "border-radius:4px;font-size:17px;font-weight:600;text-decoration:none",
    ),
    "foot": ("q", "margin:28px 0 0;color:#5b5850;font-size:14px"),
    "line": ("q", "margin:0 0 8px;color:#5b5850;font-size:14px"),
    "hash": ("q", f"color:#5b5850;font-size:12px;{_MONO};word-break:break-all"),
    "del": ("d", "background-color:#f8dfdb;color:#7a0c0c;text-decoration:line-through"),
    "ins": ("i", "background-color:#dcefdc;color:#0b4a12;text-decoration:underline"),
    "new": ("k", "color:#1b4d7e;font-weight:600"),
    "edited": ("e", "color:#7a4a00;font-weight:600"),
    "reverted": ("r", "color:#67397a;font-weight:600"),
    "removed": ("m", "color:#8f1d1d;font-weight:600"),
    "restored": ("s", "color:#1d5a32;font-weight:600"),
    "moved": ("q", "color:#5b5850;font-weight:600"),
}
"""Name → classes, inline style."""

DARK: Mapping[str, str] = {
    "p": "background-color:#16181b;color:#e8e6e1",
    "t": "color:#e8e6e1;border-color:#8b8880",
    "q": "color:#aaa79f",
    "k": "color:#9fc6f3",
    "l": "border-color:#373a3f",
    "b": "background-color:#202327;border-color:#4a4e54",
    "a": "border-color:#f4a29b",
    "n": "background-color:#9fc6f3;color:#10222f",
    "d": "background-color:#4d2624;color:#ffd5cf",
    "i": "background-color:#1c3d27;color:#cdf3d3",
    "e": "color:#e6b56d",
    "r": "color:#d3aee8",
    "m": "color:#f4a29b",
    "s": "color:#93d3a4",
}
"""Class → what it is in the dark."""


def dark_rules() -> str:
    """The rules of the dark palette, for a style element."""
    rules = []
    for name, style in DARK.items():
        declarations = ";".join(f"{each}!important" for each in style.split(";"))
        rules.append(f".{name}{{{declarations}}}")
    return "\n".join(rules)


def _attributes(name: str) -> Markup:
    classes, style = STYLES[name]
    return Markup(' class="{}" style="{}"').format(classes, Markup(style))  # noqa: S704 - ours, with single quotes


ATTRIBUTES: Mapping[str, Markup] = {name: _attributes(name) for name in STYLES}
"""Name → ` class="…" style="…"`, as it stands in a tag."""
