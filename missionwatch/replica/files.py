"""Small valid files for the pages to show: PNG and JPEG images of one dot, and one-page PDF documents."""

import zlib
from struct import pack


def png(name: str) -> bytes:
    """An image of one dot; its colour depends on the name."""
    colour = pack(">I", zlib.crc32(name.encode()))[:3]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)),
            _chunk(b"IDAT", zlib.compress(b"\0" + colour)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return pack(">I", len(content)) + kind + content + pack(">I", zlib.crc32(kind + content))


def jpeg(name: str) -> bytes:
    """A grey image of one dot, baseline JPEG, with the name as its comment."""
    one_code = b"\x01" + bytes(15)
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xFE, name.encode()),
            _segment(0xDB, b"\0" + b"\x01" * 64),
            _segment(0xC0, b"\x08\0\x01\0\x01\x01\x01\x11\0"),
            _segment(0xC4, b"\0" + one_code + b"\0"),
            _segment(0xC4, b"\x10" + one_code + b"\0"),
            _segment(0xDA, b"\x01\x01\0\0\x3f\0"),
            # One DC code and one end-of-block code of a single 0 bit each, padded with ones.
            b"\x3f",
            b"\xff\xd9",
        )
    )


def _segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + pack(">H", len(content) + 2) + content


def pdf(name: str) -> bytes:
    """A page that shows the name, as PDF 1.4 with a correct cross-reference table; the name must be ASCII."""
    shown = name.replace("\\", "").replace("(", "").replace(")", "").encode("ascii")
    drawing = b"BT /F1 12 Tf 20 60 Td (" + shown + b") Tj ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 120] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)
