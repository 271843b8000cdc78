"""Names of customers as they are compared: without what differs from one spelling to the next."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

BRACKETS: Final = re.compile(r"[(\[{【〔〈《「]([^)\]}】〕〉》」]*)[)\]}】〕〉》」]")
NOISE: Final = re.compile(r"[\W_]+")


class Name(NamedTuple):
    """A name to compare with others."""

    text: str
    """Without blanks, punctuation, what stands in brackets, and legal forms; lower case."""
    hint: str
    """What stands in brackets besides legal forms, most often a city; empty without."""


def squeezed(text: str) -> str:
    """A text without differences of width and case, without blanks and punctuation."""
    return _bare(unicodedata.normalize("NFKC", text).casefold())


def _bare(text: str) -> str:
    """A text without blanks and punctuation."""
    return text if text.isalnum() else NOISE.sub("", text)


def normaliser(legal_forms: Iterable[str]) -> Callable[[str], Name]:
    """What makes a :class:`Name` of a name as it is written (5.6).

    Legal forms are left out wherever they stand, the longest first; those in Latin script
    only as whole words.  A name that is nothing but a legal form keeps it.
    """
    forms = sorted({unicodedata.normalize("NFKC", form).casefold() for form in legal_forms}, key=len)
    parts = [
        rf"(?<![a-z0-9]){re.escape(form)}(?![a-z0-9])" if form.isascii() else re.escape(form)
        for form in reversed(forms)
        if form
    ]
    first = "".join({re.escape(form[0]) for form in forms if form})  # most letters begin none of them
    legal = re.compile(rf"(?=[{first}])(?:{'|'.join(parts)})" if parts else r"(?!)")

    def bare(text: str) -> str:
        return _bare(legal.sub("", text))

    def normalise(name: str) -> Name:
        folded = unicodedata.normalize("NFKC", name).casefold()
        if BRACKETS.search(folded) is None:
            return Name(bare(folded) or _bare(folded), "")
        hint = "".join(bare(inside) for inside in BRACKETS.findall(folded))
        outside = BRACKETS.sub(" ", folded)
        return Name(bare(outside) or _bare(outside) or _bare(folded), hint)

    return normalise
