"""The JSON Schema of schema files and project files, for editors that complete and check them.

It is made from the models of :mod:`custbook_gen.schema`, turned into the form in which
files are written: parts by their keys, labels and values in short forms, and what a file
may say that extends another schema.
"""

from __future__ import annotations

import ast
import copy
import inspect
import re
import textwrap
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, Final

from pydantic import BaseModel

from custbook_gen.load.extension import CATEGORY_OPTIONS
from custbook_gen.load.findings import SHEET_OPTIONS
from custbook_gen.load.projects import Project
from custbook_gen.schema import Book, Category, Choice, Field, Purpose, Settings, Sheet
from custbook_gen.schema.frozen import Frozen

Schema = dict[str, Any]

REFERENCE: Final = re.compile(r" \((?:section )?[C\d.,\- ]+\)")
"""A chapter of the domain model, which readers of a schema do not have."""
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
TEXT: Final[Schema] = {"type": "string"}
TEXTS: Final = (
    TEXT,
    {"type": "array", "prefixItems": [TEXT, TEXT], "items": False, "minItems": 2, "maxItems": 2},
)
"""A text for both languages, or one in Chinese and one in English."""
SWITCH: Final[Schema] = {"type": "boolean", "description": "false switches it off, true on."}
BESIDE: Final[Schema] = {
    "after": {"type": "string", "description": "The part of its kind after which this one goes."},
    "before": {"type": "string", "description": "The part of its kind before which this one goes."},
}
NOT_BOTH: Final[Schema] = {"not": {"required": ["after", "before"]}}


def schema_file_schema() -> Schema:
    """What a schema file may say: a schema of its own, or one that extends another."""
    return {
        "$schema": DIALECT,
        "title": "A schema of customer books",
        "if": {"type": "object", "required": ["extends"]},
        "then": _ref("Extension"),
        "else": _ref("Book"),
        "$defs": _definitions(),
    }


def project_file_schema() -> Schema:
    """What ``custbook.yaml`` may say."""
    definitions = _definitions()
    blocks = definitions["Extension"]["properties"]
    found = _options(Project, Project.model_json_schema())
    found["properties"] |= {name: blocks[name] for name in found["properties"].keys() & blocks.keys()}
    used = _reached(found, definitions)
    return {"$schema": DIALECT, "title": "A book project", **found, "$defs": used}


def _definitions() -> Schema:
    """Every part of a schema in the form of a file; ``…Change`` is what may extend one."""
    made = Book.model_json_schema()
    found: Schema = {name: _cleaned(part) for name, part in made["$defs"].items()}
    for model in _models(Settings):
        found[model.__name__] = _options(model, made["$defs"][model.__name__])
    parts = {
        model: _options(model, made["$defs"][model.__name__])
        for model in (Sheet, Category, Choice, Field, Purpose)
    }
    book = _options(Book, made)
    found["Key"] = book["properties"]["key"]
    found["Label"] = {"description": "A text in Chinese and English.", "anyOf": [*TEXTS, found["Label"]]}
    found |= _choice(parts[Choice])
    found |= _category(parts[Category])
    field = _without_key(parts[Field])
    found["Field"] = field
    found["FieldChange"] = _change(field, BESIDE, switch=True)
    purpose = _without_key(parts[Purpose])
    found |= {"Purpose": purpose, "PurposeChange": _change(purpose, {})}
    found |= _sheet(parts[Sheet])
    found["Book"] = _book(book, "")
    extends = {"extends": {**TEXT, "description": "The schema to add to: a bundled one's name, or a file."}}
    found["Extension"] = _change(_book(book, "Change"), extends)
    found["When"]["oneOf"] = [{"required": ["is"]}, {"required": ["filled"]}]
    return found


def _book(book: Schema, suffix: str) -> Schema:
    made = copy.deepcopy(book)
    for name, part in (("sheets", "Sheet"), ("categories", "Category"), ("purposes", "Purpose")):
        about = made["properties"][name].get("description", "")
        made["properties"][name] = {"description": about, **_by_key(part + suffix)}
    return made


def _sheet(raw: Schema) -> Schema:
    sheet = _without_key(raw)
    options = {SHEET_OPTIONS.get(name, name): option for name, option in sheet["properties"].items()}
    required = [SHEET_OPTIONS.get(name, name) for name in sheet["required"]]
    about = options["fields"]["description"]
    options["fields"] = {"description": about, **_by_key("Field")}
    made = {**sheet, "properties": options, "required": required}
    changed = {**made, "properties": {**options, "fields": {"description": about, **_by_key("FieldChange")}}}
    return {"Sheet": made, "SheetChange": _change(changed, BESIDE, switch=True)}


def _choice(raw: Schema) -> Schema:
    """A value in a block, where its code stands before it; in a list; and changed."""
    words = {"zh": TEXT, "en": TEXT}
    rest = {name: option for name, option in raw["properties"].items() if name not in ("code", "label")}
    named = {**raw, "properties": {**words, **rest}, "required": ["zh", "en"]}
    code = raw["properties"]["code"]
    listed = {**raw, "properties": {"code": code, **words, **rest}, "required": ["code", "zh", "en"]}
    changed = {**named, "required": []}
    return {
        "Choice": {"anyOf": [*TEXTS, named]},
        "ListedChoice": {"anyOf": [*TEXTS, listed]},
        "ChoiceChange": {"anyOf": [SWITCH, *TEXTS, changed]},
    }


def _category(raw: Schema) -> Schema:
    category = _without_key(raw)
    about = category["properties"]["choices"]["description"]
    listed = {"type": "array", "items": _ref("ListedChoice")}
    file = {**TEXT, "description": "A CSV file with the columns code, name or zh, en, parent and aliases."}

    def with_choices(choice: str) -> Schema:
        blocks = {"type": "object", "additionalProperties": _ref(choice)}
        options = {"choices": {"description": about, "anyOf": [listed, blocks]}, "choices_from": file}
        made = {**category, "properties": {**category["properties"], **options}}
        return {**made, "not": {"required": ["choices", "choices_from"]}}

    names = {"not": {"enum": sorted(CATEGORY_OPTIONS)}}
    values = {"type": "object", "propertyNames": names, "additionalProperties": _ref("ChoiceChange")}
    change = {"anyOf": [listed, values, _change(with_choices("ChoiceChange"), {})]}
    return {"Category": with_choices("Choice"), "CategoryChange": change}


def _change(part: Schema, more: Mapping[str, Schema], *, switch: bool = False) -> Schema:
    """A part of which any option may be left out, as the schema below has it."""
    made = {**part, "properties": {**part["properties"], **more}}
    made.pop("required", None)
    if more is BESIDE:
        made |= NOT_BOTH
    return {"anyOf": [SWITCH, made]} if switch else made


def _by_key(part: str) -> Schema:
    return {"type": "object", "propertyNames": _ref("Key"), "additionalProperties": _ref(part)}


def _without_key(part: Schema) -> Schema:
    """A part whose key stands before it."""
    options = {name: option for name, option in part["properties"].items() if name != "key"}
    return {**part, "properties": options, "required": [name for name in part["required"] if name != "key"]}


def _options(model: type[BaseModel], raw: Schema) -> Schema:
    """The model's own JSON Schema, its options explained by the docstrings below them."""
    made: Schema = _cleaned({name: part for name, part in raw.items() if name != "$defs"})
    about = explained(model)
    aliases = {info.alias or name: name for name, info in model.model_fields.items()}
    for name, option in made["properties"].items():
        words = about.get(aliases[name])
        if words is not None:
            option["description"] = words
    return made


def _cleaned(part: Any) -> Any:
    """Without titles and defaults that say nothing new, and what only other tools read."""
    if isinstance(part, list):
        return [_cleaned(item) for item in part]
    if not isinstance(part, dict):
        return part
    made: Schema = {}
    for name, item in part.items():
        if name == "properties":
            made[name] = {key: _cleaned(option) for key, option in item.items()}
        elif name == "description":
            made[name] = _plain(item)
        elif name == "default":
            if item is not None and not isinstance(item, dict):
                made[name] = item
        elif name not in ("title", "discriminator"):
            made[name] = _cleaned(item)
    return made


def _plain(docstring: str) -> str:
    """A docstring as running text."""
    paragraphs = inspect.cleandoc(REFERENCE.sub("", docstring)).split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs).replace("``", "`")


def explained(model: type[BaseModel]) -> dict[str, str]:
    """The docstrings below a model's attributes, by their names."""
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    lines = body.body if isinstance(body, ast.ClassDef) else []
    found: dict[str, str] = {}
    for line, after in pairwise(lines):
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
            text = after.value if isinstance(after, ast.Expr) else None
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                found[line.target.id] = _plain(text.value)
    return found


def _models(model: type[BaseModel]) -> Iterable[type[BaseModel]]:
    """A model of settings and those of its blocks."""
    yield model
    for info in model.model_fields.values():
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, Frozen):
            yield from _models(kind)


def _reached(part: Any, definitions: Schema) -> Schema:
    """The definitions that a part refers to, and those that these refer to."""
    names: set[str] = set()
    open_parts = [part]
    while open_parts:
        for name in _references(open_parts.pop()):
            if name not in names:
                names.add(name)
                open_parts.append(definitions[name])
    return {name: definition for name, definition in definitions.items() if name in names}


def _references(part: Any) -> Iterable[str]:
    if isinstance(part, list):
        for item in part:
            yield from _references(item)
    elif isinstance(part, dict):
        for name, item in part.items():
            if name == "$ref":
                yield item.rpartition("/")[2]
            else:
                yield from _references(item)


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}
