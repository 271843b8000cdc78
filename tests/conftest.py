"""Fixtures that several test modules share."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from custbook_gen.cli import OBJECTS
from tests.newcomers import Newcomer, welcomed
from tests.postgres_server import NoServerError, empty_place, private_server
from tests.sheets_books import SheetDesk, desk_with, make_sheet, redirected
from tests.sheets_clients import ROBOT, Api
from tests.sheets_server import SheetsServer
from tests.sheets_server.spreadsheet import Spreadsheet
from tests.sync_books import Desk, desk_from, make_project

VERIFIED = "verified against Google"
"""The property of a test's report that says so."""

# how long an example takes says more about the machine than about the code
settings.register_profile("custbook", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("custbook")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The switch that rewrites expected texts."""
    parser.addoption("--update", action="store_true", help="rewrite the expected texts of golden tests")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell that a live run succeeded, for the pages that say what has been verified and when."""
    for report in terminalreporter.stats.get("passed", []):
        for name, told in report.user_properties:
            if name == VERIFIED:
                terminalreporter.write_line(f"VERIFIED AGAINST GOOGLE {told}: note it in README.md and docs/")


def pytest_collection_finish() -> None:
    """Look for garbage as seldom as the program does, and never among what was imported: it took a sixth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS)


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether expected texts are to be rewritten (``pytest --update``)."""
    return bool(request.config.getoption("--update"))


@pytest.fixture(scope="session")
def made_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a filled store and two workbooks; copied, never changed."""
    folder = tmp_path_factory.mktemp("made") / "project"
    make_project(folder)
    return folder


@pytest.fixture
def desk(made_project: Path, tmp_path: Path) -> Desk:
    """A copy of the project to work on."""
    return desk_from(made_project, tmp_path / "desk")


@pytest.fixture
def sheets_server() -> Iterator[SheetsServer]:
    """A local stand-in for the Sheets API, without files."""
    with SheetsServer() as server:
        yield server


@pytest.fixture
def newcomer(
    sheets_server: SheetsServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Newcomer:
    """Somebody who tries the local stand-in for the first time."""
    return welcomed(sheets_server, tmp_path, monkeypatch, capsys)


@pytest.fixture(scope="module")
def shared_sheets_server() -> Iterator[SheetsServer]:
    """The same for all tests of a module, with quotas that none of them meets."""
    with SheetsServer() as server:
        server.service.quotas.per_user = server.service.quotas.per_project = 10_000
        yield server


@pytest.fixture(scope="module")
def sheets_api(shared_sheets_server: SheetsServer) -> Iterator[Api]:
    """Bare requests to the shared server, in a service account's name."""
    api = Api(shared_sheets_server)
    yield api
    api.close()


@pytest.fixture
def sheet_key(shared_sheets_server: SheetsServer) -> str:
    """An empty spreadsheet on the shared server that its owner shared with the service account."""
    return shared_sheets_server.new_spreadsheet("Book", editors=[ROBOT])


@pytest.fixture(scope="session")
def made_sheet(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Spreadsheet]:
    """A project and its Google spreadsheet; copied, never changed."""
    made = make_sheet(tmp_path_factory.mktemp("online") / "project")
    gc.freeze()  # tens of thousands of cells that stay need not be searched for garbage again and again
    return made


@pytest.fixture
def sheet_desk(
    made_sheet: tuple[Path, Spreadsheet], sheets_server: SheetsServer, tmp_path: Path
) -> Iterator[SheetDesk]:
    """A copy of both to work on; what is meant for Google goes to the local server."""
    with redirected(sheets_server):
        yield desk_with(sheets_server, made_sheet, tmp_path / "project")


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A PostgreSQL database for tests: the one that ``CUSTBOOK_SERVER`` names, or a private server's."""
    with ExitStack() as stack:
        try:
            address = os.environ.get("CUSTBOOK_SERVER") or stack.enter_context(private_server())
        except NoServerError as error:
            pytest.skip(f"no database server, name a database with CUSTBOOK_SERVER: {error}")
        yield address


@pytest.fixture
def server_url(server: str) -> Iterator[str]:
    """An address on the server at which there is nothing yet."""
    with empty_place(server) as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def any_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An address at which there is nothing yet, of either database; others are waited for shortly."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'book.db'}?timeout=0.1"
    return f"{request.getfixturevalue('server_url')}&timeout=0.1"
