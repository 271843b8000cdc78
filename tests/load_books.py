"""A small schema as a file, and the sentence that a wrong one is refused with."""

from __future__ import annotations

from pathlib import Path

import pytest

from custbook_gen.errors import SchemaError
from custbook_gen.load import (
    load_book,
)

SMALL = """\
key: small
version: 1
label: [小簿, Small book]
sheets:
  clients:
    label: {zh: 客户, en: Clients}
    key: code
    name: name
    fields:
      code: {label: [编号, No.], type: auto, prefix: K, digits: 3}
      name: {label: [名称, Name], type: text, required: true, example: Ann}
      kind: {label: [种类, Kind], type: enum, category: kind, default: new}
      since: {label: [起, Since], type: date, min: 1990-01-01, max: as_of}
      rate: {label: [率, Rate], type: pct, min: 0, max: 0.5}
      region: {label: [区, Region], type: enum, category: region}
      town: {label: [镇, Town], type: enum, category: town, parent: region}
      boss: {label: [上级, Boss], type: ref, to: clients}
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
    choices:
      n1: {zh: 甲, en: A, parent: North}
      s1: {zh: 甲, en: A, parent: s}
"""


def write(folder: Path, text: str, name: str = "small.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def sentence_of(path: Path) -> str:
    with pytest.raises(SchemaError) as caught:
        load_book(path)
    assert caught.value.exit_code == 3
    assert caught.value.sentence("zh") != caught.value.sentence("en")
    return caught.value.sentence("en")
