"""A schema file, with its lists of choices, read into a book."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ValidationError

from custbook_gen.errors import SchemaError
from custbook_gen.load.files import data_path, read_text
from custbook_gen.load.findings import SHEET_OPTIONS, findings_of
from custbook_gen.load.nodes import Finding, Location, Node, Spot, read_yaml, refusal
from custbook_gen.schema import Book, Category, Field, Purpose, Settings, Sheet
from custbook_gen.schema.faults import remedy
from custbook_gen.texts import Saying

PROJECT_FILE = "custbook.yaml"
"""The file that makes a folder a book project; its ``categories`` add choices to the schema's."""

Raw = dict[str, object]

LABELS = ("label", "help")
CHOICE_OPTIONS = ("zh", "en", "aliases", "parent", "active", "figure", "color")
LIST_COLUMNS = ("code", "name", "zh", "en", "parent", "aliases")


def load_book(source: str | Path, overlay: Mapping[str, object] | None = None) -> Book:
    """The book that a schema says.

    Args:
        source: name of a bundled schema, such as ``customer_book``, or path of a YAML file.
        overlay: choices to add, by category: texts (label and code in one), or mappings with
            ``code``, ``zh``, ``en`` and, where needed, ``aliases`` and ``parent``.

    Raises:
        SchemaError: the file is missing or wrong; the sentence names file, line and column.
    """
    return read_book(source, _node(overlay or {}, Spot(PROJECT_FILE)), {})


def read_book(source: str | Path, overlay: Node, settings: Mapping[str, object]) -> Book:
    """The book that a schema says, with choices added and settings replaced by a project's."""
    path = schema_path(source)
    root, draft = read_yaml(path), Draft(path)
    raw = draft.book(root)
    draft.add_choices(raw, overlay)
    if draft.findings:
        raise refusal(draft.findings)
    own = raw.get("settings", {})
    raw["settings"] = _merged(Settings, own, settings) if isinstance(own, dict) else own
    try:
        return Book.model_validate(raw)
    except ValidationError as error:
        raise refusal(findings_of(error, draft.spots, path.name)) from error


def schema_path(source: str | Path) -> Path:
    """The file of a schema: a plain word is the name of a bundled one, anything else a path."""
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


def _node(value: object, spot: Spot) -> Node:
    """Data from Python as a node without lines."""
    if isinstance(value, Mapping):
        return Node({str(key): _node(item, spot) for key, item in value.items()}, spot)
    if isinstance(value, list | tuple):
        return Node(tuple(_node(item, spot) for item in value), spot)
    if value is None or isinstance(value, str | int):
        return Node(value, spot)
    return Node(str(value), spot)


def _block(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    """The model of a setting that is a block of settings itself."""
    kind = model.model_fields[name].annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _merged(model: type[BaseModel], below: Mapping[str, object], above: Mapping[str, object]) -> Raw:
    """Settings of a schema with a project's over them, setting by setting."""
    merged: Raw = {**below, **above}
    for name in below.keys() & above.keys():
        block, lower, upper = _block(model, name), below[name], above[name]
        if block is not None and isinstance(lower, Mapping) and isinstance(upper, Mapping):
            merged[name] = _merged(block, lower, upper)
    return merged


def names_of(model: type[Book | Sheet | Category | Field | Purpose]) -> tuple[str, ...]:
    """The options that a file may give for a part of a book."""
    own = [name for name in model.model_fields if name != "key"]
    if model is Sheet:
        return tuple(SHEET_OPTIONS.get(name, name) for name in own)
    if model is Category:
        return (*own, "choices_from")
    return ("key", *own) if model is Book else tuple(own)


@dataclass
class Draft:
    """Raw data of a book in the making: where its parts stand and what is wrong with them."""

    path: Path
    spots: dict[Location, Spot] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def book(self, root: Node) -> Raw:
        """The raw data of the whole book."""
        self.spots[()] = root.spot
        raw: Raw = {}
        for name, node in self.options(root, "…", names_of(Book)).items():
            if name == "sheets":
                raw[name] = self.parts(node, name, self.sheet)
            elif name == "categories":
                raw[name] = self.parts(node, name, self.category)
            elif name == "purposes":
                raw[name] = self.parts(node, name, self.purpose)
            elif name == "settings":
                raw[name] = self.settings(node, Settings, (name,))
            else:
                raw[name] = self.value(node, (name,))
        return raw

    def settings(self, node: Node, model: type[BaseModel], where: Location) -> Raw:
        """The raw data of the settings or of a block of them, which ``model`` says."""
        self.spots[where] = node.spot
        raw: Raw = {}
        for name, item in self.options(node, str(where[-1]), model.model_fields).items():
            block, place = _block(model, name), (*where, name)
            raw[name] = self.value(item, place) if block is None else self.settings(item, block, place)
        return raw

    def parts(self, node: Node, name: str, part: Callable[[str, Node, Location], Raw]) -> list[Raw]:
        """The parts of a block in which each is named by its key."""
        self.spots[(name,)] = node.spot
        items = self.options(node, name, None).items()
        return [part(key, item, (name, at)) for at, (key, item) in enumerate(items)]

    def sheet(self, key: str, node: Node, where: Location) -> Raw:
        """The raw data of a sheet."""
        self.spots[where] = self.spots[(*where, "key")] = node.spot
        longer = {short: name for name, short in SHEET_OPTIONS.items()}
        raw: Raw = {"key": key}
        for name, item in self.options(node, key, names_of(Sheet)).items():
            target = longer.get(name, name)
            place = (*where, target)
            if name == "fields":
                self.spots[place] = item.spot
                fields = self.options(item, name, None).items()
                raw[name] = [self.field(*pair, (*place, at)) for at, pair in enumerate(fields)]
            else:
                raw[target] = self.value(item, place)
        return raw

    def field(self, key: str, node: Node, where: Location) -> Raw:
        """The raw data of a field."""
        self.spots[where] = self.spots[(*where, "key")] = node.spot
        items = self.options(node, key, names_of(Field)).items()
        return {"key": key, **{name: self.value(item, (*where, name)) for name, item in items}}

    def purpose(self, key: str, node: Node, where: Location) -> Raw:
        """The raw data of a purpose of personal data."""
        self.spots[where] = self.spots[(*where, "key")] = node.spot
        items = self.options(node, key, names_of(Purpose)).items()
        return {"key": key, **{name: self.value(item, (*where, name)) for name, item in items}}

    def category(self, key: str, node: Node, where: Location) -> Raw:
        """The raw data of a category, with the choices of its file if it names one."""
        self.spots[where] = self.spots[(*where, "key")] = node.spot
        raw: Raw = {"key": key}
        items = self.options(node, key, names_of(Category))
        if "choices" in items and "choices_from" in items:
            self.blame(items["choices_from"].spot, "choices-both")
            del items["choices_from"]
        for name, item in items.items():
            place = (*where, "choices")
            if name == "choices":
                self.spots[place] = item.spot
                raw[name] = self.choices(item, place, 0)
            elif name == "choices_from":
                self.spots[place] = item.spot
                raw["choices"] = self.listed_choices(item, place)
                raw.setdefault("editable", False)
            else:
                raw[name] = self.value(item, (*where, name))
        return raw

    def choices(self, node: Node, where: Location, start: int) -> list[Raw]:
        """The raw data of choices: a block named by their codes, or a list of texts and blocks."""
        pairs: Iterable[tuple[str | None, Node]]
        if isinstance(node.value, Mapping):
            pairs = node.value.items()
        elif isinstance(node.value, tuple):
            pairs = ((None, item) for item in node.value)
        else:
            self.blame(node.spot, "not-list", name="choices")
            return []
        return [self.choice(code, item, (*where, at)) for at, (code, item) in enumerate(pairs, start)]

    def choice(self, code: str | None, node: Node, where: Location) -> Raw:
        """The raw data of a choice; without a code before it, its text or its ``code`` is the code."""
        self.spots[where] = self.spots[(*where, "code")] = node.spot
        if not isinstance(node.value, Mapping):
            label = self.label(node, code or "choices", (*where, "label"))
            return {"code": code if code is not None else label.get("zh"), "label": label}
        allowed = CHOICE_OPTIONS if code is not None else ("code", *CHOICE_OPTIONS)
        items = self.options(node, code or "choices", allowed)
        raw: Raw = {} if code is None else {"code": code}
        words: dict[str, Node] = {name: items.pop(name) for name in ("zh", "en") if name in items}
        raw["label"] = self.label(Node(words, node.spot), code or "choices", (*where, "label"))
        raw.update({name: self.value(item, (*where, name)) for name, item in items.items()})
        return raw

    def listed_choices(self, node: Node, where: Location) -> list[Raw]:
        """The choices of a CSV file beside the schema."""
        path = self.path.parent / str(node.value)
        if not path.is_file():
            self.blame(node.spot, "choices-file", name=node.value)
            return []
        lines = csv.reader(read_text(path).splitlines())
        head, choices = next(lines, []), list[Raw]()
        if not self.head_is_right(head, path):
            return []
        for cells in filter(None, lines):
            spot = Spot(path.name, lines.line_num, 1)
            if len(cells) != len(head):
                self.blame(spot, "csv-row", found=len(cells), expected=len(head))
                continue
            place = (*where, len(choices))
            self.spots[place] = self.spots[(*place, "code")] = spot
            row = {name: cell for name, cell in zip(head, cells, strict=True) if cell}
            zh = row.get("zh") or row.get("name") or row.get("code")
            choice: Raw = {"code": row.get("code"), "label": {"zh": zh, "en": row.get("en", zh)}}
            choice["parent"] = row.get("parent")
            choice["aliases"] = row["aliases"].split("|") if "aliases" in row else []
            choices.append(choice)
        return choices

    def head_is_right(self, head: list[str], path: Path) -> bool:
        """Whether the first line of a list of choices names columns that are known, ``code`` among them."""
        spot, before = Spot(path.name, 1, 1), len(self.findings)
        for name in head:
            if name not in LIST_COLUMNS:
                self.blame(spot, "option-unknown", name=name, remedy=remedy(name, LIST_COLUMNS))
        if "code" not in head:
            self.blame(spot, "option-missing", name="code")
        return len(self.findings) == before

    def add_choices(self, raw: Raw, overlay: Node) -> None:
        """Adds a project's choices to the categories of the raw data."""
        categories = raw.get("categories")
        known = [str(item["key"]) for item in categories] if isinstance(categories, list) else []
        for key, node in self.options(overlay, "categories", None).items():
            if key not in known or not isinstance(categories, list):
                self.blame(node.spot, "category-unknown", name=key, remedy=remedy(key, known))
                continue
            at = known.index(key)
            choices = categories[at].setdefault("choices", [])
            choices.extend(self.choices(node, ("categories", at, "choices"), len(choices)))

    def value(self, node: Node, where: Location) -> object:
        """The plain value of an option, its places noted; labels may be written short."""
        if where[-1] in LABELS:
            return self.label(node, str(where[-1]), where)
        self.spots.update(node.spots(where))
        return node.plain()

    def label(self, node: Node, name: str, where: Location) -> Raw:
        """The raw data of a label: a pair, a block with ``zh`` and ``en``, or one text for both."""
        self.spots.update(node.spots(where))
        value = node.value
        if isinstance(value, str):
            return {"zh": value, "en": value}
        if isinstance(value, tuple) and len(value) == 2:
            return {"zh": value[0].plain(), "en": value[1].plain()}
        if isinstance(value, Mapping):
            items = self.options(node, name, ("zh", "en")).items()
            return {language: item.plain() for language, item in items}
        self.blame(node.spot, "label-form", name=name)
        return {}

    def options(self, node: Node, name: str, allowed: Iterable[str] | None) -> dict[str, Node]:
        """The options in a block; one that is not allowed is noted and left out."""
        if not isinstance(node.value, Mapping):
            self.blame(node.spot, "not-block", name=name)
            return {}
        known = None if allowed is None else tuple(allowed)
        items: dict[str, Node] = {}
        for option, item in node.value.items():
            if known is None or option in known:
                items[option] = item
            else:
                self.blame(item.spot, "option-unknown", name=option, remedy=remedy(option, known))
        return items

    def blame(self, spot: Spot, code: str, **facts: object) -> None:
        """Notes that something is wrong at a place."""
        self.findings.append(Finding(spot, Saying(f"schema.{code}", facts)))
