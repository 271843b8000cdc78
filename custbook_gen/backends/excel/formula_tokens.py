"""Formulas taken apart by openpyxl's tokenizer; a module of its own, so that only who needs it loads it."""

from __future__ import annotations

from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError


def tokens(text: str) -> list[tuple[str, bool]] | None:
    """The parts of a formula without ``=``, and which of them are references.

    Nothing where the text is no formula that any program accepts.
    """
    try:
        found = Tokenizer(f"={text}").items
    except TokenizerError:
        return None
    return [(token.value, token.type == Token.OPERAND and token.subtype == Token.RANGE) for token in found]
