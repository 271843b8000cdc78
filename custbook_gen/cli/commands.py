"""The commands of the daily round; each parses its words, calls one action and prints what it gives."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from custbook_gen.cli.language import inert, tell, ui_lang
from custbook_gen.cli.parameters import FILE, FOLDER, GIVEN, LANGS, TARGET
from custbook_gen.cli.tellings import Again, Telling, tell_all
from custbook_gen.ending import one_job
from custbook_gen.last_runs import Question, recall

PRESETS = click.Choice(["basic", "standard", "full"])


@click.command(help=tell("help.demo"))
@click.argument("folder", type=FOLDER, default=Path("custbook-demo"))
@click.option("--lang", type=LANGS, help=tell("option.lang"))
@click.option("--json", "as_json", is_flag=True, help=tell("option.json"))
def demo(folder: Path, lang: str | None, as_json: bool) -> int:
    """Show a whole round; issues are what it is meant to show, so it always ends well."""
    from custbook_gen.actions.demo import demo as play
    from custbook_gen.actions.project import Run
    from custbook_gen.cli.console import print_report

    shown = play(folder, Run.now(), lang or ui_lang())  # type: ignore[arg-type]
    if not as_json:
        click.echo(tell("say.demo-edited", count=len(shown.edits)))
        for line in shown.edits:
            click.echo(f"  {inert(line)}")
    print_report(shown.report, as_json=as_json)
    if not as_json:
        click.echo(tell("say.demo-done", path=shown.workbook.absolute()))
    return 0


@click.command(help=tell("help.init"))
@click.argument("folder", type=FOLDER, default=Path())
@click.option("--preset", type=PRESETS, default="standard", help=tell("option.preset"), show_default=True)
@click.option("--lang", type=LANGS, default="zh", help=tell("option.lang"), show_default=True)
@click.option(
    "--store", type=GIVEN, default="sqlite:///book.db", help=tell("option.store"), show_default=True
)
@click.option("--schema", type=GIVEN, default="customer_book", help=tell("option.schema"), show_default=True)
def init(folder: Path, schema: str, **choices: str) -> int:
    """Start a project."""
    from custbook_gen.actions.init import Choices
    from custbook_gen.actions.init import init as start

    start(folder, Choices(schema=_from(folder, schema), **choices))  # type: ignore[arg-type]
    click.echo(tell("say.initialised", folder=folder.absolute()))
    click.echo(tell("say.next-generate", file=folder / "book.xlsx"))
    return 0


def _from(folder: Path, schema: str) -> str:
    """A schema as the folder's project is to call it: a file was named from the present folder."""
    file = Path(schema)
    if file.is_absolute() or (folder / file).is_file() or not file.suffix or not file.is_file():
        return schema
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:  # on another drive
        return file.absolute().as_posix()


@click.command(help=tell("help.check"))
@click.argument("target", type=TARGET)
@click.option("--project", type=FOLDER, help=tell("option.project"))
@click.option("--json", "as_json", is_flag=True, help=tell("option.json"))
def check(target: str, project: Path | None, as_json: bool) -> int:
    """Check a workbook."""
    one_job()
    telling = _told_of("check", target, project, {})
    tell_all([telling], as_json=as_json)
    return telling.exit_code


@click.command(help=tell("help.sync"))
@click.argument("targets", type=TARGET, nargs=-1, required=True)
@click.option("--project", type=FOLDER, help=tell("option.project"))
@click.option("--dry-run", is_flag=True, help=tell("option.dry-run"))
@click.option("--strict", is_flag=True, help=tell("option.strict"))
@click.option("--delete", is_flag=True, help=tell("option.delete"))
@click.option("--restore", is_flag=True, help=tell("option.restore"))
@click.option("--allow-mass-delete", is_flag=True, help=tell("option.mass-delete"))
@click.option("--prefer", type=click.Choice(["file", "store"]), help=tell("option.prefer"))
@click.option("--json", "as_json", is_flag=True, help=tell("option.json"))
def sync(targets: tuple[str, ...], project: Path | None, as_json: bool, **options: bool | str | None) -> int:
    """Sync workbooks, one after the other; one that cannot be synced does not stop the rest."""
    from custbook_gen.errors import UsageError

    if options["delete"] and options["restore"]:
        raise UsageError("delete-and-restore")
    dry_run = bool(options["dry_run"])
    if len(targets) == 1:
        one_job()
        telling = _told_of("sync", targets[0], project, options)
        tell_all([telling], as_json=as_json, dry_run=dry_run)
        return telling.exit_code
    codes: list[int] = []
    tell_all(_synced(targets, project, options, codes), as_json=as_json, dry_run=dry_run, several=True)
    return max(codes)


def _synced(
    targets: Sequence[str], project: Path | None, options: Mapping[str, bool | str | None], codes: list[int]
) -> Iterator[Telling]:
    """What there is to tell of each workbook; of one that cannot be synced, that is said at once."""
    from custbook_gen.cli.failures import tell_failure
    from custbook_gen.errors import CustbookError

    for target in targets:
        try:
            telling = _told_of("sync", target, project, options)
        except (CustbookError, OSError) as error:
            codes.append(tell_failure(error))
            continue
        codes.append(telling.exit_code)
        yield telling


def _told_of(
    command: str, target: str, project: Path | None, options: Mapping[str, bool | str | None]
) -> Telling:
    """What a command has to tell of a workbook: that of the last time, where nothing can be different."""
    question = None if options.get("dry_run") else _asked(command, target, options)
    known = recall(question, project) if question is not None else None
    if known is not None:
        return Again(known, command == "sync")
    from custbook_gen.actions.target import open_target
    from custbook_gen.cli.progress import watched

    with watched() as progress:
        opened = open_target(target, progress=progress)
        opened.workbook.prefetch()  # while everything else that the run needs is loaded
        from custbook_gen.cli.rounds import check_now, sync_now

        if command == "check":
            return check_now(opened, project, question)
        return sync_now(opened, project, options, question)


def _asked(command: str, target: str, options: Mapping[str, bool | str | None]) -> Question | None:
    """What a command is asked about a file; nothing about what lies elsewhere."""
    path = Path(target)
    if not path.is_file():
        return None
    words = [command, *(f"{name}={value}" for name, value in sorted(options.items()) if value)]
    return Question(" ".join(words), path, ui_lang(), dt.datetime.now(dt.UTC).astimezone().date())


@click.command("import", help=tell("help.import"))
@click.argument("file", type=FILE)
@click.option("--sheet", required=True, help=tell("option.sheet"))
@click.option("--map", required=True, type=FILE, help=tell("option.map"))
@click.option("--project", type=FOLDER, help=tell("option.project"))
@click.option("--held", type=FILE, help=tell("option.held"))
@click.option("--dry-run", is_flag=True, help=tell("option.dry-run"))
@click.option("--json", "as_json", is_flag=True, help=tell("option.json"))
def import_(file: Path, project: Path | None, as_json: bool, **options: Any) -> int:
    """Import a file."""
    from custbook_gen.actions.importing import HeldAstrayError, Request, import_file
    from custbook_gen.actions.project import Run
    from custbook_gen.cli.console import print_report

    request = Request(**options)
    try:
        report = import_file(file, request, Run.now(), project)
    except HeldAstrayError as error:
        print_report(error.report, as_json=as_json)
        raise
    print_report(report, as_json=as_json, dry_run=request.dry_run)
    if report.held and report.applied and request.held is not None:
        click.echo(tell("say.held", file=request.held), err=as_json)
    return report.exit_code
