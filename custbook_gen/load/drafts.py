"""The tree of a schema as raw data for a book, with every short form written out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel

from custbook_gen.load.extension import settings_block
from custbook_gen.load.findings import SHEET_OPTIONS
from custbook_gen.load.nodes import Finding, Location, Node, Spot
from custbook_gen.schema import Book, Category, Field, Purpose, Settings, Sheet
from custbook_gen.schema.faults import remedy
from custbook_gen.texts import Saying

Raw = dict[str, object]

LABELS = ("label", "help")
CHOICE_OPTIONS = ("zh", "en", "aliases", "parent", "active", "figure", "color")


def names_of(model: type[Book | Sheet | Category | Field | Purpose]) -> tuple[str, ...]:
    """The options that a file may give for a part of a book."""
    own = [name for name in model.model_fields if name != "key"]
    if model is Sheet:
        return tuple(SHEET_OPTIONS.get(name, name) for name in own)
    if model is Category:
        return (*own, "choices_from")
    return ("key", *own) if model is Book else tuple(own)


@dataclass(slots=True)
class Draft:
    """Raw data of a book in the making: where its parts stand and what is wrong with them."""

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
            block, place = settings_block(model, name), (*where, name)
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
        """The raw data of a category; its choices may come from a list."""
        self.spots[where] = self.spots[(*where, "key")] = node.spot
        raw: Raw = {"key": key}
        for name, item in self.options(node, key, names_of(Category)).items():
            place = (*where, "choices")
            if name == "choices":
                self.spots[place] = item.spot
                raw[name] = self.choices(item, place)
            elif name == "choices_from":
                self.spots[place] = item.spot
                raw["choices"] = self.choices(item, place)
                raw.setdefault("editable", False)
            else:
                raw[name] = self.value(item, (*where, name))
        return raw

    def choices(self, node: Node, where: Location) -> list[Raw]:
        """The raw data of choices: a block named by their codes, or a list of texts and blocks."""
        pairs: Iterable[tuple[str | None, Node]]
        if isinstance(node.value, Mapping):
            pairs = node.value.items()
        elif isinstance(node.value, tuple):
            pairs = ((None, item) for item in node.value)
        else:
            self.blame(node.spot, "not-list", name="choices")
            return []
        return [self.choice(code, item, (*where, at)) for at, (code, item) in enumerate(pairs)]

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

    def value(self, node: Node, where: Location) -> object:
        """The plain value of an option, its places noted; labels may be written short."""
        if where[-1] in LABELS and not (where[-1] == "help" and node.value is None):
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
