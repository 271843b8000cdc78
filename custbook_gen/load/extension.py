"""One schema written over another: what a file adds and changes, merged node by node.

The merged tree is read like that of any schema; as its nodes still know where they
stand, whatever is wrong in it is told with the file, line and column that somebody wrote.

What a block may hold that a schema of its own may not: ``false`` and ``true`` in place of
a sheet, field or value switch it off and on; ``after`` and ``before`` put a sheet or field
beside another; a category may be just its new values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from dataclasses import replace as changed

from pydantic import BaseModel

from custbook_gen.load.nodes import Finding, Node, Spot
from custbook_gen.schema import Settings
from custbook_gen.schema.faults import remedy
from custbook_gen.schema.placing import Side, placed
from custbook_gen.schema.selection import RANKS
from custbook_gen.texts import Saying

Block = Mapping[str, Node]
PLACES: tuple[Side, Side] = ("after", "before")
CATEGORY_OPTIONS = frozenset({"label", "parent", "choices", "choices_from", "editable"})
"""A category's block that has none of these is a block of values."""
KINDS: Mapping[str, tuple[str, str]] = {
    "sheets": ("sheet-unknown", "fields"),
    "fields": ("field-unknown", "type"),
    "categories": ("category-unknown", "label"),
    "purposes": ("purpose-unknown", "label"),
}
"""How a part is missed that is to be changed, and which option makes it a new one."""


def settings_block(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    """The model of a setting that is a block of settings itself."""
    info = model.model_fields.get(name)
    kind = info.annotation if info else None
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


@dataclass(slots=True)
class Extension:
    """Writes one tree over another, and notes what does not go."""

    findings: list[Finding] = field(default_factory=list)
    added: dict[tuple[str, str], Spot] = field(default_factory=dict)
    """New fields of sheets that were there before, by the keys of their sheet and their own."""

    def book(self, below: Node, above: Node) -> Node:
        """A whole schema with another's blocks over its own."""
        lower, upper = _block(below), _block(above)
        if lower is None or upper is None:
            return above
        parts: Mapping[str, Callable[[Node, Node], Node]] = {
            "sheets": lambda old, new: self.parts("sheets", old, new, self.sheet),
            "categories": lambda old, new: self.parts("categories", old, new, self.category),
            "purposes": lambda old, new: self.parts("purposes", old, new, self.whole),
            "settings": lambda old, new: self.settings(Settings, old, new),
        }
        merged = {**lower, **upper}
        for name in parts.keys() & upper.keys():
            old = lower.get(name, Node({}, below.spot))
            merged[name] = parts[name](old, upper[name])
        return Node(merged, above.spot)

    def settings(self, model: type[BaseModel], below: Node, above: Node) -> Node:
        """Settings with others over them, one by one; a list or table is replaced as a whole."""
        lower, upper = _block(below), _block(above)
        if lower is None or upper is None:
            return above
        merged = {**lower, **upper}
        for name in lower.keys() & upper.keys():
            block = settings_block(model, name)
            if block is not None:
                merged[name] = self.settings(block, lower[name], upper[name])
        return Node(merged, above.spot)

    def parts(
        self, kind: str, below: Node, above: Node, merge: Callable[[str, Node, Node], Node], owner: str = ""
    ) -> Node:
        """The parts of a block, named by their keys: changed ones in their places, new ones at the end."""
        lower, upper = _block(below), _block(above)
        if lower is None or upper is None:
            return above
        merged, places = dict(lower), dict[str, tuple[Side, Node]]()
        for key, node in upper.items():
            if not self.known(kind, key, node, lower, owner):
                continue
            rest, place = self.without_place(node) if kind in ("sheets", "fields") else (node, None)
            if lower and key not in lower and kind == "fields":
                self.added[owner, key] = node.spot
            merged[key] = merge(key, lower.get(key, Node({}, node.spot)), rest)
            if place is not None:
                places[key] = place
        return Node(self.placed(kind, merged, places, owner), above.spot)

    def known(self, kind: str, key: str, node: Node, lower: Block, owner: str) -> bool:
        """Whether a part is there to be changed, or says enough to be a new one; if not, it is noted."""
        code, needed = KINDS[kind]
        said = node.value
        switch_or_short = isinstance(said, bool | tuple) or (isinstance(said, Mapping) and needed not in said)
        if key in lower or not switch_or_short:
            return True
        self.blame(node.spot, code, name=key, remedy=remedy(key, lower), sheet=owner)
        return False

    def without_place(self, node: Node) -> tuple[Node, tuple[Side, Node] | None]:
        """A part without what says where it goes, and that."""
        options = _block(node) or {}
        places = [(name, options[name]) for name in PLACES if name in options]
        if len(places) == 2:
            self.blame(places[1][1].spot, "place-both")
        if not places:
            return node, None
        rest = {name: item for name, item in options.items() if name not in PLACES}
        return Node(rest, node.spot), places[0]

    def placed(
        self, kind: str, parts: Block, places: Mapping[str, tuple[Side, Node]], owner: str
    ) -> dict[str, Node]:
        """The parts in their order; a place beside something that is not there is noted."""
        told = dict[str, tuple[Side, str]]()
        for key, (side, node) in places.items():
            told[key] = (side, str(node.value))
            others = [name for name in parts if name != key]
            if node.value not in others:
                facts = {"name": node.value, "remedy": remedy(str(node.value), others), "sheet": owner}
                self.blame(node.spot, KINDS[kind][0], **facts)
        return {key: parts[key] for key in placed(parts, told)}

    def sheet(self, key: str, below: Node, above: Node) -> Node:
        """A sheet with another's options, fields and constraints; or switched on or off."""
        lower, upper = _block(below), _block(above)
        if isinstance(above.value, bool) and lower is not None:
            return _with(lower, above, self.switched_sheet(lower, above))
        if lower is None or upper is None:
            return above
        merged = {**lower, **upper}
        if "fields" in upper:
            old = lower.get("fields", Node({}, below.spot))
            merged["fields"] = self.parts("fields", old, upper["fields"], self.field, key)
            self.refuse_loss(key, merged, upper["fields"])
        merged.update(_lists_joined(lower, upper, "constraints"))
        return Node(merged, above.spot)

    def switched_sheet(self, sheet: Block, switch: Node) -> Block:
        """What changes in a sheet that is switched: switched on, it has the fields of its own preset."""
        if not switch.value:
            return {"preset": Node("opt-in", switch.spot)}
        changes = {"preset": Node("basic", switch.spot)}
        fields = _block(sheet.get("fields", switch))
        if fields is not None:
            most = min(_rank(sheet), RANKS["full"])
            shown = {
                key: _with(options, node, {"preset": Node("basic", switch.spot)}, node.spot)
                if (options := _block(node)) is not None and _rank(options) <= most
                else node
                for key, node in fields.items()
            }
            changes["fields"] = changed(sheet["fields"], value=shown)
        return changes

    def refuse_loss(self, sheet: str, merged: Block, upper: Node) -> None:
        """Notes a key or name field that is switched off."""
        needed = {str(merged[role].value): role for role in ("key", "name") if role in merged}
        for key, node in (_block(upper) or {}).items():
            if node.value is False and key in needed:
                self.blame(node.spot, "switch-needed", name=key, sheet=sheet, role=needed[key])

    def field(self, key: str, below: Node, above: Node) -> Node:
        """A field with another's options; or switched on or off."""
        lower = _block(below)
        if isinstance(above.value, bool) and lower is not None:
            return _with(lower, above, {"preset": Node("basic" if above.value else "opt-in", above.spot)})
        return self.whole(key, below, above)

    def whole(self, _: str, below: Node, above: Node) -> Node:
        """A part with another's options, each taken as a whole."""
        lower, upper = _block(below), _block(above)
        return above if lower is None or upper is None else Node({**lower, **upper}, above.spot)

    def category(self, _: str, below: Node, above: Node) -> Node:
        """A category with another's options and values; just values stand for themselves."""
        lower, upper = _block(below), _block(above)
        if lower is None or not isinstance(above.value, Mapping | tuple):
            return above
        if upper is None or (lower and not CATEGORY_OPTIONS & upper.keys()):
            upper = {"choices": above}
        for node in (_block(upper.get("choices", below)) or {}).values():
            if "code" in (inside := _block(node) or {}):
                self.blame(inside["code"].spot, "code-twice")
        merged = {name: item for name, item in lower.items() if name not in ("choices", "choices_from")}
        merged |= upper
        if "choices_from" in upper:
            return Node(merged, above.spot)
        listed = lower.get("choices_from")
        if listed is not None:
            merged.setdefault("editable", Node(False, listed.spot))
        known = lower.get("choices", listed)
        if known is not None:
            given = upper.get("choices")
            merged["choices"] = known if given is None else _choices(known, given)
        return Node(merged, above.spot)

    def blame(self, spot: Spot, code: str, **facts: object) -> None:
        """Notes that something is wrong at a place."""
        self.findings.append(Finding(spot, Saying(f"schema.{code}", facts)))


def _choices(below: Node, above: Node) -> Node:
    """Values with others: a list adds to them, a block adds or changes by code, all become one list."""
    known = below.value if isinstance(below.value, tuple) else _listed(below)
    if known is None:
        return above
    if isinstance(above.value, tuple):
        return Node((*known, *above.value), above.spot)
    upper = _block(above)
    if upper is None:
        return above
    places = {_code(node): at for at, node in enumerate(known)}
    merged = list(known)
    for code, node in upper.items():
        if code in places:
            merged[places[code]] = _choice(code, merged[places[code]], node)
        else:
            merged.append(_coded(code, node))
    return Node(tuple(merged), above.spot)


def _listed(choices: Node) -> tuple[Node, ...] | None:
    """The values of a block as a list."""
    block = _block(choices)
    return None if block is None else tuple(_coded(code, node) for code, node in block.items())


def _code(choice: Node) -> str:
    """The code of a value in a list."""
    block = _block(choice)
    return str(choice.value if block is None else block.get("code", choice).value)


def _coded(code: str, choice: Node) -> Node:
    """A value of a block as one of a list, with its code inside."""
    words = _spelt(choice)
    return choice if words is None else Node({**words, "code": Node(code, choice.spot)}, choice.spot)


def _choice(code: str, below: Node, above: Node) -> Node:
    """A value with another's label and options; ``false`` and ``true`` say whether it is on offer."""
    if isinstance(above.value, bool):
        words: Block | None = {"active": above}
    else:
        words = _spelt(above)
    known = _spelt(below)
    if words is None or known is None:
        return above
    return Node({**known, **words, "code": Node(code, above.spot)}, above.spot)


def _spelt(choice: Node) -> Block | None:
    """A value's label and options as a block, however short it was written."""
    value = choice.value
    if isinstance(value, tuple) and len(value) == 2:
        return dict(zip(("zh", "en"), value, strict=True))
    return {"zh": choice, "en": choice} if isinstance(value, str) else _block(choice)


def _block(node: Node) -> Block | None:
    return node.value if isinstance(node.value, Mapping) else None


def _with(block: Block, above: Node, changes: Block, spot: Spot | None = None) -> Node:
    """A block with some options replaced."""
    return Node({**block, **changes}, spot or above.spot)


def _rank(options: Block) -> int:
    """Where the preset of a sheet or field stands among the others; a wrong one is told later."""
    preset = options.get("preset")
    return next((rank for name, rank in RANKS.items() if preset and name == preset.value), 0)


def _lists_joined(lower: Block, upper: Block, name: str) -> Iterable[tuple[str, Node]]:
    """A list of both blocks as one, if both have it."""
    if name in lower and name in upper:
        old, new = lower[name].value, upper[name].value
        if isinstance(old, tuple) and isinstance(new, tuple):
            yield name, Node((*old, *new), upper[name].spot)
