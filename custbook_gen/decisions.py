"""Decisions on the tabs of issues and conflicts: what can be chosen, and how a row is known again.

A row of these tabs is known by hidden columns, never by where it stands: what it is about
(sheet, record, field, code) and digests of the values that were to be decided upon and of
what the row showed.  People may sort, filter, copy and delete the rows; a decision beside
which something else stands by now is not obeyed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, Literal

from custbook_gen.issues import Issue
from custbook_gen.layout import list_name
from custbook_gen.records import Conflict, Dispute, Value, Verdict
from custbook_gen.texts import Lang, say
from custbook_gen.value_objects import value_object
from custbook_gen.values import canonical

Choice = Literal["mine", "theirs", "delete", "restore", "accept", "confirmed", "later"]
Options = Literal["conflict", "delete", "accept", "accept-confirm", "confirm", "later"]
"""What can be chosen in a row."""

CHOICES: Final[Mapping[Options, tuple[Choice, ...]]] = {
    "conflict": ("mine", "theirs", "later"),
    "delete": ("delete", "restore", "later"),
    "accept": ("accept", "later"),
    "accept-confirm": ("accept", "confirmed", "later"),
    "confirm": ("confirmed", "later"),
    "later": ("later",),
}
OPTIONS_LIST: Final = list_name("decide", "for")
CHOICES_LIST: Final = list_name("decide", "choice")
"""Defined names of two lists side by side: of each choice, the options that it is one of."""

DECISION: Final = "decision"
NOTE: Final = "note"
ISSUE_SHOWN: Final = ("severity", "sheet", "record", "field", "cell", "value", "message", "suggestion")
CONFLICT_SHOWN: Final = ("sheet", "record", "field", "cell", "base", "mine", "theirs", "who", "when")
HIDDEN: Final = (
    *("_sheet", "_key", "_field", "_code", "_about", "_mine", "_theirs", "_carried"),
    *("_options", "_seen"),
)
"""Machine keys of the columns by which a row is known."""

_LENGTH: Final = 20
_LANGS: Final[tuple[Lang, ...]] = ("zh", "en", "zh+en")

About = tuple[str, str, str, str]
"""What a row is about: sheet, record, field, code."""


@value_object
class Line:
    """One row of a tab.  ``shown`` are the texts of its columns but the decision and the note.

    ``key`` is a record's number, or the mark of a row that has none yet.  ``about`` is the
    digest of what is to be decided, ``mine`` and ``theirs`` those of a conflict's sides.
    ``carried`` is the digest of a record: as long as it stays so, the row does.
    """

    sheet: str
    key: str
    field: str
    code: str
    about: str
    options: Options
    shown: Mapping[str, str]
    mine: str = ""
    theirs: str = ""
    carried: str = ""
    decision: str = ""
    note: str = ""
    link: str | None = None

    @property
    def place(self) -> About:
        """What the row is about."""
        return self.sheet, self.key, self.field, self.code

    def seen(self, columns: Sequence[str]) -> str:
        """The digest of what the row shows in some columns."""
        return digest(*(self.shown.get(column, "") for column in columns))

    def hidden(self, columns: Sequence[str]) -> dict[str, str]:
        """The hidden cells of a row that shows some columns."""
        cells = (
            self.sheet,
            self.key,
            self.field,
            self.code,
            self.about,
            self.mine,
            self.theirs,
            self.carried,
        )
        return dict(zip(HIDDEN, (*cells, self.options, self.seen(columns)), strict=True))


@value_object
class Marked:
    """A row of a tab as it was read: ``cell`` is where its decision stands.

    ``intact`` tells whether the row still shows what was written into it.
    """

    line: Line
    intact: bool
    cell: str

    @property
    def typed(self) -> bool:
        """Whether something stands where the decision belongs."""
        return bool(self.line.decision)

    @property
    def choice(self) -> Choice | None:
        """What was chosen; nothing where nothing was, or what cannot be."""
        return choice_of(self.line.decision, self.line.options)


@value_object
class Given:
    """The rows of both tabs as a workbook holds them."""

    issues: tuple[Marked, ...] = ()
    conflicts: tuple[Marked, ...] = ()


@value_object
class Decided:
    """What became of a decision; ``reason`` is the code of why it was not obeyed.

    ``row`` is what the tab calls a row without a number; its ``key`` is a mark that tells people nothing.
    """

    sheet: str
    key: str
    field: str
    choice: str
    reason: str | None = None
    row: str = ""

    @classmethod
    def of(cls, line: Line, choice: str, reason: str | None = None) -> Decided:
        """What became of the decision in a row of a tab."""
        record = line.shown.get("record", "")
        numbered = line.key in ("", *record.split(" ", 1)[:1])
        return cls(line.sheet, line.key, line.field, choice, reason, "" if numbered else record)


def choice_word(choice: Choice, lang: Lang) -> str:
    """What a choice is called in the dropdown."""
    return say(f"decide.{choice}", lang).replace("\n", " ")


def choice_of(text: str, options: Options) -> Choice | None:
    """The choice that a text is, in any language; nothing where it is none of the options."""
    wanted = " ".join(text.split()).casefold()
    for choice in CHOICES[options]:
        if wanted in {choice, *(choice_word(choice, lang).casefold() for lang in _LANGS)}:
            return choice
    return None


# ---------------------------------------------------------------- digests


def digest(*parts: str) -> str:
    """What tells texts from all others."""
    text = "\x1f".join(parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]


def spelled(value: Value) -> str:
    """A value as text: different values of a field never give the same."""
    if isinstance(value, tuple):
        return f"({','.join(map(spelled, value))})"
    if isinstance(value, Decimal):
        value = canonical(value)
    return f"{type(value).__name__}:{value}"


def record_digest(values: Sequence[Value] | None) -> str:
    """The digest of a whole record; of one that there is not too."""
    return digest("gone") if values is None else digest(*map(spelled, values))


def dispute_digest(dispute: Dispute, *, gone: bool) -> str:
    """The digest of all that is decided at once: every field with both its values.

    Args:
        dispute: the conflicts.
        gone: whether the store has no such record any more.
    """
    fields = sorted(dispute, key=lambda item: item.field)
    sides = (text for item in fields for text in (item.field, spelled(item.edited), spelled(item.stored)))
    return digest("dispute", dispute[0].sheet, dispute[0].key, str(gone), *sides)


def token(about: str, verdict: Verdict | None) -> str:
    """What a row holds about a dispute: another digest once somebody decided it in one way.

    A copy of the workbook that knows nothing of that decision is told from one that does.
    """
    return about if verdict is None else digest(about, verdict.choice, verdict.at.isoformat())


def side_digest(conflict: Conflict, side: Literal["mine", "theirs"]) -> str:
    """The digest of one side's value."""
    return digest(spelled(conflict.edited if side == "mine" else conflict.stored))


def issue_digest(issue: Issue, key: str) -> str:
    """The digest of what an issue says: it comes up anew when anything of that changes.

    Args:
        issue: the issue.
        key: its record's number, or the mark of a row without one.
    """
    place = issue.place
    told = (issue.suggestion or "", issue.message("zh"))
    return digest("issue", issue.code, place.sheet, key, place.field or "", *told)
