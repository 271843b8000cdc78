"""The import as a command, and as its documentation shows it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from custbook_gen.actions.importing import Request, import_file
from custbook_gen.actions.init import Choices, init
from custbook_gen.actions.project import Run
from custbook_gen.backends.delimited import read_table
from custbook_gen.cli import main
from tests.import_books import BASIC, DOCS, put, records, revision, small_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with a small schema."""
    return small_project(tmp_path)


# ---------------------------------------------------------------- the command line


def command(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main(["import", *words])
    streams = capsys.readouterr()
    return int(left.value.code or 0), streams.out, streams.err


def test_the_command_reports_in_words_and_in_json(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUSTBOOK_LANG", "en")
    rows = put(folder, "Id,Name,Mail\n1,Ann,a@b.com\n2,,b@b.com\n")
    words = [str(rows), "--sheet", "clients", "--map", str(put(folder, BASIC, "map.yaml"))]
    code, out, err = command(capsys, *words, "--json", "--dry-run", "--held", str(folder / "held.csv"))
    document = json.loads(out)
    assert (code, err) == (1, "")
    assert document["counts"]["inserted"] == 1
    assert document["issues"][0]["cell"] == "in.csv:3"
    assert (document["revision"], document["applied"]) == ({"base": 0, "now": 0}, False)
    code, out, _ = command(capsys, *words, "--held", str(folder / "held.csv"))
    assert code == 1
    assert "2 rows: 1 inserted" in out
    assert "held.csv" in out
    code, out, err = command(capsys, *words[:2], "client", *words[3:])
    assert (code, out) == (2, "")
    assert err.startswith("There is no sheet “client”")
    code, out, err = command(capsys, str(folder / "gone.csv"), *words[1:])
    assert (code, out) == (3, "")
    assert err.count("\n") == 1


@pytest.mark.parametrize("blocked", [("replace",), ("replace", "rename")])
@pytest.mark.parametrize("how", [(), ("--json",)])
def test_held_rows_that_cannot_be_put_in_their_place_are_told_with_what_is_stored(
    folder: Path,
    blocked: tuple[str, ...],
    how: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setenv("CUSTBOOK_LANG", "en")
    rows = put(folder, "Id,Name,Mail\n1,Ann,a@b.com\n2,,b@b.com\n")
    mapping, held = put(folder, BASIC, "map.yaml"), folder / "held.csv"
    words = [str(rows), "--sheet", "clients", "--map", str(mapping), "--held", str(held)]
    with monkeypatch.context() as patch:
        for name in blocked:
            patch.setattr(Path, name, refused)
        code, out, err = command(capsys, *words, *how)
    assert (code, revision(folder), len(records(folder))) == (3, 1, 1)
    assert json.loads(out)["revision"] == {"base": 0, "now": 1} if how else "2 rows: 1 inserted" in out
    assert err.startswith(
        "What could be imported is stored (revision 1), but the list of rows that were not could"
    )
    assert "“held.csv” (Permission denied)" in err
    (kept,) = (path for path in folder.iterdir() if "held" in path.name)
    assert f"it is in “{kept.name}” beside it" in err
    assert (kept.suffix == ".csv") == ("rename" not in blocked)
    assert [row.cells[:4] for row in read_table(kept).rows] == [("2", "", "b@b.com", "3")]


# ---------------------------------------------------------------- the documentation


def test_the_example_of_the_documentation_does_what_it_says(folder: Path) -> None:
    text = DOCS.read_text(encoding="utf-8")
    blocks = dict(re.findall(r"<!-- example: (\S+) -->\n```\w*\n(.*?)```", text, re.DOTALL))
    project = folder / "shop"
    init(project, Choices())
    request = Request("staff", put(folder, blocks["staff.yaml"], "staff.yaml"))
    assert (
        import_file(put(folder, blocks["staff.csv"], "staff.csv"), request, Run.now(), project).exit_code == 0
    )
    request = Request("customers", put(folder, blocks["customers.yaml"], "customers.yaml"))
    report = import_file(put(folder, blocks["customers.csv"], "customers.csv"), request, Run.now(), project)
    shown = [f"{item.place.cell}: {item.message('en')}" for item in report.issues]
    assert shown == blocks["report"].splitlines()
    stored = records(project, "customers")
    names = [f"{key} {item['name']}: {item.get('phone', item.get('email'))}" for key, item in stored.items()]
    assert names == blocks["stored"].splitlines()
