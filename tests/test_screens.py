"""Pages in a real browser: nothing scrolls sideways, on a phone or on a desk; pictures are kept to look at.

Needs Chromium (Debian's package ``chromium``); without it these tests are skipped, and say so.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from custbook_gen.actions.manual import book_to_tell, write_manual
from custbook_gen.actions.summary import Wanted, summarise
from custbook_gen.texts import Lang
from tests.pages import rendered, tiny
from tests.sync_books import Desk
from tests.test_summary_command import LATER, hostile_sale

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WIDTHS = (320, 390, 768, 1280)
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
MEASURE = """<script>
addEventListener("load", () => {
  const wide = [...document.querySelectorAll("body *")].filter((one) =>
    one.getBoundingClientRect().right > innerWidth + 0.5 && !one.parentElement.closest(".scroll, .skip"));
  const told = wide.slice(0, 3).map((one) => one.tagName + " " + one.textContent.trim().slice(0, 30));
  parent.postMessage([innerWidth, document.scrollingElement.scrollWidth, ...told].join("|"), "*");
});
</script></body>"""
FRAMES = """<!DOCTYPE html><title>frames</title><body><script>
const data = document.body.dataset;
addEventListener("message", (one) => { data.told = (data.told || "") + one.data + ";"; });
</script>HERE</body>"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not here: no page was looked at in a browser"),
]


def browse(folder: Path, *words: str) -> str:
    """What Chromium prints."""
    assert CHROMIUM is not None
    common = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars")
    profile = f"--user-data-dir={folder / 'profile'}"
    done = subprocess.run(
        [CHROMIUM, *common, profile, *words], capture_output=True, encoding="utf-8", timeout=180, check=True
    )
    return done.stdout


def widths(page: Path) -> dict[int, str]:
    """How wide a page is in windows of several widths: a copy of it measures itself in frames.

    A browser's own window cannot be narrower than some 500 pixels, a frame can.
    """
    copy = page.with_name("copy.html")
    copy.write_text(POLICY.sub("", page.read_text("utf-8")).replace("</body>", MEASURE), "utf-8")
    frames = "".join(
        f'<iframe src="copy.html" width="{width}" height="800" style="border:0"></iframe>' for width in WIDTHS
    )
    outer = page.with_name("frames.html")
    outer.write_text(FRAMES.replace("HERE", frames), "utf-8")
    shown = browse(page.parent, "--virtual-time-budget=8000", "--dump-dom", outer.as_uri())
    told = re.search(r'data-told="([^"]*)"', shown)
    assert told is not None, "no frame measured itself"
    lines = [line.split("|", 1) for line in told[1].split(";") if line]
    return {int(width): rest for width, rest in lines}


def look(page: Path, width: int) -> Path:
    """A picture of a page."""
    picture = page.with_name(f"{page.stem}-{width}.png")
    browse(page.parent, f"--window-size={width},2400", f"--screenshot={picture}", page.as_uri())
    return picture


@pytest.mark.parametrize(
    "lang", [*(pytest.param(one, marks=pytest.mark.thorough) for one in ("zh", "en")), "zh+en"]
)
def test_no_page_scrolls_sideways(desk: Desk, lang: Lang) -> None:
    hostile_sale(desk)
    summary, manual = desk.folder / "summary.html", desk.folder / "guide.html"
    summarise(desk.home(), summary, LATER, Wanted(lang=lang), html=True)
    write_manual(book_to_tell(desk.folder), manual, lang)
    for page in (summary, manual):
        assert widths(page) == {width: str(width) for width in WIDTHS}
        for width in (390, 1280):
            assert look(page, width).stat().st_size > 20_000


def test_one_word_that_never_ends_breaks_no_page(tmp_path: Path) -> None:
    page = tmp_path / "long.html"
    page.write_text(rendered(tiny("Donaudampfschifffahrtsgesellschaft" * 12)), "utf-8")
    assert widths(page) == {width: str(width) for width in WIDTHS}


def test_the_pages_policy_lets_nothing_run(tmp_path: Path) -> None:
    page = tmp_path / "policy.html"
    script = '<script>document.body.dataset.ran = "yes"</script></body>'
    page.write_text(rendered(tiny()).replace("</body>", script), "utf-8")
    shown = browse(tmp_path, "--virtual-time-budget=2000", "--dump-dom", page.as_uri())
    assert "data-ran" not in shown
    assert "<style>" in shown
