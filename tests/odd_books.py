"""A book that a schema may describe and nobody would: odd labels on four levels, odd patterns, long keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from custbook_gen.schema import Book

LONG = "a_key_as_long_as_keys_may_be_and_no_more"
ODD_LABELS = (
    *(
        "甲 乙",
        "甲/乙",
        ">100万",
        "<5",
        "A*",
        "AB",
        "A?",
        "A~",
        "=x",
        "=1+1",
        '说"好"',
        "it's",
        "007",
        "7",
        "0.70",
    ),
    *(
        "110105194912310021",
        "110105194912310029",
        "Ｂ",
        "B",
        "+86",
        "-",
        "@家",
        "#N/A",
        "TRUE",
        "2024-1-5",
        "1E5",
    ),
)
"""Labels with everything that formulas, criteria and programs read meaning into."""
LEVELS = ("area", "zone", "town", LONG)


def _label(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def _field(key: str, kind: str, **options: object) -> dict[str, object]:
    return {"key": key, "type": kind, "label": _label(key.capitalize()[:25]), **options}


def _choice(code: str, label: str, parent: str | None = None, **options: object) -> dict[str, Any]:
    return {"code": code, "label": _label(label), **({"parent": parent} if parent else {}), **options}


def _below(parents: Sequence[Mapping[str, Any]], count: int, level: int) -> list[dict[str, Any]]:
    """Choices under each of some parents, their labels the same odd ones in turn; one has none."""
    labels = len(ODD_LABELS)
    return [
        _choice(f"{parent['code']}_{at}", ODD_LABELS[(number * level + at * 3) % labels], parent["code"])
        for number, parent in enumerate(parents[:-1])
        for at in range(count)
    ]


AREAS = [_choice(f"x{at}", label) for at, label in enumerate(ODD_LABELS)]
ZONES = _below(AREAS, 4, 1)
TOWNS = _below(ZONES, 3, 5)
STREETS = _below(TOWNS, 2, 7)
CATEGORIES = [
    {
        "key": key,
        "label": _label(key.capitalize()[:25]),
        "choices": choices,
        **({"parent": parent} if parent else {}),
    }
    for key, choices, parent in zip(LEVELS, (AREAS, ZONES, TOWNS, STREETS), (None, *LEVELS), strict=False)
] + [
    {
        "key": "kind",
        "label": _label("Kind"),
        "choices": [
            _choice("food", "餐饮、住宿"),
            _choice("bed", "住宿"),
            _choice("hq", "Ａ"),
            _choice("branch", "A"),
            _choice("both", "A, 住宿"),
            _choice("old", "旧的", active=False),
        ],
    }
]
PLACES = {
    "key": "places",
    "label": _label("地点"),
    "key_field": "place_id",
    "name_field": "name",
    "fields": [
        _field("place_id", "auto", prefix="L", digits=5),
        _field("name", "text", required=True, max_length=60),
        *(
            _field(key, "enum", category=key, **({"parent": up} if up else {}))
            for key, up in zip(LEVELS, (None, *LEVELS), strict=False)
        ),
        _field("kind", "enum", category="kind"),
        _field("kinds", "multi", category="kind"),
        _field("open", "bool"),
        _field("code", "text", pattern=r"^[A-Z]{2}[0-9]{4}$", unique=True),
        _field("shelf", "text", pattern=r"^[1-9][0-9]{2,5}$"),
        _field("tail", "text", pattern=r"^[a-c]+-$", max_length=12),
        _field("quote", "text", pattern=r'^["\\]{2}$'),
        _field("free", "text", pattern=r"^[a-z]+$"),
        _field("serial", "text", unique=True, min_length=3, max_length=18),
        _field("tiny", "text", max_length=1),
        _field("rate", "dec", places=6, min="0.000001", max="0.999999"),
        _field("few", "int", min=-3, max=3),
        _field("wide", "money"),
        _field("day", "date"),
        _field("soon", "datetime", min="as_of-30", max="as_of+30"),
        _field("upper", "ref", to="places"),
    ],
}  # fmt: skip
ODD: Book = Book.model_validate(
    {"key": "odd", "version": 1, "label": _label("怪簿"), "sheets": [PLACES], "categories": CATEGORIES}
)
