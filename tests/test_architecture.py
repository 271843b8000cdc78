"""The shape of the code: sizes, layers, what is loaded when, and exit codes."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from custbook_gen import errors

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "custbook_gen"
FILES = sorted(PACKAGE.rglob("*.py"))
LONGEST_FILE = 400
LONGEST_FUNCTION = 50
HEAVY = (
    "openpyxl",
    "gspread",
    "google",
    "requests",
    "lxml",
    "sqlalchemy",
    "jinja2",
    "pydantic",
    "phonenumbers",
    "rich",
    "ruamel",
)
VAGUE = {"utils", "util", "helpers", "common", "misc", "manager", "processor"}


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)


def test_no_file_is_longer_than_a_reader_bears() -> None:
    lengths = {path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path in FILES
        for function in functions(path)
    }
    assert {name: lines for name, lines in long.items() if lines > LONGEST_FUNCTION} == {}


def test_modules_are_named_by_what_they_hold() -> None:
    assert {path.stem for path in FILES} & VAGUE == set()


def test_nothing_is_imported_for_the_type_checker_alone() -> None:
    assert [path.name for path in FILES if "TYPE_CHECKING" in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize(
    "code",
    [
        "import custbook_gen",
        "import custbook_gen.cli",
        "from custbook_gen.cli import main; main(['--help'])",
        "from custbook_gen.cli import main; main(['sync', '--help'])",
        "from custbook_gen.cli import main; main([])",
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(code: str) -> None:
    program = (
        "import sys\n"
        f"try:\n    {code}\nexcept SystemExit:\n    pass\n"
        f"loaded = {{name.partition('.')[0] for name in sys.modules}} & {set(HEAVY)!r}\n"
        "print('LOADED', *sorted(loaded))"
    )
    done = run(sys.executable, "-c", program)
    assert done.stdout.splitlines()[-1] == "LOADED", done.stderr


@pytest.mark.parametrize(
    ("first", "word", "most"),
    [
        ("", "--version", 3),
        ("import click; click.Command('x').main(['--help'], standalone_mode=False)", "--help", 12),
    ],
)
def test_what_is_said_at_once_loads_few_modules(first: str, word: str, most: int) -> None:
    program = (
        f"import sys; {first}\n"
        "before = set(sys.modules)\n"
        "from custbook_gen.cli import main\n"
        f"try:\n    main(['{word}'])\nexcept SystemExit:\n    pass\n"
        "print('LOADED', *sorted(sys.modules.keys() - before))"
    )
    done = run(sys.executable, "-c", program)
    assert len(done.stdout.splitlines()[-1].split()) - 1 <= most, done.stdout


def test_imports_point_one_way() -> None:
    done = run(
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
        "--no-cache",
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_all_between_the_ends_and_what_knows_the_machine_is_core() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {one["name"]: one for one in project["tool"]["importlinter"]["contracts"]}
    layers = contracts["Imports point one way"]["layers"]
    inner = layers[layers.index("report | refresh") : layers.index("texts") + 1]
    core = {f"custbook_gen.{name}" for layer in inner for name in layer.split(" | ")}
    told = contracts["The core touches nothing outside"]["source_modules"]
    assert sorted(told) == sorted({*core, "custbook_gen.portions", "custbook_gen.value_objects"})


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--help"], 0),
        (["check", "--help"], 0),
        (["nothing"], 2),
        (["check"], 2),
        (["sync", "--prefer", "nobody", "x.xlsx"], 2),
        (["check", "no-such-file.xlsx"], 3),
        (["sync", "no-such-file.xlsx"], 3),
    ],
)
def test_the_exit_code_tells_wrong_usage_from_a_run_that_could_not_be(words: list[str], code: int) -> None:
    done = run(sys.executable, "-m", "custbook_gen", *words)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    if code:
        assert done.stderr.strip()
        assert done.stdout == ""


def test_every_error_has_an_exit_code_of_its_kind() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    codes = {kind.__name__: kind.exit_code for kind in kinds if issubclass(kind, errors.CustbookError)}
    assert {name for name, code in codes.items() if code == 2} == {"UsageError"}
    assert set(codes.values()) == {2, 3}
