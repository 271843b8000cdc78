"""A small schema to be extended, and the books of what extends it."""

from __future__ import annotations

from pathlib import Path

import pytest

from custbook_gen.errors import SchemaError
from custbook_gen.load import PROJECT_FILE, load_book, project_book
from custbook_gen.schema import Book, Sheet

BASE = """\
key: base
version: 3
label: [簿, Book]
settings:
  currency: EUR
  value: {high: 500, medium: 400}
  follow_up: {months_by_level: {gold: 1}}
sheets:
  clients:
    label: [客户, Clients]
    key: code
    name: name
    fields:
      code: {label: [编号, No.], type: auto, prefix: K, digits: 3}
      name: {label: [名称, Name], type: text, required: true}
      kind: {label: [种类, Kind], type: enum, category: kind, default: new}
      region: {label: [区, Region], type: enum, category: region}
      town: {label: [镇, Town], type: enum, category: town, parent: region}
      since: {label: [起, Since], type: date}
      until: {label: [止, Until], type: date, preset: standard}
      secret: {label: [密, Secret], type: text, preset: opt-in, personal: sensitive, purpose: care}
    constraints:
      - {kind: order, fields: [since, until]}
  events:
    label: [事件, Events]
    preset: full
    key: code
    name: code
    fields:
      code: {label: [编号, No.], type: auto, prefix: V, digits: 3, preset: full}
      of: {label: [客户, Client], type: ref, to: clients, required: true, preset: full}
      about: {label: [内容, About], type: text, preset: full}
      extra: {label: [其他, Extra], type: text, preset: opt-in}
categories:
  kind:
    label: [种类, Kind]
    choices:
      new: {zh: 新, en: New, aliases: [fresh]}
      old: [旧, Old]
      lost: Lost
  region:
    label: [区, Region]
    choices: [North, {code: s, zh: 南, en: South}]
  town:
    label: [镇, Town]
    parent: region
    choices_from: towns.csv
purposes:
  care: {label: [服务, Service], retention_days: 30}
"""
TOWNS = "code,zh,en,parent\nn1,甲,A,North\ns1,乙,B,s\n"


def write(folder: Path, text: str, name: str = "own.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def extended(folder: Path, text: str) -> Book:
    """The book of a schema file that extends the base."""
    return load_book(write(folder, "extends: base.yaml\n" + text))


def own(folder: Path, text: str, preset: str = "standard") -> Book:
    """The book of a project of the base schema with blocks of its own."""
    write(folder, f"book: b\nschema: base.yaml\npreset: {preset}\n{text}", PROJECT_FILE)
    return project_book(folder)


def keys(sheet: Sheet) -> list[str]:
    return [field.key for field in sheet.fields]


def fields(text: str) -> str:
    """A block of fields of the clients."""
    return f"sheets:\n  clients:\n    fields:\n      {text}\n"


def sentence_of(folder: Path, text: str) -> str:
    with pytest.raises(SchemaError) as caught:
        extended(folder, text)
    assert caught.value.sentence("zh") != caught.value.sentence("en")
    return caught.value.sentence("en")
