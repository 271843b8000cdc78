"""Results that are kept while there are not too many different ones."""

from hypothesis import given
from hypothesis import strategies as st

from custbook_gen.remembering import Remembered


@given(st.lists(st.none() | st.integers(0, 9)), st.integers(0, 12))
def test_it_is_the_function_however_much_it_keeps(given_: list[int | None], most: int) -> None:
    asked: list[int] = []

    def double(number: int) -> int:
        asked.append(number)
        return 2 * number

    known = Remembered[int | None, int | None](double, {None: None}, most=most + 1)
    assert [known[one] for one in given_] == [None if one is None else 2 * one for one in given_]
    assert len(known) <= most + 1
    if most > 9:  # there is room for all
        assert len(asked) == len(set(given_) - {None})
        assert not known.is_full


def test_what_is_kept_stays() -> None:
    known = Remembered[str, str](str.upper, {"": "-"}, most=2)
    kept = known["a"]
    assert known.is_full
    assert [known["b"], known["b"], known[""]] == ["B", "B", "-"]
    assert known["a"] is kept
    assert set(known) == {"", "a"}
