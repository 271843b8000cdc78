"""``custbook generate``: one workbook, or one for each value of a field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from custbook_gen.cli.language import tell, ui_lang
from custbook_gen.cli.parameters import FOLDER, LANGS, TARGET
from custbook_gen.texts import Lang


@click.command(help=tell("help.generate"))
@click.argument("target", type=TARGET, required=False)
@click.option("--into", type=TARGET, metavar="URL", help=tell("option.into"))
@click.option("--share", "shares", multiple=True, metavar="ADDRESS:ROLE", help=tell("option.share"))
@click.option("--only", metavar="FIELD=VALUE", help=tell("option.only"))
@click.option("--each", metavar="FIELD", help=tell("option.each"))
@click.option("--project", type=FOLDER, help=tell("option.project"))
@click.option("--lang", type=LANGS, help=tell("option.lang"))
@click.option("--force", is_flag=True, help=tell("option.force"))
@click.option("--json", "as_json", is_flag=True, help=tell("option.json"))
def generate(target: str | None, project: Path | None, lang: Lang | None, **options: Any) -> int:
    """Write a workbook, or several."""
    from custbook_gen.store_ahead import read_ahead

    # before all that is slow to load
    ahead = None if options["each"] else read_ahead(Path(target).parent if target else Path(), project)

    from custbook_gen.actions.generate import generate as write
    from custbook_gen.actions.project import Run, home_of
    from custbook_gen.actions.target import ONLINE, open_target
    from custbook_gen.cli.progress import watched
    from custbook_gen.cli.tellings import print_json
    from custbook_gen.errors import UsageError

    if (target is None) == (options["into"] is None):
        raise UsageError("into-or-target")
    where = str(options["into"] if target is None else target)
    if target is None and not ONLINE.match(where):
        raise UsageError("not-a-sheets-address", address=where)
    if options["each"] is not None:
        return _generate_each(where, project, lang, options)
    with watched() as progress:
        opened = open_target(where, options["shares"], progress)
        home = home_of(opened.folder, project)
        home.store.expect(ahead)
        only, force = options["only"], options["force"]
        made = write(home, opened, Run.now(), lang=lang, only=only, replace=force)
    if options["as_json"]:
        print_json(made.to_json(ui_lang()))
        return 0
    click.echo(tell("say.generated", path=made.place))
    _tell_replaced([made.replaced])
    for sheet in home.book.sheets:
        click.echo("  " + tell("say.records", sheet=sheet.label.line(ui_lang()), count=made.rows[sheet.key]))
    if made.losses:
        click.echo(tell("say.not-carried", count=len(made.losses)))
    return 0


def _generate_each(where: str, project: Path | None, lang: Lang | None, options: Mapping[str, Any]) -> int:
    """Write one workbook per value of a field."""
    from custbook_gen.actions.generate_each import Manner, generate_each
    from custbook_gen.actions.project import Run, home_of
    from custbook_gen.actions.target import ONLINE
    from custbook_gen.cli.progress import watched
    from custbook_gen.cli.tellings import print_json
    from custbook_gen.errors import UsageError

    if options["only"] is not None:
        raise UsageError("each-or-only")
    if ONLINE.match(where):
        raise UsageError("each-online")
    folder = Path(where)
    if options["shares"]:
        raise UsageError("share-of-file", file=folder.name)
    home = home_of(folder, project)
    manner = Manner(lang or home.project.lang, options["force"])
    with watched() as progress:
        several = generate_each(home, folder, options["each"], Run.now(), manner, progress)
    if options["as_json"]:
        print_json([item.to_json(ui_lang()) for item in several])
        return 0
    for item in several:
        of = item.of
        facts = {} if of is None else {"label": of.label, "value": of.value}
        click.echo(tell("say.generated-of" if facts else "say.generated", path=item.place, **facts))
    _tell_replaced([item.replaced for item in several])
    return 0


def _tell_replaced(replaced: Iterable[Any]) -> None:
    """What became of the workbooks that were there before: those with edits one by one, else the folders."""
    folders: dict[Path, int] = {}
    for one in replaced:
        if one is None:
            continue
        if one.held_edits:
            click.echo(tell("say.replaced-edited", path=one.backup, **one.to_json()["not_stored"]))
        else:
            folder = Path(one.backup).parent
            folders[folder] = folders.get(folder, 0) + 1
    for folder, count in folders.items():
        click.echo(tell("say.replaced", folder=folder, count=count))
