"""Pictures of every tab of the demo's workbook, as a person sees them in a window.

``python -m tests.pictures docs/images/tabs`` makes the demo in each language, opens its workbook in
LibreOffice on a virtual screen and takes a picture of each visible tab, and writes the page that
shows them all (``docs/tabs.md``).  It needs Debian's packages ``libreoffice-calc``, ``libreoffice-gtk3``,
``xvfb``, ``openbox``, ``xdotool``, ``imagemagick`` and ``fonts-noto-cjk``.  It is no test: people look
at what it makes, and commit it when the look of a workbook changed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from custbook_gen.backends.excel import ExcelFile

ROOT = Path(__file__).resolve().parents[1]
LANGS = {"zh": "中文", "en": "English"}
SCREEN = (1440, 900)
WIDTH = 1100
"""Pixels that a picture is scaled down to."""
OPENING = 90
"""Seconds that LibreOffice may take to open a workbook."""
STEPS = 80
"""Key presses that surely lead to the first tab."""


def main(folder: Path) -> None:
    """Take all pictures and write the page that shows them."""
    lines = ["# Every tab of the demo's workbook", "", _lead(), ""]
    with tempfile.TemporaryDirectory() as place:
        for lang, name in LANGS.items():
            book = Path(place) / lang / "book.xlsx"
            _run(sys.executable, "-m", "custbook_gen", "demo", str(book.parent), "--lang", lang)
            titles = [sheet.title for sheet in ExcelFile(book).read().sheets if sheet.state == "visible"]
            (folder / lang).mkdir(parents=True, exist_ok=True)
            for old in (folder / lang).glob("*.png"):
                old.unlink()
            shown = [folder / lang / f"{number:02}.png" for number in range(1, len(titles) + 1)]
            take(book, shown, Path(place) / "profile")
            lines += [f"## {name}", ""]
            for title, picture in zip(titles, shown, strict=True):
                at = os.path.relpath(picture.resolve(), ROOT / "docs")
                lines += [f"### {title}", "", f"![{title}]({Path(at).as_posix()})", ""]
    (ROOT / "docs" / "tabs.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _lead() -> str:
    return (
        "The standard preset after one round of the demo (two rows are held), in a window of "
        f"{SCREEN[0]} by {SCREEN[1]} pixels.\n"
        "These pictures are taken by `python -m tests.pictures docs/images/tabs`."
    )


def take(book: Path, pictures: Sequence[Path], profile: Path) -> None:
    """One picture of each visible tab of a workbook, from the first on."""
    with screen() as display:
        words = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--norestore", "--nologo", str(book)]
        program = subprocess.Popen(words, env=display, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            window = _window(book.name, display)
            for step in (
                ("windowsize", window, *map(str, SCREEN)),
                ("windowmove", window, "0", "0"),
                ("windowfocus", "--sync", window),
                ("key", "Escape"),
                ("key", "--delay", "60", "--repeat", str(STEPS), "ctrl+Page_Up"),
            ):
                _run("xdotool", *step, env=display)
                time.sleep(1)
            for picture in pictures:
                time.sleep(1.2)
                small = ("-resize", str(WIDTH), "+dither", "-colors", "48", "-strip", f"png8:{picture}")
                _run("import", "-window", "root", *small, env=display)
                _run("xdotool", "key", "ctrl+Page_Down", env=display)
        finally:
            os.killpg(program.pid, 15)
            program.wait()


@contextmanager
def screen() -> Iterator[Mapping[str, str]]:
    """A virtual screen with a window manager: the environment of programs that are to show on it."""
    size = f"{SCREEN[0]}x{SCREEN[1]}x24"
    with subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", size], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        assert server.stdout is not None
        display = {**os.environ, "DISPLAY": f":{server.stdout.readline().decode().strip()}"}
        display |= {"LANG": "C.UTF-8", "SAL_USE_VCLPLUGIN": "gtk3"}
        manager = subprocess.Popen(["openbox"], env=display, stderr=subprocess.DEVNULL)
        try:
            yield display
        finally:
            manager.terminate()
            manager.wait()
            server.terminate()


def _window(name: str, display: Mapping[str, str]) -> str:
    """The window in which a workbook is open, once it is."""
    for _ in range(OPENING):
        words = ["xdotool", "search", "--name", name]
        found = subprocess.run(words, env=display, capture_output=True, text=True, check=False).stdout.split()
        if found:
            time.sleep(6)  # the workbook appears some time after its window
            return found[-1]
        time.sleep(1)
    raise SystemExit(f"LibreOffice did not open {name}")


def _run(*words: str, env: Mapping[str, str] | None = None) -> None:
    subprocess.run(words, env=env, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("python -m tests.pictures FOLDER")
    main(Path(sys.argv[1]).resolve())
