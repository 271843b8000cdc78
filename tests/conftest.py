"""What all tests share: the switch that rewrites expected texts."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the expected texts of golden tests")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether expected texts are to be rewritten (``pytest --update``)."""
    return bool(request.config.getoption("--update"))
