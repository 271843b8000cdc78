"""The commands that copy a store away and bring it back."""

from __future__ import annotations

from pathlib import Path

import click

from custbook_gen.cli.language import tell
from custbook_gen.cli.parameters import FILE, FOLDER


@click.command(help=tell("help.backup"))
@click.argument("file", type=FILE, required=False)
@click.option("--project", type=FOLDER, help=tell("option.project-above"))
@click.option("--json", "as_json", is_flag=True, help=tell("option.json"))
def backup(file: Path | None, project: Path | None, as_json: bool) -> int:
    """Back up the store."""
    from custbook_gen.actions.backup import backup as save
    from custbook_gen.actions.project import Run, folder_here
    from custbook_gen.cli.tellings import print_json

    saved = save(folder_here(project), Run.now(), file)
    if as_json:
        print_json(saved.to_json())
        return 0
    count = sum(saved.manifest.rows.values())
    click.echo(tell("say.saved", path=saved.path, revision=saved.manifest.revision, count=count))
    return 0


@click.command(help=tell("help.restore"))
@click.argument("file", type=FILE)
@click.option("--project", type=FOLDER, help=tell("option.project-back"))
@click.option("--force", is_flag=True, help=tell("option.restore-force"))
@click.option("--json", "as_json", is_flag=True, help=tell("option.json"))
def restore(file: Path, project: Path | None, force: bool, as_json: bool) -> int:
    """Restore a store from a backup."""
    from custbook_gen.actions.project import Run
    from custbook_gen.actions.restore import restore as bring_back
    from custbook_gen.cli.tellings import print_json

    done = bring_back(file, project, Run.now(), force=force)
    if as_json:
        print_json(done.to_json())
        return 0
    click.echo(tell("say.restored", store=done.store, revision=done.now, file=file.name))
    if done.kept is not None:
        click.echo(tell("say.kept-store", path=done.kept))
    if done.set_aside:
        click.echo(tell("say.set-aside", count=done.set_aside))
    return 0


@click.command(help=tell("help.move"))
@click.argument("address")
@click.option("--project", type=FOLDER, help=tell("option.project-above"))
@click.option("--json", "as_json", is_flag=True, help=tell("option.json"))
def move(address: str, project: Path | None, as_json: bool) -> int:
    """Move the store to another database."""
    from custbook_gen.actions.move import move as move_store
    from custbook_gen.actions.project import Run, folder_here
    from custbook_gen.cli.progress import watched
    from custbook_gen.cli.tellings import print_json

    with watched() as progress:
        done = move_store(folder_here(project), address, Run.now(), progress)
    if as_json:
        print_json(done.to_json())
        return 0
    click.echo(tell("say.moved", old=done.old, to=done.now, revision=done.revision, count=done.records))
    return 0
