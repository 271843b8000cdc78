"""Hostile workbooks: small files that unfold to more than any machine holds, or lie about what they are."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from isal import isal_zlib

from tests.xlsx_samples import MAIN, SHEET, parts, sheet_xml, styles_xml, zipped

NESTED = 100_000
MANY = 1_000_000

Hostile = tuple[str, bytes, str]
"""A name, the file, and how reading it must end: ``ok`` or the code of the refusal."""


def _book(
    name: str, rows: str, ending: str, *, before: str = "", after: str = "", attributes: str = ""
) -> Hostile:
    sheet = sheet_xml(rows, before=before, after=after, attributes=attributes)
    return name, zipped(parts(sheet)).getvalue(), ending


def hostile_books() -> Iterator[Hostile]:
    """All of them, one after the other: some are large while they are made."""
    yield from _entities()
    yield from _markup()
    yield from _rows()
    yield from _formulas()
    yield from _archives()


def _entities() -> Iterator[Hostile]:
    """Entities that grow tenfold ten times over, where parsers expand them even if told not to."""
    steps = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(10))
    bomb = f'<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">{steps}]>'
    sheet = sheet_xml('<row r="1"><c r="A1" x="&k;"><v>1</v></c></row>')
    yield (
        "entities in an attribute",
        zipped({**parts(sheet), SHEET: bomb + sheet}).getvalue(),
        "workbook-unsafe",
    )
    book = parts(sheet_xml(""))["xl/workbook.xml"]
    for encoding, ending in (
        ("UTF-16", "workbook-unsafe"),
        ("UTF-7", "workbook-corrupt"),
        ("IBM037", "workbook-corrupt"),
    ):
        text = f'<?xml version="1.0" encoding="{encoding}"?>{bomb}{book.replace("S1", "&k;")}'
        content = {**parts(sheet_xml("")), "xl/workbook.xml": text.encode(encoding.replace("IBM", "cp"))}
        yield f"entities in {encoding}", zipped(content).getvalue(), ending  # type: ignore[arg-type]
    rels = '<!DOCTYPE x SYSTEM "file:///etc/passwd">' + parts("")["_rels/.rels"]
    yield (
        "an outside file",
        zipped({**parts(sheet_xml("")), "_rels/.rels": rels}).getvalue(),
        "workbook-unsafe",
    )


def _markup() -> Iterator[Hostile]:
    attributes = " ".join(f'a{n}="1"' for n in range(MANY // 5))
    yield _book("attributes of a cell", f'<row r="1"><c r="A1" {attributes}><v>1</v></c></row>', "ok")
    yield _book("attributes of the root", "", "workbook-corrupt", attributes=f" {attributes}")
    yield _book("deep nesting", "", "workbook-corrupt", after="<a>" * NESTED + "</a>" * NESTED)
    yield _book(
        "deep rich text",
        f'<row r="1"><c r="A1"><is>{"<r>" * NESTED}{"</r>" * NESTED}</is></c></row>',
        "workbook-corrupt",
    )
    deep = styles_xml(0).replace("</fonts>", f"<font>{'<b>' * NESTED}{'</b>' * NESTED}</font></fonts>")
    yield "deep styles", zipped(parts(sheet_xml(""), styles=deep)).getvalue(), "workbook-corrupt"
    yield _book("elements of no use", "", "workbook-too-large", after="<a/>" * 12 * MANY)
    yield _book("a comment", "", "workbook-too-large", before=f"<!--{'x' * 20 * MANY}-->")
    yield _book("opening brackets", "<" * MANY, "workbook-corrupt")
    yield _book("a row without end", f'<row r="1"><c r="A1"><v>{"x" * 9 * MANY}', "workbook-corrupt")
    codes = styles_xml("&quot;" * 200_000, "[" * 300_000)
    yield "number formats", zipped(parts(sheet_xml(""), styles=codes)).getvalue(), "ok"
    strings = f'<sst xmlns="{MAIN}"><si>{"<r/>" * 9 * MANY}</si></sst>'
    yield "runs of one string", zipped(parts(sheet_xml(""), strings=strings)).getvalue(), "workbook-too-large"


def _rows() -> Iterator[Hostile]:
    ghosts = "".join(f'<row r="{row}" ht="15"/>' for row in range(2, 1_048_577))
    yield _book("ghost rows", f'<row r="1"><c r="A1"><v>1</v></c></row>{ghosts}', "ok")
    wide = "".join(f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>' for row in range(1, 2_001))
    yield _book("far columns", wide, "workbook-too-large")
    yield _book("rows without numbers", "<row/>" * 1_100_000, "workbook-too-large")
    yield _book("one row twice", '<row r="1"/>' * 1_100_000, "workbook-too-large")
    yield _book(
        "an absurd dimension",
        '<row r="1"><c r="A1"><v>1</v></c></row>',
        "ok",
        before='<dimension ref="A1:XFD1048576"/>',
    )
    yield _book(
        "a row off the sheet", '<row r="1048577"><c r="A1048577"><v>1</v></c></row>', "workbook-corrupt"
    )
    yield _book("a column off the sheet", '<row r="1"><c r="XFE1"><v>1</v></c></row>', "workbook-corrupt")
    yield _book(
        "a string that is not there",
        f'<row r="1"><c r="A1" t="s"><v>{"9" * 20}</v></c></row>',
        "workbook-corrupt",
    )
    yield _book(
        "an index without end",
        f'<row r="1"><c r="A1" t="s"><v>{"9" * NESTED}</v></c></row>',
        "workbook-corrupt",
    )
    yield _book(
        "a number without end", f'<row r="1"><c r="A1"><v>{"9" * MANY}</v></c></row>', "workbook-corrupt"
    )
    yield _book(
        "no characters",
        '<row r="1"><c r="A1" t="str"><v>&#xD800;&#0;&#9999999;</v></c></row>',
        "workbook-corrupt",
    )
    ranges = " ".join(f"A{row}" for row in range(1, 1_048_577))
    rule = f'<dataValidations><dataValidation type="list" sqref="{ranges}"/></dataValidations>'
    yield _book("a rule on single cells", "", "workbook-too-large", after=rule)


def _formulas() -> Iterator[Hostile]:
    def shared(text: str, members: int) -> str:
        master = f'<row r="1"><c r="A1"><f t="shared" ref="A1:A{members}" si="0">{text}</f><v>1</v></c></row>'
        return master + "".join(
            f'<row r="{row}"><c r="A{row}"><f t="shared" si="0"/><v>1</v></c></row>'
            for row in range(2, members + 1)
        )

    yield _book("a long shared formula", shared("+".join(["A1"] * MANY), 2), "workbook-too-large")
    yield _book("brackets in a formula", shared("(" * 30_000, 2), "ok")
    yield _book("a quote in a formula", shared("'" * 30_001, 2), "ok")
    yield _book("a formula shared by many", shared(f'"{"x" * 8_000}"&amp;A2', 5_000), "workbook-too-large")
    yield _book("the same but for its row", shared(f'"{"x" * 8_000}"&amp;A1', 5_000), "ok")
    upwards = shared(f'"{"x" * 8_000}"&amp;A1', 5_000).split("<row ")[1:]
    yield _book(
        "the same from below",
        "".join(f"<row {row}" for row in (upwards[0], *upwards[:0:-1])),
        "workbook-too-large",
    )


def _archives() -> Iterator[Hostile]:
    content = parts(sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>'))
    for name in ("../../x", "/xl/x", "C:\\x", "xl\\..\\..\\x", "xl/\x1b[2J"):
        yield f"a part called {name!r}", zipped({**content, name: "x"}).getvalue(), "workbook-part-name"
    for name in ("XL/Workbook.xml", "xl\\workbook.xml"):
        yield f"a part called {name!r}", zipped({**content, name: "x"}).getvalue(), "workbook-part-twice"
    yield (
        "many entries",
        zipped({**content, **{f"xl/{n}": "" for n in range(21_000)}}).getvalue(),
        "workbook-too-large",
    )
    untyped = {**content, "[Content_Types].xml": content["[Content_Types].xml"].replace("workbook", "book")}
    untyped["[Content_Types].xml"] = untyped["[Content_Types].xml"].replace(
        'Extension="xml"', 'Extension="png"'
    )
    yield "no content type", zipped(untyped).getvalue(), "workbook-untyped"
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, text in content.items():
            archive.writestr(name, text, compress_type=12)
    yield "another compression", out.getvalue(), "workbook-corrupt"
    compressor = isal_zlib.compressobj(1, isal_zlib.DEFLATED, -15)
    bomb = b"".join(compressor.compress(bytes(1 << 20)) for _ in range(1 << 10)) + compressor.flush()
    for part in (SHEET, "xl/workbook.xml"):
        yield f"a lie about the size of {part}", _lying(content, part, bomb), "workbook-corrupt"


def _lying(content: dict[str, str], part: str, bomb: bytes) -> bytes:
    """An archive in which one part unpacks to a gigabyte, and says that it is small."""
    out, directory = bytearray(), bytearray()
    for name, text in content.items():
        data = text.encode()
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = bomb if name == part else deflate.compress(data) + deflate.flush()
        facts = struct.pack(
            "<5H3L2H", 20, 0, 8, 0, 33, zlib.crc32(data), len(packed), len(data), len(name), 0
        )
        directory += b"PK\1\2\x14\0" + facts + struct.pack("<3H2L", 0, 0, 0, 0, len(out)) + name.encode()
        out += b"PK\3\4" + facts + name.encode() + packed
    count, start = len(content), len(out)
    return bytes(
        out + directory + b"PK\5\6" + struct.pack("<4H2LH", 0, 0, count, count, len(directory), start, 0)
    )
