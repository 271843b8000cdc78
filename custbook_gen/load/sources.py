"""The files that a schema consists of, read into one tree: itself, what it extends, its lists of choices."""

from __future__ import annotations

import contextlib
import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from dataclasses import replace as changed
from pathlib import Path

from custbook_gen.errors import SchemaError
from custbook_gen.load.extension import Extension
from custbook_gen.load.files import digest, read_text
from custbook_gen.load.nodes import Finding, Node, Spot
from custbook_gen.places import data_path
from custbook_gen.schema.faults import remedy
from custbook_gen.texts import Saying

LIST_COLUMNS = ("code", "name", "zh", "en", "parent", "aliases")


def schema_path(source: str | Path) -> Path:
    """The file of a schema: a plain word is the name of a bundled one, anything else a path.

    Raises:
        SchemaError: no bundled schema has this name.
    """
    if isinstance(source, Path) or not is_name(source):
        return Path(source)
    found = data_path("schemas", f"{source}.yaml")
    if not found.is_file():
        names = sorted(item.stem for item in found.parent.glob("*.yaml"))
        raise SchemaError("schema-unknown", name=source, remedy=remedy(str(source), names))
    return found


def is_name(source: str) -> bool:
    """Whether a schema is given by the name of a bundled one, not by a path."""
    path = Path(source)
    return not path.suffix and len(path.parts) == 1


@dataclass(slots=True)
class Sources:
    """Reads schema files, and knows which files that took and what is wrong in them."""

    extension: Extension = field(default_factory=Extension)
    files: dict[Path, str] = field(default_factory=dict)
    """Digests of the files that were read, taken before: one that changes meanwhile differs from its own."""

    @property
    def findings(self) -> list[Finding]:
        """What is wrong so far."""
        return self.extension.findings

    def schema(self, path: Path, above: tuple[Path, ...] = ()) -> Node:
        """The tree of a schema file over that of the schema which it extends.

        Args:
            path: the file.
            above: the files that extend it, which it cannot extend in turn.

        Raises:
            SchemaError: a file is missing or unreadable, or not correct YAML.
        """
        from custbook_gen.load.yaml_reader import read_yaml

        self.note(path)
        root = self.with_lists(read_yaml(path), path.parent)
        if not isinstance(root.value, Mapping) or "extends" not in root.value:
            return root
        items = dict(root.value)
        said, rest = items.pop("extends"), changed(root, value=items)
        base = self.base(said, path.parent)
        if base is None:
            return rest
        seen = (*above, path.resolve())
        if base.resolve() in seen:
            self.blame(said.spot, "extends-cycle", name=said.value)
            return rest
        return self.extension.book(self.schema(base, seen), rest)

    def base(self, said: Node, folder: Path) -> Path | None:
        """The file that a schema extends; if there is none, that is noted."""
        name = said.value
        if not isinstance(name, str):
            self.blame(said.spot, "not-text", name="extends")
            return None
        try:
            path = schema_path(name) if is_name(name) else folder / name
        except SchemaError as error:
            self.blame(said.spot, "extends-unknown", **error.facts)
            return None
        if path.is_file():
            return path
        self.blame(said.spot, "extends-missing", name=name)
        return None

    def with_lists(self, root: Node, folder: Path) -> Node:
        """A tree whose categories have the choices of the CSV files that they name."""
        items = root.value
        found = items.get("categories") if isinstance(items, Mapping) else None
        if found is None or not isinstance(items, Mapping) or not isinstance(found.value, Mapping):
            return root
        categories = {key: self.with_list(node, folder) for key, node in found.value.items()}
        return changed(root, value={**items, "categories": changed(found, value=categories)})

    def with_list(self, category: Node, folder: Path) -> Node:
        """A category with the choices of the file that it names: one in the folder, or a bundled one."""
        options = category.value
        if not isinstance(options, Mapping) or "choices_from" not in options:
            return category
        named = options["choices_from"]
        if "choices" in options:
            self.blame(named.spot, "choices-both")
        path = folder / str(named.value)
        if not path.is_file():
            path = data_path("schemas", str(named.value))
        if not path.is_file():
            self.blame(named.spot, "choices-file", name=named.value)
            rest = {name: node for name, node in options.items() if name != "choices_from"}
            return changed(category, value=rest)
        self.note(path)
        return changed(category, value={**options, "choices_from": Node(self.listed(path), named.spot)})

    def listed(self, path: Path) -> tuple[Node, ...]:
        """The choices of a CSV file, each as a block with its code."""
        lines = csv.reader(read_text(path).splitlines())
        head = next(lines, [])
        if not self.head_is_right(head, path):
            return ()
        choices = list[Node]()
        for cells in filter(None, lines):
            spot = Spot(path.name, lines.line_num, 1)
            if len(cells) == len(head):
                choices.append(_row(dict(zip(head, cells, strict=True)), spot))
            else:
                self.blame(spot, "csv-row", found=len(cells), expected=len(head))
        return tuple(choices)

    def head_is_right(self, head: list[str], path: Path) -> bool:
        """Whether the first line of a list of choices names columns that are known, ``code`` among them."""
        spot, before = Spot(path.name, 1, 1), len(self.findings)
        for name in head:
            if name not in LIST_COLUMNS:
                self.blame(spot, "option-unknown", name=name, remedy=remedy(name, LIST_COLUMNS))
        if "code" not in head:
            self.blame(spot, "option-missing", name="code")
        return len(self.findings) == before

    def note(self, path: Path) -> None:
        """Remembers a file that is about to be read; one that cannot be, reading itself complains of."""
        with contextlib.suppress(OSError):
            self.files[path] = digest(path.read_bytes())

    def blame(self, spot: Spot, code: str, **facts: object) -> None:
        """Notes that something is wrong at a place."""
        self.findings.append(Finding(spot, Saying(f"schema.{code}", facts)))


def _row(cells: Mapping[str, str], spot: Spot) -> Node:
    """A row of a list of choices as a value with its code; empty cells say nothing."""
    said = {name: cell for name, cell in cells.items() if cell}
    code = said.get("code")
    zh = said.get("zh") or said.get("name") or code
    words = {"code": code, "zh": zh, "en": said.get("en", zh), "parent": said.get("parent")}
    items = {name: Node(word, spot) for name, word in words.items()}
    if "aliases" in said:
        items["aliases"] = Node(tuple(Node(name, spot) for name in said["aliases"].split("|")), spot)
    return Node(items, spot)
