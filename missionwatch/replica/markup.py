"""The HTML of a statement's body, as untidy as editors leave it.

Whatever is drawn here (doubled and no-break spaces, nested fonts, empty paragraphs, line ends) adds nothing to the
text: cleaned of white space it is the statement's paragraphs again, in either template.
"""

from html import escape
from random import Random

from missionwatch.replica.statements import Content, Picture

_ARIAL = ('style="FONT-SIZE: 14px; FONT-FAMILY: arial"', 'style="FONT-FAMILY: arial; FONT-SIZE: 14px"')
_BORDERLESS = "BORDER-TOP-WIDTH: 0px; BORDER-LEFT-WIDTH: 0px; BORDER-BOTTOM-WIDTH: 0px; BORDER-RIGHT-WIDTH: 0px"
_MODERN = "text-align: justify; line-height: 1.75em; margin-bottom: 15px;"


def view_body(content: Content, style: float, rng: Random) -> str:
    """The inside of `.view-txt`. `style` (0 to 1) picks one of four generations of editors; `rng` draws the dirt."""
    if style < 0.35:
        return _modern(content, rng)
    out = [] if style > 0.85 else ["&nbsp; "]
    attributes = "" if style > 0.85 else " " + rng.choice(_ARIAL)
    pictures = _pictures(content)
    for row, text in enumerate(content.paragraphs):
        out += (f"<P{attributes} align=center>{_image(image, rng, upper=True)}</P>" for image in pictures.get(row, ()))
        line = _line(text, rng, content.language)
        if 0.6 < style <= 0.85:
            line = f'<FONT style="FONT-SIZE: 12pt" color=#000000>{line} </FONT>'
        lead = "<BR>" if row == 0 and style > 0.85 else ""
        centred = " align=center" if _is_dateline(row, text) else ""
        out.append(f"<P{attributes}{centred}>{lead}{line} </P>")
        if rng.random() < 0.04:
            out.append(f"<P{attributes}>&nbsp;</P>")
    out += (
        f"<P{attributes}>{_image(image, rng, upper=True)}</P>" for image in pictures.get(len(content.paragraphs), ())
    )
    if rng.random() < 0.5:
        out.append(f"<P{attributes}><FONT size=3></FONT>&nbsp;</P>")
    return "\n".join(out)


def _modern(content: Content, rng: Random) -> str:
    pictures = _pictures(content)
    out = ['<div class="trs_editor_view TRS_UEDITOR trs_paper_default trs_web">']
    for row, text in enumerate(content.paragraphs):
        out += (f'<p style="text-align: center;">{_image(image, rng)}</p>' for image in pictures.get(row, ()))
        shape = "text-align: center;" if _is_dateline(row, text) else _MODERN
        line = _line(text, rng, content.language)
        if rng.random() < 0.5:
            line = f'<span style="font-family: arial, helvetica, sans-serif; font-size: 14px;">{line}</span>'
        out.append(f'<p style="{shape}">{line}</p>')
        if rng.random() < 0.03:
            out.append("<p><br/></p>")
    out += (
        f'<p style="text-align: center;">{_image(image, rng)}</p>'
        for image in pictures.get(len(content.paragraphs), ())
    )
    out.append("</div>")
    return "".join(out)


def classic_body(content: Content, style: float, rng: Random) -> str:
    """The inside of `#News_Body_Txt_A`: paragraphs parted by `<br><br>`, or in `<p>` for half of the styles."""
    pictures = _pictures(content)
    lines: list[str] = []
    for row, text in enumerate(content.paragraphs):
        lines += (_image(image, rng) for image in pictures.get(row, ()))
        line = _line(text, rng, content.language)
        if _is_dateline(row, text) and style >= 0.5:
            line = f"<center>{line}</center>"
        lines.append(line)
    lines += (_image(image, rng) for image in pictures.get(len(content.paragraphs), ()))
    if style < 0.5:
        indent = "" if content.language != "en" else rng.choice(("", "&nbsp;&nbsp;&nbsp;&nbsp;"))
        return rng.choice(("<br><br>", "<br />\n<br />\n")).join(indent + line for line in lines) + "<br>"
    return "\n".join(f"<p>{line}</p>" for line in lines)


def _pictures(content: Content) -> dict[int, list[Picture]]:
    places: dict[int, list[Picture]] = {}
    for image in content.images:
        places.setdefault(image.before, []).append(image)
    return places


def _is_dateline(row: int, text: str) -> bool:
    return row == 0 and text[-1] not in ",：" and len(text) < 60


def _image(image: Picture, rng: Random, *, upper: bool = False) -> str:
    source, alt = f'src="./{image.name}"', f'alt="{escape(image.alt)}"'
    if upper:
        return f'<IMG style="{_BORDERLESS}" {source} {alt}>'
    first, second = (source, alt) if rng.random() < 0.5 else (alt, source)
    return f'<img {first} {second} oldsrc="{image.name}" style="max-width: 100%;" />'


def _line(text: str, rng: Random, language: str) -> str:
    line = escape(text, quote=rng.random() < 0.3)
    draw = rng.random()
    if language != "en":
        if draw < 0.05:
            head, comma, rest = line.partition("，")
            line = f"<strong>{head}{comma}</strong>{rest}"
        return ("　　" if draw < 0.9 else "&emsp;&emsp;") + line
    if draw < 0.12:
        line = line.replace(". ", ".  ", 1)
    elif draw < 0.2:
        line = line.replace(" ", "&nbsp;", 1)
    elif draw < 0.25:
        line = line.replace(", ", ",\n", 1)
    elif draw < 0.3:
        line = line.replace(" of ", "\u00a0of  ", 1)
    elif draw < 0.4:
        words = line.split(" ", 3)
        inner = " ".join(words[:-1])
        if inner:
            wrapped = rng.choice(
                ("<STRONG>{}</STRONG>", "<FONT face=Arial><EM><STRONG>{}</STRONG></EM></FONT>", "<b>{}</b>")
            )
            line = f"{wrapped.format(inner)} {words[-1]}"
    return line
