"""The commands that look into the store and take revisions back."""

from __future__ import annotations

from pathlib import Path

import click

from custbook_gen.cli.language import tell, ui_lang
from custbook_gen.cli.parameters import COUNT, FOLDER


@click.command(help=tell("help.history"))
@click.option("--key", help=tell("option.key"))
@click.option("--sheet", help=tell("option.only-sheet"))
@click.option("--sync", "number", type=COUNT, help=tell("option.sync"))
@click.option("--limit", type=COUNT, help=tell("option.limit"))
@click.option("--project", type=FOLDER, help=tell("option.project-above"))
@click.option("--json", "as_json", is_flag=True, help=tell("option.json"))
def history(
    key: str | None,
    number: int | None,
    limit: int | None,
    project: Path | None,
    as_json: bool,
    sheet: str | None,
) -> int:
    """Tell what happened to the book."""
    from custbook_gen.actions.history import Asked
    from custbook_gen.actions.history import history as look_back
    from custbook_gen.actions.project import folder_here, open_project
    from custbook_gen.cli.pages import SHOWN, print_history
    from custbook_gen.cli.tellings import print_json

    most = limit if as_json else limit or SHOWN
    found = look_back(open_project(folder_here(project)), Asked(key, sheet, number, most), ui_lang())
    if as_json:
        print_json(found.to_json())
    else:
        print_history(found)
    return 0


@click.command(help=tell("help.show"))
@click.argument("key")
@click.option("--sheet", help=tell("option.only-sheet"))
@click.option("--project", type=FOLDER, help=tell("option.project-above"))
@click.option("--json", "as_json", is_flag=True, help=tell("option.json"))
def show(key: str, sheet: str | None, project: Path | None, as_json: bool) -> int:
    """Show a record with everything that refers to it."""
    from custbook_gen.actions.project import Run, folder_here, open_project
    from custbook_gen.actions.show import show as look_up
    from custbook_gen.cli.pages import print_record
    from custbook_gen.cli.tellings import print_json

    found = look_up(open_project(folder_here(project)), key, Run.now(), ui_lang(), sheet=sheet)
    if as_json:
        print_json(found.to_json())
    else:
        print_record(found)
    return 0


@click.command(help=tell("help.find"))
@click.argument("text", nargs=-1)
@click.option("--sheet", help=tell("option.only-sheet"))
@click.option("--where", multiple=True, metavar="FIELD=VALUE", help=tell("option.where"))
@click.option("--project", type=FOLDER, help=tell("option.project-above"))
@click.option("--json", "as_json", is_flag=True, help=tell("option.json"))
def find(
    text: tuple[str, ...], sheet: str | None, where: tuple[str, ...], project: Path | None, as_json: bool
) -> int:
    """Find records by what stands in them."""
    from custbook_gen.actions.find import Request
    from custbook_gen.actions.find import find as search
    from custbook_gen.actions.project import Run, folder_here, open_project
    from custbook_gen.cli.pages import print_found
    from custbook_gen.cli.tellings import print_json

    found = search(open_project(folder_here(project)), Request(text, where, sheet), Run.now(), ui_lang())
    if as_json:
        print_json(found.to_json())
    else:
        print_found(found)
    return 0


@click.command(help=tell("help.undo"))
@click.argument("sync", type=COUNT)
@click.option("--partly", is_flag=True, help=tell("option.partly"))
@click.option("--dry-run", is_flag=True, help=tell("option.dry-run"))
@click.option("--project", type=FOLDER, help=tell("option.project-above"))
@click.option("--json", "as_json", is_flag=True, help=tell("option.json"))
def undo(sync: int, partly: bool, dry_run: bool, project: Path | None, as_json: bool) -> int:
    """Undo a revision as a new one."""
    from custbook_gen.actions.project import Run, folder_here, open_project
    from custbook_gen.actions.undo import undo as take_back
    from custbook_gen.cli.pages import print_undone
    from custbook_gen.cli.tellings import print_json

    home = open_project(folder_here(project))
    done = take_back(home, sync, Run.now(), ui_lang(), partly=partly, dry_run=dry_run)
    if as_json:
        print_json(done.to_json(ui_lang()))
    else:
        print_undone(done, dry_run=dry_run, partly=partly)
    return done.exit_code
