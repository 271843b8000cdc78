"""A local server for the Sheets API, for tests: real HTTP, real token exchange, a state that behaves as
Google's does.

It serves what a careful client sends and answers 501 to everything else. Every body is checked against
Google's own
discovery document in both directions. ``docs/google-sheets-evidence.md`` says what each behaviour rests on.
"""

from tests.sheets_server.colleague import Colleague
from tests.sheets_server.errors import ApiError
from tests.sheets_server.faults import Fault
from tests.sheets_server.server import OWNER, SheetsServer

__all__ = ["OWNER", "ApiError", "Colleague", "Fault", "SheetsServer"]
