"""``custbook schema``: tables, JSON documents and JSON Schemas about a book's schema."""

from __future__ import annotations

from pathlib import Path

import click

from custbook_gen.cli.language import tell, ui_lang
from custbook_gen.cli.parameters import FOLDER, GIVEN

SHEET_COLUMNS = ("sheet", "label", "preset", "count", "fields")
FIELD_COLUMNS = ("field", "label", "type", "need", "rule", "preset")


@click.command(help=tell("help.schema"))
@click.argument("sheet", required=False)
@click.option("--project", type=FOLDER, help=tell("option.project-here"))
@click.option("--schema", type=GIVEN, help=tell("option.schema"))
@click.option("--preset", type=click.Choice(["basic", "standard", "full"]), help=tell("option.preset-shown"))
@click.option("--json", "as_json", is_flag=True, help=tell("option.json-book"))
@click.option("--json-schema", is_flag=True, help=tell("option.json-schema"))
@click.option("--project-file", is_flag=True, help=tell("option.project-file"))
@click.option("--records", metavar="SHEET", help=tell("option.records"))
def schema(
    sheet: str | None, project: Path | None, json_schema: bool, project_file: bool, **options: str | None
) -> None:
    """Tell what a schema says; at most one JSON document per run."""
    from custbook_gen.actions.describe import describe, file_schema
    from custbook_gen.cli.tellings import print_json, print_table
    from custbook_gen.errors import UsageError

    records, as_json = options["records"], bool(options["as_json"])
    if sum((as_json, json_schema, records is not None, sheet is not None)) > 1:
        raise UsageError("schema-one")
    if project_file and not json_schema:
        raise UsageError("project-file-alone")
    if json_schema:
        print_json(file_schema(of_projects=project_file))
        return
    told = describe(project, options["schema"], options["preset"])  # type: ignore[arg-type]
    if records is not None:
        print_json(told.records(records))
    elif as_json:
        print_json(told.chosen.model_dump(mode="json", exclude_defaults=True))
    elif sheet is not None:
        found = told.sheet(sheet)
        title = f"{found.key} · {found.label.line(ui_lang())}"
        print_table(title, FIELD_COLUMNS, told.details(sheet, ui_lang()))
    else:
        title = f"{told.whole.label.line(ui_lang())} · {told.preset}"
        print_table(title, SHEET_COLUMNS, told.overview(ui_lang()))
        click.echo(tell("say.schema-more"))
