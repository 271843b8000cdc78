"""Lists of choices in files, those of a project among them."""

from __future__ import annotations

from pathlib import Path

import pytest

from custbook_gen.errors import SchemaError
from custbook_gen.load import (
    load_book,
)
from tests.load_books import SMALL, sentence_of, write

# ---------------------------------------------------------------- lists of choices

LISTED = SMALL.replace("choices: [North, {code: s, zh: 南, en: South}]", "choices_from: lists/regions.csv")


def listed(folder: Path, text: str) -> Path:
    (folder / "lists").mkdir()
    write(folder / "lists", text, "regions.csv")
    return write(folder, LISTED)


def test_choices_come_from_a_list_beside_the_schema(tmp_path: Path) -> None:
    book = load_book(listed(tmp_path, "code,name,en,aliases\nNorth,北,North,N|上\n\ns,南,,\n"))
    north, south = book.category("region").choices
    assert (north.label.zh, north.label.en, north.aliases) == ("北", "North", ("N", "上"))
    assert (south.label.zh, south.label.en, south.aliases) == ("南", "南", ())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("code,name\nNorth,北\ns,南,x\n", "regions.csv, line 3, column 1: this row has 3 cells instead of 2"),
        (
            "code,nmae\nNorth,北\n",
            "regions.csv, line 1, column 1: there is no option nmae; did you mean name?",
        ),
        ("name\n北\n", "regions.csv, line 1, column 1: code is missing"),
        ("", "regions.csv, line 1, column 1: code is missing"),
        ("code,name\nNorth,北\nNorth,南\n", "regions.csv, line 3, column 1: North is defined twice"),
        ("code,name\n,北\n", "regions.csv, line 2, column 1: code must be text"),
    ],
)
def test_what_is_wrong_in_a_list_of_choices_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    assert sentence in sentence_of(listed(tmp_path, text))


def test_a_missing_list_of_choices_is_named_where_it_is_asked_for(tmp_path: Path) -> None:
    assert "small.yaml, line 27, column 5: the file of choices lists/regions.csv" in sentence_of(
        write(tmp_path, LISTED)
    )


# ---------------------------------------------------------------- a project's own choices


def test_a_project_adds_choices_to_a_category() -> None:
    book = load_book(
        "customer_book",
        {"categories": {"product_category": ["Beverages", {"code": "tea", "zh": "茶", "en": "Tea"}]}},
    )
    beverages, tea = book.category("product_category").choices[-2:]
    assert (beverages.code, beverages.label.zh, beverages.label.en) == ("Beverages",) * 3
    assert (tea.code, tea.label.zh, tea.label.en) == ("tea", "茶", "Tea")


@pytest.mark.parametrize(
    ("overlay", "sentence"),
    [
        ({"product_categry": ["x"]}, "there is no category product_categry; did you mean product_category?"),
        ({"product_category": ["其他"]}, "the values 其他 and other are both called 其他"),
        ({"product_category": ["main"]}, "main is defined twice"),
        (
            {"product_category": [{"code": "x", "zn": "x"}]},
            "there is no option zn; possible are: code, zh, en",
        ),
        ({"product_category": 5}, "product_category must be a block of lines"),
    ],
)
def test_a_wrong_choice_of_a_project_is_refused(overlay: dict[str, object], sentence: str) -> None:
    with pytest.raises(SchemaError) as caught:
        load_book("customer_book", {"categories": overlay})
    assert caught.value.sentence("en").startswith("changes: ")
    assert sentence in caught.value.sentence("en")
