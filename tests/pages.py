"""A small document of every kind of part, and what pages are looked at with."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib

from custbook_gen.actions.pages import document_of
from custbook_gen.backends.html import PageTemplates, render_page
from custbook_gen.document import Block, Box, Card, Cards, Document, Graph, Grid, Page, Prose, Run
from custbook_gen.load import load_template
from custbook_gen.texts import Lang

HTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
TEMPLATES = PageTemplates(load_template("html/page.html.j2"), load_template("html/page.css.j2"))
BARE = PageTemplates(TEMPLATES.page, "")
"""The same without styles, for pages that are read by people."""


def run(name: str, *values: float | None) -> Run:
    """Numbers of a chart."""
    known = tuple(None if value is None else Decimal(str(value)) for value in values)
    return Run(name, known, tuple("" if value is None else f"{value:,}" for value in values))


def graph(kind: str, *runs: Run, lines: tuple[Run, ...] = (), labels: tuple[str, ...] = ()) -> Graph:
    """A chart over as many labels as it has numbers."""
    names = labels or tuple(f"L{at}" for at in range(len(runs[0].values)))
    return Graph(kind, f"A {kind}", names, runs, lines, "#,##0", "0.0%")  # type: ignore[arg-type]


def tiny(text: str = "华为", lang: Lang = "zh") -> Document:
    """A document with one part of each kind, the same text everywhere."""
    table = Grid(
        caption=text,
        head=(text, "n"),
        body=((Box(text), Box("3", "right", heat=0.25)), (Box("b"), Box("5", "right", "held"))),
        foot=(Box("Σ"), Box("8", "right")),
    )
    chart = graph(
        "column", run(text, 3, 5), run("m", None, 2), lines=(run("%", 0.5, 0.25),), labels=(text, "b")
    )
    ring = graph("pie", run(text, 1, 3), labels=(text, "rest"))
    parts = (Cards((Card(text, "12", text),)), table, chart, ring, Prose((text, "second"), "steps"))
    page = Page("one", text, (Block(text, parts, text, sheet="s"),), (text,))
    return document_of(text, (page,), (text,), lang)


def rendered(document: Document, templates: PageTemplates = TEMPLATES) -> str:
    """The HTML of a document."""
    return render_page(document, templates)


def parsed(text: str) -> Element:
    """A page as a strict parser reads it; any slip is an error."""
    tree: Element = html5lib.HTMLParser(strict=True, tree=html5lib.getTreeBuilder("etree")).parse(text)
    return tree


def texts(element: Element) -> str:
    """All text under an element."""
    return "".join(element.itertext())


def outside_references(text: str) -> list[str]:
    """What a page would load, run or follow outside of itself."""
    tree = parsed(text)
    found = [
        f"<{name}>" for name in ("script", "link", "img", "iframe", "object", "base") if f"<{name}" in text
    ]
    for element in tree.iter():
        for name, value in element.attrib.items():
            follows = name.rpartition("}")[2] in ("href", "src", "action", "srcset", "data")
            if (follows and not value.startswith("#")) or name.lower().startswith("on"):
                found.append(f"{name}={value}")
        if element.tag == f"{HTML}style" or "style" in element.attrib:
            found += re.findall(r"url\(.*|@import.*", (element.text or "") + element.attrib.get("style", ""))
    return found


def golden(name: str) -> Path:
    """The file of an expected text."""
    return Path(__file__).parent / "golden" / name
