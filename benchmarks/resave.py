"""A workbook as another program would save it again: shared strings, other attributes, no cached layout.

Every sheet's rows are spelled anew, as Excel does it: texts in the shared string table,
``spans`` on rows, cells without content left out.  All else stays.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Final

INLINE: Final = re.compile(r' t="inlineStr"><is><t(?: xml:space="preserve")?>([^<]*)</t></is></c>')
ROW: Final = re.compile(r'<row r="(\d+)"')


def resave(source: Path, target: Path, *, edits: int) -> None:
    """Write the workbook again, with so many names changed.

    Args:
        source: a workbook with inline strings, as custbook writes it.
        target: where to.
        edits: how many customers get another name.
    """
    strings: dict[str, int] = {}
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename.startswith("xl/worksheets/sheet"):
                text = data.decode()
                if edits and text.count("有限公司</t>") > edits:
                    text = text.replace("有限公司</t>", "股份公司</t>", edits)
                data = _respelled(text, strings).encode()
            elif item.filename == "[Content_Types].xml":
                data = data.replace(b"</Types>", _CONTENT_TYPE + b"</Types>")
            elif item.filename == "xl/_rels/workbook.xml.rels":
                data = data.replace(b"</Relationships>", _RELATION + b"</Relationships>")
            new.writestr(item.filename, data)
        new.writestr("xl/sharedStrings.xml", _table(strings))


_CONTENT_TYPE: Final = (
    b'<Override PartName="/xl/sharedStrings.xml"'
    b' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
_RELATION: Final = (
    b'<Relationship Id="rIdStrings" Target="sharedStrings.xml"'
    b' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/>'
)


def _respelled(text: str, strings: dict[str, int]) -> str:
    def shared(found: re.Match[str]) -> str:
        return f' t="s"><v>{strings.setdefault(found[1], len(strings))}</v></c>'

    return ROW.sub(r'<row r="\1" spans="1:22" x14ac:dyDescent="0.25"', INLINE.sub(shared, text)).replace(
        "<worksheet ",
        '<worksheet xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" ',
        1,
    )


def _table(strings: dict[str, int]) -> bytes:
    items = "".join(f'<si><t xml:space="preserve">{text}</t></si>' for text in strings)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    head = f'<sst xmlns="{main}" count="{len(strings)}" uniqueCount="{len(strings)}">'
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{head}{items}</sst>'.encode()
