"""The small files are what their types promise."""

import re
import zlib
from struct import unpack

import pytest

from missionwatch.replica.files import jpeg, pdf, png


def test_png_has_its_chunks_with_right_checksums() -> None:
    image = png("W0.png")
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    names, at = [], 8
    while at < len(image):
        (size,) = unpack(">I", image[at : at + 4])
        name, content = image[at + 4 : at + 8], image[at + 8 : at + 8 + size]
        assert unpack(">I", image[at + 8 + size : at + 12 + size]) == (zlib.crc32(name + content),)
        names.append(name)
        at += 12 + size
    assert names == [b"IHDR", b"IDAT", b"IEND"]
    assert png("W1.png") != image


def test_jpeg_segments_follow_one_another_to_the_end() -> None:
    image = jpeg("W0.jpg")
    assert image.startswith(b"\xff\xd8")
    assert image.endswith(b"\xff\xd9")
    markers: list[int] = []
    at = 2
    while markers[-1:] != [0xDA]:
        start, marker, size = unpack(">BBH", image[at : at + 4])
        assert start == 0xFF
        markers.append(marker)
        at += 2 + size
    assert markers == [0xFE, 0xDB, 0xC0, 0xC4, 0xC4, 0xDA]
    assert len(image) - at == 3


@pytest.mark.parametrize("name", ["P0.pdf", "a (very) long name.pdf"])
def test_pdf_offsets_point_at_their_objects(name: str) -> None:
    document = pdf(name)
    (table,) = re.findall(rb"startxref\n(\d+)\n%%EOF\n\Z", document)
    assert document[int(table) :].startswith(b"xref\n0 6\n")
    offsets = [int(offset) for offset in re.findall(rb"(\d{10}) 00000 n", document)]
    for number, offset in enumerate(offsets, 1):
        assert document[offset:].startswith(b"%d 0 obj\n" % number)
    (size,) = re.findall(rb"/Length (\d+)", document)
    stream = document.partition(b"stream\n")[2].partition(b"\nendstream")[0]
    assert len(stream) == int(size)
