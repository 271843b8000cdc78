"""The service on a real socket."""

from __future__ import annotations

import gzip
import json
import socket
import struct
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from tests.sheets_server import creation
from tests.sheets_server.call import Logged
from tests.sheets_server.clock import VirtualClock
from tests.sheets_server.colleague import Colleague
from tests.sheets_server.errors import ApiError, Json
from tests.sheets_server.faults import Fault, Faults
from tests.sheets_server.identities import TokenRefusedError
from tests.sheets_server.service import Service, kind_of
from tests.sheets_server.spreadsheet import Spreadsheet

OWNER = "owner@example.com"


@dataclass
class Outcome:
    """What leaves the server for one request."""

    status: int
    body: Json
    retry_after: int | None = None
    reset: bool = False
    delay: float = 0.0


@dataclass
class SheetsServer:
    """A local stand-in for the Sheets and Drive APIs; use it as a context manager.

    Attributes:
        requests: everything that reached it, in order.
        faults: what goes wrong, and when.
        broken: requests that this server does not emulate, and faults of its own (an answer that Google's
            schema
            refuses). Leaving the context raises the first one, so that no client hides it; a test that
            wants one
            clears the list.
    """

    service: Service = field(default_factory=Service)
    requests: list[Logged] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    broken: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        self._stopped = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
        if self.broken and error is None:
            raise self.broken[0]

    @property
    def base_url(self) -> str:
        """Where it listens: ``http://127.0.0.1:PORT``."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def clock(self) -> VirtualClock:
        """Its time, moved by ``advance``."""
        return self.service.clock

    def service_account_info(self, name: str) -> Json:
        """A key file for a service account of this name; tokens come from this server."""
        return self.service.identities.service_account(name, f"{self.base_url}/token")

    def authorized_user_info(self, email: str, *scopes: str) -> Json:
        """What an OAuth consent leaves for a user; give ``token_uri`` to
        ``google.oauth2.credentials.Credentials``."""
        return self.service.identities.authorized_user(email, f"{self.base_url}/token", scopes)

    def new_spreadsheet(
        self, title: str, owner: str = OWNER, editors: tuple[str, ...] | list[str] = ()
    ) -> str:
        """An empty spreadsheet that a user made and shared; its id."""
        with self._lock:
            book = creation.empty(self.service.files.new_file_id(), title, owner)
            book.permissions = dict.fromkeys(editors, "writer")
            self.service.files.keep(book)
            return book.id

    def new_shared_drive(self, *members: str) -> str:
        """A shared drive; its id is a possible parent of files."""
        with self._lock:
            drive_id = self.service.files.new_file_id()
            self.service.files.shared_drives[drive_id] = frozenset(members)
            return drive_id

    def url(self, spreadsheet_id: str) -> str:
        """The address that people have in their browser."""
        return f"https://docs.google.com/spreadsheets/d/{spreadsheet_id}/edit#gid=0"

    def spreadsheet(self, spreadsheet_id: str) -> Spreadsheet:
        """The state of a spreadsheet, to look at."""
        return self.service.files.spreadsheets[spreadsheet_id]

    def colleague(self, spreadsheet_id: str, email: str = "") -> Colleague:
        """A person who edits directly; the owner unless another address is given."""
        book = self.spreadsheet(spreadsheet_id)
        return Colleague(self.service.files, self._lock, spreadsheet_id, email or book.owner)

    def count(self, *kinds: str) -> int:
        """How many requests arrived; with kinds, only those. Token requests count only where they are
        named."""
        return sum(one.kind in kinds if kinds else one.kind != "token" for one in self.requests)

    def handle(self, verb: str, target: str, headers: dict[str, str], raw: bytes) -> Outcome:
        """One request, from the log entry to what leaves."""
        parts = urlsplit(target)
        query = parse_qs(parts.query, keep_blank_values=True)
        kind = kind_of(verb, parts.path)
        entry = Logged(verb, parts.path, query, kind, raw)
        with self._lock:
            self.requests.append(entry)
            struck = self.faults.striking(kind, parts.path)
            outcome = self._outcome(entry, headers, struck)
            outcome.delay = sum(fault.delay for fault in struck)
            outcome.reset = outcome.reset or any(fault.reset for fault in struck)
            entry.status = 0 if outcome.reset else outcome.status
            entry.raw_answer = b"" if outcome.reset else json.dumps(outcome.body).encode()
        self._stopped.wait(outcome.delay)
        return outcome

    def _outcome(self, entry: Logged, headers: dict[str, str], struck: list[Fault]) -> Outcome:
        for fault in struck:
            if fault.act is not None:
                fault.act()
        if any(fault.reset == "before" for fault in struck):
            return Outcome(0, {}, reset=True)
        for fault in struck:
            if fault.error is not None:
                return Outcome(fault.error.code, fault.error.body(), fault.retry_after)
        return self._answer(entry, headers)

    def _answer(self, entry: Logged, headers: dict[str, str]) -> Outcome:
        try:
            if entry.kind == "token":
                form = {name: given[-1] for name, given in parse_qs(entry.raw_body.decode()).items()}
                answer = self.service.identities.exchange(form)
            else:
                grant = self.service.identities.caller(headers.get("authorization"))
                entry.caller = grant.email
                answer = self.service.answer(entry.method, entry.path, entry.query, entry.raw_body, grant)
        except TokenRefusedError as refused:
            return Outcome(400, refused.body)
        except ApiError as error:
            if error.code == 501:
                self.broken.append(error)
            return Outcome(error.code, error.body())
        except Exception as error:  # noqa: BLE001 - any fault of the server itself is to fail the test that met it
            self.broken.append(error)
            return Outcome(500, ApiError(500, f"The test server is at fault: {error!r}").body())
        entry.handled = True
        return Outcome(200, answer)


def _handler_of(server: SheetsServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            outcome = server.handle(self.command, self.path, headers, raw)
            if outcome.reset:
                self._cut()
            else:
                self._send(outcome, headers)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - names that the base class calls

        def _send(self, outcome: Outcome, headers: dict[str, str]) -> None:
            compact = "prettyPrint=false" in self.path
            text = json.dumps(outcome.body, ensure_ascii=False, indent=None if compact else 2)
            payload = text.encode()
            self.send_response(outcome.status)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            if "gzip" in headers.get("accept-encoding", "") and len(payload) > 1000:
                payload = gzip.compress(payload, 1)
                self.send_header("Content-Encoding", "gzip")
            if outcome.retry_after is not None:
                self.send_header("Retry-After", str(outcome.retry_after))
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def _cut(self) -> None:
            """Close without a goodbye: the client sees a reset."""
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            """Keep quiet: the log is ``SheetsServer.requests``."""

    return Handler
