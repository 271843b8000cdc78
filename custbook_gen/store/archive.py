"""The archive of a book: a copy of its store and the project's files, in one zip file.

A manifest says what the archive holds: whose book, at which revision, how many records
per sheet, and every file's size and SHA-256.  An archive is read with suspicion: names,
sizes and checksums must agree with the manifest, and nothing is unpacked beyond them.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import shutil
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import IO, Final, Literal
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from pydantic import BaseModel, ConfigDict, NonNegativeInt, ValidationError

from custbook_gen.drafts import clear_stale, draft_of
from custbook_gen.errors import StoreError, reason_of
from custbook_gen.places import PRIVATE_FOLDER
from custbook_gen.value_objects import value_object

FORMAT: Final = 1
"""The number of this arrangement; a program reads no archive of a higher one."""
MANIFEST: Final = "manifest.json"
STORE: Final = "store.db"
SCHEMA: Final = "schema.json"
PROJECT: Final = "project/"
"""Where the project's own files stand in the archive, by their path in its folder."""

_MOST_ENTRIES: Final = 1_000
_LONGEST_MANIFEST: Final = 4_000_000
_LONGEST_FILE: Final = 64_000_000
"""Bytes of any file but the store."""
_BLOCK: Final = 1 << 20
_UNREADABLE: Final = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


class Entry(BaseModel):
    """One file of an archive."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    size: NonNegativeInt
    sha256: str


class Manifest(BaseModel):
    """What an archive says of itself; ``rows`` counts the records of each sheet."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    format: Literal[1] = FORMAT
    book: str
    schema_hash: str
    revision: NonNegativeInt
    at: dt.datetime
    rows: Mapping[str, NonNegativeInt]
    files: Mapping[str, Entry] = {}


def write_archive(path: Path, manifest: Manifest, files: Mapping[str, Path | bytes]) -> Manifest:
    """Write a new archive, complete or not at all, that only its owner may read.

    Args:
        path: the archive; there is no such file yet.
        manifest: what it holds, without ``files``.
        files: the content by its name in the archive.

    Returns:
        The manifest as it was written.

    Raises:
        StoreError: ``backup-exists``, ``backup-unwritable``; ``backup-outgrown``: it would hold more
            than can be read again.
    """
    temporary = draft_of(path)
    try:
        if path.exists():
            raise StoreError("backup-exists", file=path.name)
        if len(files) >= _MOST_ENTRIES:  # with the manifest
            raise _outgrown(path, max(files))
        try:
            handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
            with os.fdopen(handle, "w+b") as out:
                written = _fill(out, manifest, files)
                _refuse_outgrown(path, written)
                out.flush()
                os.fsync(out.fileno())
            temporary.replace(path)
            clear_stale(path)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError("backup-unwritable", file=path.name, reason=reason_of(error)) from error
    return written


def _refuse_outgrown(path: Path, written: Manifest) -> None:
    for name, entry in written.files.items():
        if name != STORE and entry.size > _LONGEST_FILE:
            raise _outgrown(path, name)


def _outgrown(path: Path, part: str) -> StoreError:
    return StoreError(
        "backup-outgrown", file=path.name, part=part, most=_MOST_ENTRIES, size=_LONGEST_FILE // 1_000_000
    )


def _fill(out: IO[bytes], manifest: Manifest, files: Mapping[str, Path | bytes]) -> Manifest:
    entries = {}
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            digest, size = hashlib.sha256(), 0
            with archive.open(_info(name, manifest.at), "w", force_zip64=True) as entry:
                for block in _blocks(content):
                    digest.update(block)
                    size += entry.write(block)
            entries[name] = Entry(size=size, sha256=digest.hexdigest())
        written = manifest.model_copy(update={"files": entries})
        document = json.dumps(written.model_dump(mode="json"), ensure_ascii=False, indent=2)
        archive.writestr(_info(MANIFEST, manifest.at), document)
    return written


def _info(name: str, at: dt.datetime) -> ZipInfo:
    info = ZipInfo(name, at.timetuple()[:6])
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


def _blocks(content: Path | bytes) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


@value_object
class Archive:
    """An archive opened for reading, whose manifest agrees with what the zip file lists."""

    name: str
    manifest: Manifest
    _zip: ZipFile

    def extract(self, entry: str, path: Path) -> None:
        """Unpack one file into a new one that only its owner may read, verified before it is there.

        Raises:
            StoreError: ``backup-damaged``; ``backup-too-large``: the disk has no room for
                it; ``restore-unwritable``.
        """
        draft = draft_of(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if self.manifest.files[entry].size > shutil.disk_usage(path.parent).free:
                raise StoreError("backup-too-large", file=self.name, part=entry)
            try:
                self._unpack(entry, draft)
                draft.replace(path)
            finally:
                with contextlib.suppress(OSError):
                    draft.unlink(missing_ok=True)
            clear_stale(path)
        except OSError as error:
            folder = path.absolute().parent.name
            raise StoreError("restore-unwritable", folder=folder, reason=reason_of(error)) from error

    def _unpack(self, entry: str, path: Path) -> None:
        wanted, digest, size = self.manifest.files[entry], hashlib.sha256(), 0
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "wb") as out, self._intact(entry), self._zip.open(entry) as content:
            while size <= wanted.size and (block := content.read(_BLOCK)):
                digest.update(block)
                size += out.write(block)
            out.flush()
            os.fsync(out.fileno())
        if (size, digest.hexdigest()) != (wanted.size, wanted.sha256):
            raise StoreError("backup-damaged", file=self.name, part=entry)

    def project_files(self) -> dict[str, PurePosixPath]:
        """The project's own files: name in the archive and path in the project's folder.

        Raises:
            StoreError: ``backup-damaged``: a path would lead out of the folder, or to what the
                program keeps there for itself.
        """
        found = {}
        for name in self.manifest.files:
            if not name.startswith(PROJECT):
                continue
            path = PurePosixPath(name.removeprefix(PROJECT))
            private = PRIVATE_FOLDER in {part.casefold().rstrip(". ") for part in path.parts}
            outside = path.is_absolute() or ".." in path.parts or not path.parts
            if outside or private or set("\\:\0") & set(name):
                raise StoreError("backup-damaged", file=self.name, part=MANIFEST)
            found[name] = path
        return found

    @contextlib.contextmanager
    def _intact(self, part: str) -> Iterator[None]:
        try:
            yield
        except _UNREADABLE as error:
            raise StoreError("backup-damaged", file=self.name, part=part) from error


@contextlib.contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """An archive for reading.

    Raises:
        StoreError: ``backup-missing``, ``backup-damaged`` (it is no archive of a book, or
            what it lists is not what its manifest says), ``backup-newer``.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise StoreError("backup-missing", file=path.name, reason=reason_of(error)) from error
    with file:
        try:
            archive = ZipFile(file)
        except _UNREADABLE as error:
            raise StoreError("backup-damaged", file=path.name, part="zip") from error
        with archive:
            yield Archive(path.name, _manifest(archive, path.name), archive)


def _manifest(archive: ZipFile, file: str) -> Manifest:
    """The manifest, if the zip file's directory agrees with it."""
    sizes = {info.filename: info.file_size for info in archive.infolist()}
    names = len(archive.infolist())
    longest = sizes.get(MANIFEST, _LONGEST_MANIFEST + 1)
    if names != len(sizes) or names > _MOST_ENTRIES or longest > _LONGEST_MANIFEST:
        raise StoreError("backup-damaged", file=file, part=MANIFEST)
    try:
        document = json.loads(archive.read(MANIFEST))
        number = document["format"]
        if isinstance(number, int) and number > FORMAT:
            raise StoreError("backup-newer", file=file, found=number, known=FORMAT)
        manifest = Manifest.model_validate(document)
    except (*_UNREADABLE, KeyError, TypeError, RecursionError, ValidationError) as error:
        raise StoreError("backup-damaged", file=file, part=MANIFEST) from error
    del sizes[MANIFEST]
    for name, size in sizes.items():
        entry = manifest.files.get(name)
        if entry is None or entry.size != size or (name != STORE and size > _LONGEST_FILE):
            raise StoreError("backup-damaged", file=file, part=name)
    missing = {STORE, *manifest.files} - sizes.keys()
    if missing:
        raise StoreError("backup-damaged", file=file, part=min(missing))
    return manifest
