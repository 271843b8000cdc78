"""The README tells the truth: its commands exist, its links lead somewhere, its examples work."""

import re
import shlex
from pathlib import Path

import pytest
from click import Context
from ruamel.yaml import YAML

from custbook_gen.cli.program import COMMANDS, cli
from custbook_gen.load import load_book

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^ *```(\w+)\n(.*?)^ *```", README, re.DOTALL | re.MULTILINE)
SHELL = [
    line for language, block in BLOCKS if language == "sh" for line in block.splitlines() if line.strip()
]


def test_the_first_two_commands_install_into_their_own_environment() -> None:
    demo, tests = SHELL[:2]
    assert demo.startswith("python3 -m venv .venv && ")
    assert demo.endswith(".venv/bin/custbook demo")
    assert tests.startswith("python3 -m venv .venv && ")
    assert tests.endswith(".venv/bin/pytest")


@pytest.mark.parametrize("line", [line for line in SHELL[2:] if line.startswith("custbook ")])
def test_every_command_of_the_readme_exists_with_its_options(line: str) -> None:
    _, name, *words = shlex.split(line, comments=True)
    command = cli.get_command(Context(cli), name)
    assert command is not None
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_every_command_is_in_the_readme() -> None:
    named = set(re.findall(r"custbook (\w+)", README))
    assert set(COMMANDS) <= named


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#]+)\)", README))
def test_every_link_leads_to_a_file(target: str) -> None:
    assert target.startswith("https://") or (ROOT / target).exists()


def test_the_example_of_changes_loads() -> None:
    block = next(block for language, block in BLOCKS if language == "yaml")
    book = load_book("customer_book", YAML(typ="safe").load(block))
    assert {"Beverages", "Condiments", "snacks"} <= set(book.category("product_category").by_code)
    customers = book.sheet("customers")
    assert (customers.field("shoe_size").max, customers.field("gender").preset) == (50, "opt-in")
    assert book.settings.value.high == 50000
