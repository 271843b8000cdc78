"""Books written down as schema files are read as the same books."""

import os
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custbook_gen.errors import SchemaError
from custbook_gen.load import load_book, write_schema
from custbook_gen.load.written import UNFOLDED
from custbook_gen.schema import Book, Category, Choice, Label
from custbook_gen.schema.settings import Settings
from tests.odd_books import ODD
from tests.strategies import BOOK

NASTY = st.one_of(
    st.sampled_from(
        [
            "no",
            "null",
            "~",
            "1e5",
            "0012",
            "2020-01-01",
            "12:30",
            "a: b",
            "# c",
            "- d",
            "'",
            '"',
            "{e}",
            "[f",
            "g\nh",
        ]
    ),
    st.sampled_from(
        ["😀", "\u2028", "\x85", "\t", "%i", "@j", "&k *l", "!m", "|", ">", "=n", "｛", "1_000", "0x1F"]
    ),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12),
)
"""Texts that YAML, or a careless reader of it, takes for something else."""


def again(book: Book, path: Path) -> Book:
    write_schema(book, path, replace=True)
    return load_book(path)


@pytest.mark.parametrize("book", [BOOK, ODD, load_book("customer_book")], ids=lambda book: str(book.key))
def test_a_book_that_was_written_down_is_the_same_book(book: Book, tmp_path: Path) -> None:
    assert again(book, tmp_path / "book.yaml") == book


@given(st.lists(NASTY, min_size=1, max_size=4, unique_by=str.casefold), NASTY, st.decimals(0, 100, places=3))
def test_texts_that_yaml_would_take_for_something_else_stay_texts(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], label: str, number: Decimal
) -> None:
    choices = tuple(
        Choice(
            code=f"c{at}", label=Label(zh=text, en=f"{text} {at}"), figure=number, aliases=(f"{at} {text}",)
        )
        for at, text in enumerate(texts)
        if text.strip()
    )
    category = Category(key="nasty", label=Label(zh=label, en=label), choices=choices)
    book = BOOK.having(categories=(*BOOK.categories, category), settings=Settings(currency="EUR"))
    folder = tmp_path_factory.getbasetemp() / f"written{os.getpid()}"
    folder.mkdir(exist_ok=True)
    if label.strip():
        assert again(book, folder / "book.yaml") == book


def test_a_written_schema_reads_well(tmp_path: Path) -> None:
    write_schema(BOOK, tmp_path / "book.yaml")
    lines = (tmp_path / "book.yaml").read_text(encoding="utf-8").splitlines()
    assert lines[0] == f"key: {BOOK.key}"
    assert "sheets:" in lines
    assert any(line.startswith("      name: {label: [") for line in lines)
    assert max(map(len, lines)) < UNFOLDED


def test_a_schema_that_is_there_is_left_alone_unless_it_may_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "book.yaml"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(SchemaError) as error:
        write_schema(BOOK, path)
    assert error.value.sentence("en").startswith("The file “book.yaml” exists already")
    assert path.read_text(encoding="utf-8") == "mine"
    write_schema(BOOK, path, replace=True)
    assert load_book(path) == BOOK


def test_a_schema_that_cannot_be_saved_is_told(tmp_path: Path) -> None:
    with pytest.raises(SchemaError) as error:
        write_schema(BOOK, tmp_path / "none" / "book.yaml")
    assert error.value.sentence("en") == (
        "“book.yaml” cannot be saved (No such file or directory); choose another place or get permission."
    )
    assert not list(tmp_path.iterdir())
