"""Values that are made when they are asked for: once, and not before."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from custbook_gen.summaries.lazily import Lazily


@pytest.fixture
def made() -> list[str]:
    return []


@pytest.fixture
def values(made: list[str]) -> Lazily[int]:
    def maker(name: str, value: int) -> Callable[[], int]:
        def make() -> int:
            made.append(name)
            return value

        return make

    return Lazily({"a": 1}, {"a": maker("a", 9), "b": maker("b", 2), "c": maker("c", 3)})


def test_nothing_is_made_before_it_is_asked_for(values: Lazily[int], made: list[str]) -> None:
    assert (len(values), list(values), "b" in values, "d" in values) == (3, ["a", "b", "c"], True, False)
    assert not made


def test_each_is_made_once_and_what_is_there_goes_before(values: Lazily[int], made: list[str]) -> None:
    assert [values["b"], values["b"], values.get("b"), values["a"]] == [2, 2, 2, 1]
    assert made == ["b"]
    assert dict(values) == {"a": 1, "b": 2, "c": 3}
    assert made == ["b", "c"]


def test_what_is_not_there_is_told(values: Lazily[int]) -> None:
    assert (values.get("d"), values.get("d", 0)) == (None, 0)
    with pytest.raises(KeyError):
        values["d"]


def test_a_fault_in_the_making_is_no_missing_name() -> None:
    def fail() -> int:
        raise KeyError("inside")

    with pytest.raises(KeyError, match="inside"):
        Lazily({}, {"a": fail}).get("a", 0)
