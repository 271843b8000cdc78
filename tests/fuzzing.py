"""Workbooks damaged in ways that programs, networks and attackers damage them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZipFile

from hypothesis import strategies as st

from tests.xlsx_samples import zipped

Change = Callable[[bytes], bytes]

_PLACE = st.floats(0, 1, exclude_max=True)
"""Where in the bytes something happens, whatever their length."""

_MARKUP = rb"""
< > & " ' /> </ <!-- <![CDATA[ ]]> <?x?> &#0; &#xD800; &x; <!DOCTYPE~a> <row> </row> <c/> <c~r="A1"/> <c~r="ZZZ9"/>
<f> <f~t='shared'~si='0'/> <v/> <is/> <is><r/></is> ~r="0" ~s="99999" ~t="s" ~t="zz" ~xmlns="u" ~xmlns:x="u"
<mergeCell/> <dataValidations/> <extLst/> <sheetData/> </sheetData> _xD800_ #REF! A1: : XFE1048577 -1 1e999 NaN [ {
"""  # noqa: E501  (a tilde stands for a blank)
_TOKENS = (*(token.replace(b"~", b" ") for token in _MARKUP.split()), b"\0", b"\xff\xfe", b"\xed\xa0\x80")
_NUMBERS = (
    b"",
    b"-1",
    b"0",
    b"1048577",
    b"16385",
    b"4294967296",
    b"99999999999999999999",
    b"1e308",
    b"9" * 5000,
    b"x",
)
_NUMBER = re.compile(rb"(?<=[\">A-Z])\d+(?=[\"<])")


@dataclass(frozen=True, slots=True)
class Damage:
    """A few things wrong with a workbook: in its archive, or in parts of a sound archive."""

    whole: list[Change]
    parts: list[tuple[float, Change | float | None]]
    """Which part, and how its bytes change, which other part's come in their place, or that it goes."""

    def done_to(self, content: bytes) -> bytes:
        """The damaged workbook."""
        for change in self.whole:
            content = change(content)
        return _rezipped(content, self.parts) if self.parts else content


def damage() -> st.SearchStrategy[Damage]:
    """What can happen to a workbook."""
    whole = st.lists(_bytes_changed(), min_size=1, max_size=3)
    some = st.lists(_part_changed(), min_size=1, max_size=4)
    return st.one_of(
        st.builds(Damage, whole, st.just([])),
        st.builds(Damage, st.just([]), some),
        st.builds(Damage, st.just([]), some),
    )


def _bytes_changed() -> st.SearchStrategy[Change]:
    return st.one_of(
        st.builds(_truncated, _PLACE),
        st.builds(_flipped, _PLACE, st.integers(0, 7)),
        st.builds(_overwritten, _PLACE, st.binary(min_size=1, max_size=8)),
        st.builds(_cut, _PLACE, st.integers(1, 200)),
        st.builds(_repeated, _PLACE, st.integers(1, 200), st.integers(1, 50)),
    )


def _part_changed() -> st.SearchStrategy[tuple[float, Change | float | None]]:
    markup = st.one_of(
        st.builds(_inserted, _PLACE, st.sampled_from(_TOKENS)),
        st.builds(_renumbered, _PLACE, st.sampled_from(_NUMBERS)),
        _bytes_changed(),
    )
    return st.tuples(_PLACE, st.one_of(markup, markup, markup, _PLACE, st.none()))


def _rezipped(content: bytes, changes: list[tuple[float, Change | float | None]]) -> bytes:
    with ZipFile(BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    names = tuple(parts)
    made = dict(parts)
    for place, change in changes:
        name = names[int(place * len(names))]
        if change is None:
            made.pop(name, None)
        elif isinstance(change, float):
            made[name] = parts[names[int(change * len(names))]]
        else:
            made[name] = change(made.get(name, b""))
    return zipped(made).getvalue()


def _truncated(place: float) -> Change:
    return lambda data: data[: int(place * len(data))]


def _flipped(place: float, bit: int) -> Change:
    def change(data: bytes) -> bytes:
        at = int(place * len(data))
        return data[:at] + bytes(byte ^ 1 << bit for byte in data[at : at + 1]) + data[at + 1 :]

    return change


def _overwritten(place: float, new: bytes) -> Change:
    def change(data: bytes) -> bytes:
        at = int(place * len(data))
        return data[:at] + new + data[at + len(new) :]

    return change


def _cut(place: float, length: int) -> Change:
    def change(data: bytes) -> bytes:
        at = int(place * len(data))
        return data[:at] + data[at + length :]

    return change


def _repeated(place: float, length: int, times: int) -> Change:
    def change(data: bytes) -> bytes:
        at = int(place * len(data))
        return data[:at] + data[at : at + length] * times + data[at:]

    return change


def _inserted(place: float, token: bytes) -> Change:
    def change(data: bytes) -> bytes:
        at = int(place * len(data))
        return data[:at] + token + data[at:]

    return change


def _renumbered(place: float, number: bytes) -> Change:
    def change(data: bytes) -> bytes:
        found = list(_NUMBER.finditer(data))
        if not found:
            return data
        one = found[int(place * len(found))]
        return data[: one.start()] + number + data[one.end() :]

    return change
