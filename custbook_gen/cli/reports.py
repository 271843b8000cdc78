"""The commands that write for readers: the summaries alone, and the manual."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from custbook_gen.cli.language import inert, tell, ui_lang
from custbook_gen.cli.parameters import FILE, FOLDER, LANGS


class _Day(click.DateTime):
    """A day; what is wrong is told by an example, not in letters of programs."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The day."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(tell("error.no-day", text=value), param, ctx)


DAY = _Day(["%Y-%m-%d"])
HTML = (".html", ".htm")


@click.command(help=tell("help.summary"))
@click.option("-o", "--output", type=FILE, help=tell("option.output-summary"))
@click.option("--html", is_flag=True, help=tell("option.html"))
@click.option("--as-of", type=DAY, metavar="DATE", help=tell("option.as-of"))
@click.option("--tabs", metavar="A,B,…", default="", help=tell("option.tabs"))
@click.option("--lang", type=LANGS, help=tell("option.lang-page"))
@click.option("--project", type=FOLDER, help=tell("option.project-above"))
@click.option("--force", is_flag=True, help=tell("option.force"))
@click.option("--json", "as_json", is_flag=True, help=tell("option.json"))
def summary(
    output: Path | None,
    as_of: dt.datetime | None,
    tabs: str,
    lang: str | None,
    project: Path | None,
    **switches: bool,
) -> int:
    """Write the summary tabs alone."""
    from custbook_gen.actions.project import Run, folder_here, open_project
    from custbook_gen.actions.summary import Wanted, summarise
    from custbook_gen.cli.tellings import print_json

    html = switches["html"] or (output is not None and output.suffix.lower() in HTML)
    path = output or Path("summary.html" if html else "summary.xlsx")
    wanted = Wanted(
        as_of=as_of.date() if as_of is not None else None,
        tabs=tuple(name.strip() for name in tabs.split(",") if name.strip()),
        lang=lang,  # type: ignore[arg-type]
    )
    home = open_project(folder_here(project))
    made = summarise(home, path, Run.now(), wanted, html=html, force=switches["force"])
    if switches["as_json"]:
        print_json(made.to_json())
    else:
        facts = {"path": made.path, "day": made.as_of.isoformat(), "count": len(made.tabs)}
        click.echo(tell("say.summarised", **facts))
    return 0


@click.command(help=tell("help.guide"))
@click.option("--html", is_flag=True, help=tell("option.html"))
@click.option("-o", "--output", type=FILE, help=tell("option.output-guide"))
@click.option("--lang", type=LANGS, help=tell("option.lang-page"))
@click.option("--project", type=FOLDER, help=tell("option.project-here"))
@click.option("--force", is_flag=True, help=tell("option.force"))
def guide(html: bool, output: Path | None, lang: str | None, project: Path | None, force: bool) -> int:
    """Write the manual, or tell it in short."""
    from custbook_gen.actions.manual import book_to_tell, short_manual, write_manual

    about = book_to_tell(project)
    chosen = lang or about.lang or ui_lang()
    if html or output is not None:
        path = output or Path("guide.html")
        write_manual(about, path, chosen, replace=force)  # type: ignore[arg-type]
        click.echo(tell("say.generated", path=path))
        return 0
    for line in short_manual(about.book, chosen):  # type: ignore[arg-type]
        click.echo(inert(line))
    click.echo(tell("say.guide-html"))
    return 0
