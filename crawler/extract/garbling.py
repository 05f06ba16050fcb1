"""Text that was read in a wrong encoding before it was sent: the page is whole, the words are not.

A single damaged character is the site's own slip and part of the text; a text that is damaged throughout says nothing.
"""

_ASCII = bytes(range(0x80))
# Fewer characters than this prove nothing; so many prove enough.
_ENOUGH, _PLENTY = 12, 2_000
# Of invented Chinese statements read as UTF-8 from GBK bytes 59 in 100 bytes and more are broken, of statements that
# were misread and encoded again at most 7.
_SHARE = 4
# What stands at 0x80 to 0x9F in Windows' Western encoding, which is how such bytes mostly were misread.
_WESTERN = {ord(bytes([byte]).decode("cp1252", "replace")): chr(byte) for byte in range(0x80, 0xA0)}


def garbled(text: str, language: str) -> str | None:
    """How a text was spoilt, in a few words; None for one that can be read.

    Known are characters that were replaced (by U+FFFD, in Chinese by question marks too) and UTF-8 that was taken for a
    Western encoding or for GBK and encoded again.
    """
    if language.startswith("zh"):
        marks = text.count("?")
        if marks >= _ENOUGH and marks * _SHARE > len(text):
            return "its characters became question marks"
    if text.isascii():
        return None
    foreign = text.encode("utf-8", "replace").translate(None, _ASCII).decode()[:_PLENTY]
    if len(foreign) < _ENOUGH:
        return None
    if foreign.count("\ufffd") * _SHARE > len(foreign):
        return "its characters were replaced"
    western = foreign.translate(_WESTERN)
    if max(western) <= "\xff" and _is_utf8(western.encode("latin-1")):
        return "it is UTF-8 that was read as a Western encoding"
    if _is_utf8(foreign.encode("gb18030", "replace")):
        return "it is UTF-8 that was read as GBK"
    return None


def _is_utf8(data: bytes) -> bool:
    """Whether most of it is: a byte here and there was lost when the text was misread."""
    return data.decode("utf-8", "replace").count("\ufffd") * _SHARE < len(data)
