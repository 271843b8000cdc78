"""What stops a run: a broken environment or a wrong file, never a user's cell.

    CustbookError
    ├── SchemaError      a schema, map or project file says something impossible
    ├── WorkbookError    a workbook cannot be read or written
    ├── StoreError       the store cannot be reached or refuses
    ├── InputError       a file to import cannot be read
    └── UsageError       the command line asks for something that cannot be

Every error carries a code and facts; its sentence, in Chinese and English, is
``error.<code>`` in :mod:`custbook_gen.texts`.  The command line shows that one
sentence and exits with :attr:`CustbookError.exit_code`.
"""

from __future__ import annotations

import errno
from typing import ClassVar

from custbook_gen.texts import CATALOGUE, Lang, Saying, say


class CustbookError(Exception):
    """Something outside the book's content that stops a run.

    Args:
        code: names the sentence ``error.<code>`` in the catalogue.
        facts: what the sentence tells: file, line, remedy and the like.
    """

    exit_code: ClassVar[int] = 3

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        self.facts = facts
        super().__init__(self.sentence("en"))

    def sentence(self, lang: Lang) -> str:
        """The one sentence that says what is wrong and what to do."""
        return say(f"error.{self.code}", lang, **self.facts)


class SchemaError(CustbookError):
    """A schema, map or project file is wrong; the facts name file, line and column."""


class WorkbookError(CustbookError):
    """A workbook is missing, unreadable, foreign, in use or cannot be written."""


class StoreError(CustbookError):
    """The store is missing, belongs to another book, is in use or out of reach."""


class InputError(CustbookError):
    """A file to be imported cannot be read."""


class UsageError(CustbookError):
    """The command line asks for something that cannot be done."""

    exit_code: ClassVar[int] = 2


def template_line(error: Exception) -> int:
    """The line of a Jinja2 template in which it failed; 0 where that cannot be told."""
    line: int = getattr(error, "lineno", 0)
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":  # as Jinja2 calls a text without a file
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def reason_of(error: OSError) -> Saying | str:
    """Why the system refuses, in words of the catalogue; in its own where the catalogue has none."""
    key = f"system.{errno.errorcode.get(error.errno or 0)}"
    return Saying(key) if key in CATALOGUE else error.strerror or str(error)
