"""An open package: its parts, how they refer to each other, and what it may not be."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from functools import cached_property
from io import BytesIO
from posixpath import dirname, join, normpath
from types import MappingProxyType
from typing import BinaryIO, Final, Self
from urllib.parse import unquote

from lxml import etree

from custbook_gen.backends.excel.archive import read_entry
from custbook_gen.backends.excel.directory import open_archive, part_key
from custbook_gen.backends.excel.entry_stream import EntryStream
from custbook_gen.backends.excel.faults import explained, shown
from custbook_gen.backends.excel.limits import LIMITS, MAX_TREE, Limits
from custbook_gen.backends.excel.markup import STRICT, parse
from custbook_gen.backends.excel.sniff import refuse_foreign
from custbook_gen.errors import WorkbookError
from custbook_gen.value_objects import value_object

CONTENT_TYPES_PART: Final = "[Content_Types].xml"
_FOREIGN: Final = (
    ("xl/workbook.bin", "Excel .xlsb"),
    ("word/document.xml", "Word .docx"),
    ("ppt/presentation.xml", "PowerPoint .pptx"),
    ("Index/Document.iwa", "Apple Numbers"),
    ("Index.zip", "Apple Numbers"),
    ("content.xml", "OpenDocument .ods"),
)


@value_object
class Relationship:
    """A pointer from one part to another; ``target`` is the other part's name."""

    kind: str
    """The last word of the relationship's type, such as ``worksheet``."""
    target: str
    external: bool


class Package:
    """A workbook's zip archive, opened for reading.

    Args:
        file: the whole file; it stays open as long as the package is used.
        name: base name of the file, for errors.
        limits: how far the content may unfold.

    Raises:
        WorkbookError: the file is no workbook, or an encrypted, strict, broken or
            suspiciously large one.
    """

    def __init__(self, file: BinaryIO, name: str, limits: Limits = LIMITS) -> None:
        refuse_foreign(file, name)
        self.name = name
        self.archive = open_archive(file, name, limits)
        self._names = {part_key(entry): entry for entry in self.archive.namelist()}
        try:
            self.workbook = self._find_workbook()
        except WorkbookError:
            self.archive.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.archive.close()

    def has(self, part: str) -> bool:
        """Whether the package holds a part of this name."""
        return part_key(part) in self._names

    def entry(self, part: str) -> str:
        """The archive's own spelling of a part's name.

        Raises:
            WorkbookError: ``workbook-corrupt``, there is no such part.
        """
        found = self._names.get(part_key(part))
        if found is None:
            raise WorkbookError("workbook-corrupt", file=self.name, part=shown(part))
        return found

    def part(self, part: str) -> bytes:
        """A part's content, its checksum verified."""
        entry = self.entry(part)
        with self.intact(part):
            return read_entry(self.archive, entry)

    def size(self, part: str) -> int:
        """How many bytes a part's content has, as the directory says."""
        return self.archive.getinfo(self.entry(part)).file_size

    def open(self, part: str) -> BytesIO | EntryStream:
        """A part's content as a stream that can be rewound; a large one is unpacked as it is read."""
        entry = self.entry(part)
        with self.intact(part):
            if self.archive.getinfo(entry).file_size <= MAX_TREE:
                return BytesIO(read_entry(self.archive, entry))
            return EntryStream(self.archive, entry)

    def root(self, part: str) -> etree._Element:
        """The root element of an XML part."""
        data = self.part(part)
        with self.intact(part):
            return parse(data)

    def relationships(self, part: str) -> Mapping[str, Relationship]:
        """Relationships of a part by id; none if it has none.  The empty name is the package itself."""
        rels = relationships_part(part)
        if not self.has(rels):
            return MappingProxyType({})
        found: dict[str, Relationship] = {}
        for element in self.root(rels):
            target = element.get("Target", "")
            external = element.get("TargetMode") == "External"
            found[element.get("Id", "")] = Relationship(
                element.get("Type", "").rsplit("/", 1)[-1],
                target if external else resolve(part, target),
                external,
            )
        return MappingProxyType(found)

    def related(self, part: str, kind: str) -> str | None:
        """The first existing part that ``part`` points to by a relationship of this kind."""
        targets = (r.target for r in self.relationships(part).values() if r.kind == kind and not r.external)
        return next((target for target in targets if self.has(target)), None)

    def intact(self, part: str) -> AbstractContextManager[None]:
        """Turn whatever a broken part raises into one error that names the part."""
        return explained(self.name, part)

    @cached_property
    def entries(self) -> tuple[str, ...]:
        """Names of all entries in the archive's order."""
        return tuple(self.archive.namelist())

    def _find_workbook(self) -> str:
        if not self.has(CONTENT_TYPES_PART):
            raise WorkbookError("not-a-workbook", file=self.name, found=self._foreign())
        rels = relationships_part("")
        types = {r.get("Type", ""): r.get("Target", "") for r in (self.root(rels) if self.has(rels) else ())}
        kind = next((t for t in types if t.endswith("/officeDocument")), None)
        if kind is None or self._foreign() != "ZIP":
            raise WorkbookError("not-a-workbook", file=self.name, found=self._foreign())
        if kind.startswith(STRICT):
            raise WorkbookError("workbook-strict", file=self.name)
        workbook = self.entry(resolve("", types[kind]))
        self._refuse_untyped(workbook)
        return workbook

    def _refuse_untyped(self, workbook: str) -> None:
        """Refuse a package that does not say what its workbook is: programs guess differently."""
        types = self.root(CONTENT_TYPES_PART)
        keys = {part_key(element.get("PartName", "")) for element in types}
        extensions = {element.get("Extension", "").lower() for element in types} - {""}
        if part_key(workbook) not in keys and workbook.rpartition(".")[2].lower() not in extensions:
            raise WorkbookError("workbook-untyped", file=self.name, part=shown(workbook))

    def _foreign(self) -> str:
        return next((kind for part, kind in _FOREIGN if self.has(part)), "ZIP")


def relationships_part(part: str) -> str:
    """Name of the part that holds a part's relationships."""
    folder, _, name = part.replace("\\", "/").rpartition("/")
    return join(folder, "_rels", f"{name}.rels")


def resolve(part: str, target: str) -> str:
    """Name of the part that a target means, seen from ``part``: absolute, relative or with ``../``."""
    path = unquote(target.replace("\\", "/").partition("#")[0])
    return normpath(join("/" + dirname(part.replace("\\", "/")), path)).lstrip("/")
