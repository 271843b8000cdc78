"""One schema written as a workbook by another tool: ``python rule_writers.py TOOL SCHEMA.json OUT.xlsx``.

Runs in an environment of its own that holds the tool and nothing of ours.  Each tool is
given everything that it has a word for; what it cannot say is left out.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Schema = Mapping[str, Any]


def linkml(schema: Schema, out: Path) -> str:
    """LinkML's gen-excel: classes, enums and slots in YAML (of which JSON is a part)."""
    slots: dict[str, Any] = {}
    for name, field in schema.items():
        kinds = {"int": "integer", "decimal": "decimal", "date": "date", "bool": "boolean"}
        slot: dict[str, Any] = {
            "range": kinds.get(field["type"], "string"),
            "required": field.get("required", False),
        }
        if "values" in field:
            slot["range"] = f"{name}_enum"
        if "pattern" in field:
            slot["pattern"] = field["pattern"]
        if field["type"] in ("int", "decimal"):
            slot |= {"minimum_value": field["min"], "maximum_value": field["max"]}
        if field["type"] == "multi":
            slot["multivalued"] = True
        if field["type"] == "ref":
            slot["range"] = "Owner"
        slots[name] = slot
    document = {
        "id": "https://example.org/side",
        "name": "side",
        "imports": ["linkml:types"],
        "prefixes": {"linkml": "https://w3id.org/linkml/"},
        "default_range": "string",
        "classes": {
            "Customer": {"attributes": slots},
            "Owner": {"attributes": {"name": {"identifier": True}}},
        },
        "enums": {
            f"{name}_enum": {"permissible_values": {value: {} for value in field["values"]}}
            for name, field in schema.items()
            if "values" in field
        },
    }
    source = out.with_suffix(".yaml")
    source.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    tool = Path(sys.executable).with_name("gen-excel")
    done = subprocess.run(  # noqa: S603  (the tool of this environment)
        [tool, "--output", out, source], check=False, capture_output=True, text=True
    )
    return "" if out.exists() else (done.stderr.strip().splitlines() or ["wrote nothing"])[-1]


def checkcel(schema: Schema, out: Path) -> str:
    """A checkcel template, by its Python classes; without linked sets where these fail."""
    from checkcel import validators as v
    from checkcel.checkerator import Checkerator

    made = {name: _checkcel_validator(v, field) for name, field in schema.items()}
    linked = {
        name: v.LinkedSetValidator(linked_column=field["parent"], valid_values=field["under"])
        for name, field in schema.items()
        if "under" in field
    }
    try:
        Checkerator(output=str(out), validators={**made, **linked}, empty_ok=True).generate()
    except Exception as error:  # noqa: BLE001  (whatever a tool raises is what is reported)
        Checkerator(output=str(out), validators=made, empty_ok=True).generate()
        return f"linked sets: {type(error).__name__}: {error}"
    return ""


def _checkcel_validator(v: Any, field: Schema) -> Any:
    kind = field["type"]
    if kind in ("int", "decimal"):
        return (v.IntValidator if kind == "int" else v.FloatValidator)(min=field["min"], max=field["max"])
    if kind == "date":
        first, last = (dt.date.fromisoformat(field[end]) for end in ("min", "max"))
        return v.DateValidator(after=f"{first:%d/%m/%Y}", before=f"{last:%d/%m/%Y}")
    if kind == "email":
        return v.EmailValidator()
    if "values" in field or "offered" in field:
        return v.SetValidator(valid_values=field.get("values") or field["offered"])
    if "pattern" in field:
        return v.UniqueValidator()
    return v.TextValidator()


def xlsxdatagrid(schema: Schema, out: Path) -> str:
    """A xlsxdatagrid of one record, by a JSON schema."""
    from xlsxdatagrid import xlsxdatagrid as grid

    kinds = {"int": "integer", "decimal": "number", "bool": "boolean"}
    properties: dict[str, Any] = {}
    for name, field in schema.items():
        one: dict[str, Any] = {"title": name, "type": kinds.get(field["type"], "string")}
        if "values" in field or field["type"] == "ref":
            one["enum"] = field.get("values") or field["offered"]
        if field["type"] == "date":
            one["format"] = "date"
        if field["type"] in ("int", "decimal"):
            one |= {"minimum": field["min"], "maximum": field["max"]}
        if "longest" in field:
            one["maxLength"] = field["longest"]
        if "pattern" in field:
            one["pattern"] = field["pattern"]
        if "formula" in field:
            one["formula"] = "employees * amount"
        properties[name] = one
    document = {
        "title": "Customers",
        "type": "array",
        "items": {"title": "Customer", "type": "object", "properties": properties},
    }
    record = {name: field["right"][0] if field["right"] else 0 for name, field in schema.items()}
    grid.xdg_from_json([record], document, fpth=out)
    return ""


def tableschema_to_template(schema: Schema, out: Path) -> str:
    """A template of a Frictionless table schema."""
    from tableschema_to_template.create_xlsx import create_xlsx

    kinds = {"int": "integer", "decimal": "number", "bool": "boolean", "date": "date"}
    fields = []
    for name, field in schema.items():
        constraints: dict[str, Any] = {}
        if "values" in field or field["type"] == "ref":
            constraints["enum"] = field.get("values") or field["offered"]
        if field["type"] in ("int", "decimal"):
            constraints |= {"minimum": field["min"], "maximum": field["max"]}
        if "longest" in field:
            constraints["maxLength"] = field["longest"]
        for option in ("pattern", "unique", "required"):
            if option in field:
                constraints[option] = field[option]
        kind = kinds.get(field["type"], "string")
        fields.append({"name": name, "description": name, "type": kind, "constraints": constraints})
    create_xlsx({"fields": fields}, str(out))
    return ""


TOOLS: Mapping[str, Callable[[Schema, Path], str]] = {
    "linkml": linkml,
    "checkcel": checkcel,
    "xlsxdatagrid": xlsxdatagrid,
    "tableschema-to-template": tableschema_to_template,
}

if __name__ == "__main__":
    tool, source, target = sys.argv[1:]
    sys.stdout.write(TOOLS[tool](json.loads(Path(source).read_text("utf-8")), Path(target)))
