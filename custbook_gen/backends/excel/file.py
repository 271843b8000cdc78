"""A workbook in a file: read whole, written whole or not at all.

How that is done is loaded when it is done: a check writes nothing, and ``generate`` reads nothing.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import BinaryIO, Final, cast

from custbook_gen.backends import Written
from custbook_gen.backends.endings import WORKBOOK, refuse_ending
from custbook_gen.backends.excel.ahead import Following, ReadAhead
from custbook_gen.backends.excel.locks import refuse_if_open
from custbook_gen.backends.excel.system_errors import explained, refuse_read_only, replace_patiently
from custbook_gen.backends.progress import Progress, Unwatched, WatchedWriting
from custbook_gen.backups import backup_of, thin_out
from custbook_gen.drafts import clear_stale, draft_of
from custbook_gen.errors import WorkbookError
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import Loss, Patch, Plan, RawWorkbook
from custbook_gen.workers import spare_processors

KEPT_BACKUPS: Final = 10

_LARGE: Final = 1 << 20
"""Bytes of a file that takes longer to read than to have it read by another process."""


class ExcelFile:
    """An ``.xlsx`` file as a backend.

    Args:
        path: the file; a symbolic link is followed, so that the link itself stays.
        progress: is told how far reading and writing have come.
    """

    def __init__(self, path: Path, progress: Progress | None = None) -> None:
        self._progress = progress or Unwatched()
        self._given = path
        self._path = Path(os.path.realpath(path))
        self._name = path.name
        self._ahead: ReadAhead | None = None
        self._held: RawWorkbook | None = None

    def prefetch(self) -> None:
        """Have a large file read by a worker from now on; a small one is not worth it."""
        with contextlib.suppress(OSError):
            if self._path.stat().st_size >= _LARGE and spare_processors():
                self._ahead = ReadAhead(self._read, self._progress)

    def peek(self) -> RawWorkbook:
        """What can be told of it soonest, as it is now, or was when its reading began.

        Raises:
            WorkbookError: the file is missing, no workbook, encrypted, broken or too large.
        """
        soon = None if self._ahead is None else self._ahead.soon()
        if soon is None:
            soon = self._held = self._read(Following(self._progress))
        return soon

    def read(self) -> RawWorkbook:
        """Everything that the workbook says, as it is now, or was when its reading began.

        Raises:
            WorkbookError: the file is missing, no workbook, encrypted, broken or too large.
        """
        held, self._held = self._held, None
        ahead, self._ahead = self._ahead, None
        if held is None and ahead is not None:
            held = ahead.whole()
        return self._read(Following(self._progress)) if held is None else held

    def _read(self, following: Following) -> RawWorkbook:
        from custbook_gen.backends.excel.read import read_workbook

        with self._explained(), self._opened() as file:
            return read_workbook(file, self._name, following)

    def write(self, plan: Plan, *, replace: bool = False) -> Written:
        """Make the file; a copy of one that is replaced goes to the backups.

        Raises:
            WorkbookError: the file exists and may not be replaced, is in use, or cannot be
                written; then nothing changed.
            UsageError: its name says another format.
        """
        from custbook_gen.backends.excel.write import write_package

        refuse_ending(self._path, WORKBOOK)
        with self._explained():
            self._refuse_existing(replace=replace)
            self._refuse_guarded()
            temporary = self._temporary(
                lambda out: write_package(plan, out, self._name, progress=self._progress)
            )
            with _gone_on_error(temporary):
                self._refuse_existing(replace=replace)
                copy = self._copy() if self._path.exists() else None
            kept = self._replace(temporary, copy)
        return Written(str(self._given), "" if kept is None else str(self._beside(kept)))

    def losses(self, plan: Plan) -> tuple[Loss, ...]:  # noqa: ARG002  (plans are written for this kind)
        """Nothing: a file carries all that a plan says."""
        return ()

    def prepare(self, patch: Patch, digest: str) -> PreparedFile:
        """Write the patched workbook beside the old one, complete and on the disk.

        A copy of the old one is there as well by then, so that no disk is full later.

        The patched one is compared with the old one by then: nothing but what the patch
        names is different.

        Raises:
            WorkbookError: the file was changed since it was read, is in use, cannot be
                patched, or the patch would touch something else; then nothing changed.
        """
        from custbook_gen.backends.excel.patch import patch_package
        from custbook_gen.backends.excel.read import digest as digest_of
        from custbook_gen.backends.excel.verify import verify_patch

        with self._explained():
            self._refuse_guarded()
            with self._opened() as file:
                self._refuse_changed(file, digest)
                self._progress.begin("write", self._path.stat().st_size)
                temporary = self._temporary(
                    lambda out: patch_package(
                        file, self._name, patch, cast(BinaryIO, WatchedWriting(out, self._progress))
                    )
                )
                self._progress.begin("verify", 0)
                with _gone_on_error(temporary), temporary.open("rb") as made:
                    verify_patch(file, made, self._name, patch)
                    new_digest = digest_of(made)
            with _gone_on_error(temporary):
                copy = self._copy()
        return PreparedFile(temporary, copy, new_digest, lambda: self._commit(temporary, copy, digest))

    def _commit(self, temporary: Path, copy: Path, digest: str) -> None:
        with self._explained():
            with _gone_on_error(temporary), _gone_on_error(copy):
                self._refuse_guarded()
                with self._opened() as file:
                    self._refuse_changed(file, digest)
            self._replace(temporary, copy, digest)

    def _copy(self) -> Path:
        with self._opened() as file:
            return self._temporary(lambda out: shutil.copyfileobj(file, out))

    def _beside(self, kept: Path) -> Path:
        """A backup as it is called from where the file was named, not through a link."""
        there = self._given.parent / kept.relative_to(self._path.parent)
        return there if there.exists() else kept

    def _replace(self, temporary: Path, copy: Path | None, digest: str | None = None) -> Path | None:
        """Keep the copy of the old file, if there is one, and put the new one in its place.

        Args:
            temporary: the new file.
            copy: of the old one.
            digest: what the old one must be; anything where left out.

        Returns:
            Where the copy is kept.
        """
        kept: Path | None = None
        if copy is None:
            with _gone_on_error(temporary):
                replace_patiently(temporary, self._path)
        else:
            now = dt.datetime.now(dt.UTC)
            with _gone_on_error(temporary), _gone_on_error(copy):
                for path in (temporary, copy):
                    with contextlib.suppress(PermissionError):  # some file systems know no modes
                        shutil.copymode(self._path, path)
                kept = backup_of(self._path, now, self._path.suffix)
                kept.parent.mkdir(parents=True, exist_ok=True)
                copy.replace(kept)
            with _gone_on_error(kept):
                self._take_place(temporary, digest)
            thin_out(self._path, now, re.escape(self._path.suffix), KEPT_BACKUPS)
        _sync_folder(self._path.parent)
        clear_stale(self._path)
        return kept

    def _take_place(self, temporary: Path, digest: str | None) -> None:
        """Put the new file in the place of the old one; what somebody saved there just now comes back."""
        from custbook_gen.backends.excel.exchange import exchange

        with _gone_on_error(temporary):
            if digest is None or not exchange(temporary, self._path):
                replace_patiently(temporary, self._path)
                return
        try:  # the draft's name is that of the old file by now
            with temporary.open("rb") as file:
                self._refuse_changed(file, digest)
        except BaseException:
            if exchange(temporary, self._path):
                temporary.unlink()
            else:
                replace_patiently(temporary, self._path)
            raise
        temporary.unlink()

    def _temporary(self, fill: Callable[[BinaryIO], None]) -> Path:
        """A new file in the same folder, filled and on the disk."""
        path = draft_of(self._path)
        with _gone_on_error(path), self._explained("folder-read-only"), path.open("xb") as out:
            fill(out)
            out.flush()
            os.fsync(out.fileno())
        return path

    def _refuse_guarded(self) -> None:
        """Refuse a file that is open in another program, or that is not to be written."""
        refuse_if_open(self._path)
        refuse_read_only(self._path, self._name)

    def _refuse_existing(self, *, replace: bool) -> None:
        if self._path.is_dir():
            raise WorkbookError("place-is-folder", file=self._name, example="book.xlsx")
        if not replace and self._path.exists():
            raise WorkbookError("file-exists", file=self._name)

    def _refuse_changed(self, file: BinaryIO, digest: str) -> None:
        from custbook_gen.backends.excel.read import digest as digest_of

        if digest_of(file) != digest:
            raise WorkbookError("file-changed", file=self._name)

    @contextlib.contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        try:
            file = self._path.open("rb")
        except FileNotFoundError as error:
            raise WorkbookError("file-missing", file=self._name) from error
        except IsADirectoryError as error:
            raise WorkbookError("file-is-folder", file=self._name) from error
        with file:
            yield file

    def _explained(self, forbidden: str = "workbook-refused") -> contextlib.AbstractContextManager[None]:
        return explained(self._path, self._name, forbidden)


@value_object
class PreparedFile:
    """A patched workbook beside the old one, waiting to take its place."""

    temporary: Path
    copy: Path
    """Of the old one; goes to the backups."""
    digest: str
    """Of the patched one."""
    _commit: Callable[[], None]
    moved: Mapping[str, int] = field(default_factory=dict)
    """Nobody moves rows of a file that we hold."""

    def commit(self) -> None:
        """Replace the old file, unless it was changed since it was read.

        Raises:
            WorkbookError: it was changed, is in use or cannot be replaced; it stays as it
                is, and the patched one is removed.
        """
        self._commit()

    def discard(self) -> None:
        """Remove the patched workbook; the old one stays as it is."""
        self.temporary.unlink(missing_ok=True)
        self.copy.unlink(missing_ok=True)


@contextlib.contextmanager
def _gone_on_error(path: Path) -> Iterator[None]:
    """Leave nothing behind if the work fails, whatever it fails of."""
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):  # a read-only file system refuses even this
            path.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    """Make the replacement itself last; some systems cannot open folders or sync them, and need not."""
    if os.name == "posix":
        with contextlib.suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
