"""HTML pages: what they say, that they say it to everybody, and that no text gets out of its place."""

import re
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custbook_gen.backends.html import PageTemplates, render_page, write_page
from custbook_gen.backends.html.render import fit
from custbook_gen.document import Block, Box, Grid, Page, Prose
from custbook_gen.errors import SchemaError, WorkbookError
from custbook_gen.texts import Lang
from tests.pages import BARE, HTML, SVG, TEMPLATES, golden, outside_references, parsed, rendered, texts, tiny

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'\" onmouseover='alert(1)",
    "</style></title></textarea><svg onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "--><!-- ]]> &lt;b&gt; &#x3c;",
    "javascript:alert(1)",
    "\u202egnp.exe",
)
LANGS: tuple[Lang, ...] = ("zh", "en", "zh+en")


def test_a_small_page_is_as_it_was_agreed(update: bool) -> None:
    text, expected = rendered(tiny(), BARE), golden("page.html")
    if update:
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", LANGS)
def test_a_page_is_valid_and_stands_on_its_own(lang: Lang) -> None:
    text = rendered(tiny(lang=lang))
    assert text.startswith("<!DOCTYPE html>")
    assert parsed(text).attrib["lang"] == ("en-US" if lang == "en" else "zh-CN")
    assert outside_references(text) == []


def outline(tree: Element) -> list[tuple[str, list[str]]]:
    """The elements of a page with their attributes; labels of charts may be turned."""
    return [(element.tag, sorted(element.attrib.keys() - {"transform"})) for element in tree.iter()]


def places(tree: Element, text: str) -> int:
    """How often a text is shown as it is, apart from labels of charts, which may be cut off."""
    return sum(
        shown.strip() == text
        for element in tree.iter()
        if element.tag != f"{SVG}text"
        for shown in (element.text or "",)
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_shown_as_it_is(text: str) -> None:
    page, plain = parsed(rendered(tiny(text))), parsed(rendered(tiny("harmless")))
    assert outline(page) == outline(plain)
    assert places(page, text) == places(plain, "harmless") > 10


@given(st.text(alphabet=st.characters(codec=None, categories=None), max_size=60))
def test_any_text_comes_out_as_it_went_in(text: str) -> None:
    document = tiny()
    grid = Grid("c", ("h",), ((Box(text),),))
    page = Page("p", "t", (Block("b", (grid, Prose((text,)))),))
    shown = render_page(
        type(document)(text, "en-US", (page,), (), document.words), PageTemplates(TEMPLATES.page, "")
    )
    shown.encode("utf-8")
    tree = parsed(shown)
    wanted = fit(text)
    assert texts(next(tree.iter(f"{HTML}tbody"))).strip("\n") == wanted.strip("\n")
    assert texts(next(tree.iter(f"{HTML}title"))).strip() == wanted.strip()
    assert [element.text or "" for element in tree.iter(f"{HTML}p")][-1] == wanted


def test_characters_that_no_page_can_hold_are_replaced() -> None:
    assert fit("a\0b\x1fc\ud800d\ufffee\x85f\U0001ffffg") == "a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf\ufffdg"
    assert fit("one\r\ntwo\rthree\tfour") == "one\ntwo\nthree\tfour"


def test_tables_charts_and_contents_are_told_to_those_who_do_not_see_them() -> None:
    tree = parsed(rendered(tiny()))
    table = next(tree.iter(f"{HTML}table"))
    assert [child.tag.removeprefix(HTML) for child in table] == ["caption", "thead", "tbody", "tfoot"]
    assert {cell.attrib["scope"] for cell in table.iter(f"{HTML}th")} == {"col", "row"}
    box = next(element for element in tree.iter(f"{HTML}div") if element.attrib.get("role") == "region")
    assert box.attrib["tabindex"] == "0"
    ids = [element.attrib["id"] for element in tree.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    for picture in tree.iter(f"{SVG}svg"):
        assert picture.attrib["role"] == "img"
        named = picture.attrib["aria-labelledby"].split()
        assert [child.tag for child in picture][:2] == [f"{SVG}title", f"{SVG}desc"]
        assert [child.attrib["id"] for child in list(picture)[:2]] == named
    for link in tree.iter(f"{HTML}a"):
        assert link.attrib["href"].removeprefix("#") in ids


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def schemes() -> dict[str, dict[str, str]]:
    style = re.search(r"<style>(.*?)</style>", rendered(tiny()), re.DOTALL)
    assert style is not None
    light, dark = style[1].split("prefers-color-scheme: dark", 1)
    found = {}
    for name, part in (("light", light), ("dark", dark.split("* {", 1)[0])):
        found[name] = dict(re.findall(r"--([a-z0-9-]+): (#[0-9A-F]{6});", part))
        warm = re.search(r"--warm: (\d+) (\d+) (\d+)", part)
        assert warm is not None
        found[name]["warm"] = "#" + "".join(f"{int(number):02X}" for number in warm.groups())
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_on_its_ground(scheme: str) -> None:
    colours = schemes()[scheme]
    pairs = [("ink", "paper"), ("ink", "ground"), ("ink", "soft"), ("ink", "warm"), ("muted", "paper")]
    pairs += [("muted", "ground"), ("accent", "paper"), ("accent", "ground"), ("link", "paper")]
    pairs += [("head-ink", "head"), ("held-ink", "held"), ("missing-ink", "missing")]
    pairs += [("accent", "soft"), ("muted", "computed")]
    low = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 4.5} == {}
    runs = {at: contrast(colours[f"c{at}"], colours["paper"]) for at in range(1, 11)}
    assert {at: ratio for at, ratio in runs.items() if ratio < 3} == {}


def test_a_template_of_a_project_that_is_wrong_is_an_error_of_its_own() -> None:
    wrong = ["{% for %}", "{{ nobody }}", "{{ document.nothing }}", "{{ 1 / 0 }}", "{{ document.title + 1 }}"]
    wrong += ["{% for at in 5 %}{% endfor %}", "{% include 'other' %}", "{{ [1][2:'a'] }}"]
    for part in wrong:
        with pytest.raises(SchemaError, match=r"template of the HTML page is wrong \(line 2\)"):
            render_page(tiny(), PageTemplates(f"<p>\n{part}", ""))
        with pytest.raises(SchemaError, match=r"template of the HTML page is wrong \(line 2\)"):
            render_page(tiny(), PageTemplates("", f"p {{}}\n{part}"))


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    write_page(path, "one")
    with pytest.raises(WorkbookError, match="already exists"):
        write_page(path, "two")
    assert path.read_text() == "one"
    write_page(path, "two", replace=True)
    assert path.read_text() == "two"
    assert [entry.name for entry in tmp_path.iterdir()] == ["page.html"]


def test_a_page_that_cannot_be_saved_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="cannot be saved"):
        write_page(tmp_path / "nowhere" / "page.html", "text")
