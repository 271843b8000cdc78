"""From a request line and a body to an answer: method, sender, scopes, quota, schema, then the method
itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.sheets_server import discovery, drive_methods, masks, sheets_methods
from tests.sheets_server.call import Call
from tests.sheets_server.clock import Quotas, VirtualClock
from tests.sheets_server.errors import ApiError, Json, malformed, not_emulated
from tests.sheets_server.evidence import Behaviour, Evidence
from tests.sheets_server.files import Files
from tests.sheets_server.identities import Grant, Identities
from tests.sheets_server.zeros import dropped

BEHAVIOURS = (
    Behaviour(
        "payload-limit",
        "a body of more than 10,485,760 bytes is refused with 400",
        Evidence.MEASURED,
        "SCRT-HQ/PSGSuite issue 62",
    ),
    Behaviour(
        "schema-errors",
        "unknown names, wrong types, enums and ranges are refused with the path in snake_case",
        Evidence.RECORDED,
        "the three malformed bodies in gspread's recordings",
    ),
    Behaviour(
        "quotas",
        "60 reads and 60 writes per minute and user, 300 per project; then 429 RATE_LIMIT_EXCEEDED",
        Evidence.MEASURED,
        "limits are documented, the body is from reports; Retry-After was seen in none",
    ),
    Behaviour(
        "scopes",
        "a token without one of the method's scopes gets 403",
        Evidence.DOCUMENTED,
        "the scopes of each method in the discovery document",
    ),
)

Endpoint = Callable[[Files, Call], Json]


@dataclass(frozen=True)
class Route:
    """One method that is emulated: its name in the log, whether it reads or writes, and what does it."""

    kind: str
    quota: str
    handle: Endpoint


ROUTES: dict[str, Route] = {
    "sheets.spreadsheets.create": Route("create", "write", sheets_methods.create),
    "sheets.spreadsheets.get": Route("get", "read", sheets_methods.get),
    "sheets.spreadsheets.getByDataFilter": Route(
        "getByDataFilter", "read", sheets_methods.get_by_data_filter
    ),
    "sheets.spreadsheets.batchUpdate": Route("batchUpdate", "write", sheets_methods.batch_update),
    "sheets.spreadsheets.values.get": Route("values.get", "read", sheets_methods.values_get),
    "sheets.spreadsheets.values.batchGet": Route("values.batchGet", "read", sheets_methods.values_batch_get),
    "sheets.spreadsheets.values.batchGetByDataFilter": Route(
        "values.batchGetByDataFilter", "read", sheets_methods.values_batch_get_by_filter
    ),
    "sheets.spreadsheets.values.update": Route("values.update", "write", sheets_methods.values_update),
    "sheets.spreadsheets.values.batchUpdate": Route(
        "values.batchUpdate", "write", sheets_methods.values_batch_update
    ),
    "sheets.spreadsheets.values.clear": Route("values.clear", "write", sheets_methods.values_clear),
    "sheets.spreadsheets.values.batchClear": Route(
        "values.batchClear", "write", sheets_methods.values_batch_clear
    ),
    "sheets.spreadsheets.developerMetadata.get": Route("metadata.get", "read", sheets_methods.metadata_get),
    "sheets.spreadsheets.developerMetadata.search": Route(
        "metadata.search", "read", sheets_methods.metadata_search
    ),
    "drive.files.create": Route("drive.create", "", drive_methods.create),
    "drive.files.get": Route("drive.get", "", drive_methods.get),
    "drive.permissions.create": Route("drive.share", "", drive_methods.share),
    "drive.permissions.list": Route("drive.permissions", "", drive_methods.list_permissions),
}


def kind_of(verb: str, path: str) -> str:
    """What a request is called in the log: the short name of its method, ``token``, or ``unknown``."""
    if path == "/token":
        return "token"
    found = discovery.find_method(verb, path)
    if found is None:
        return "unknown"
    route = ROUTES.get(found[0].id)
    return found[0].id if route is None else route.kind


@dataclass
class Service:
    """Files, people and quotas of one server."""

    clock: VirtualClock = field(default_factory=VirtualClock)
    identities: Identities = field(init=False)
    files: Files = field(init=False)
    quotas: Quotas = field(init=False)

    def __post_init__(self) -> None:
        self.identities = Identities(self.clock)
        self.files = Files(self.clock, self.identities)
        self.quotas = Quotas(self.clock)

    def answer(self, verb: str, path: str, query: dict[str, list[str]], raw: bytes, grant: Grant) -> Json:
        """The answer to one request.

        Raises:
            ApiError: the request is refused.
            AssertionError: the answer does not fit the API's schema: a fault of this server.
        """
        found = discovery.find_method(verb, path)
        if found is None:
            raise ApiError(404, "Requested entity was not found.")
        method, parts = found
        route = ROUTES.get(method.id)
        if route is None:
            raise not_emulated(method.id)
        _check_scopes(method, grant)
        if route.quota:
            self.quotas.spend(grant.email, route.quota)
        parts = {name: unquote(part) for name, part in parts.items()}
        body = _parsed(method, raw)
        call = Call(method, parts, query, body, _tree(method, query), grant)
        call.options()
        answer = route.handle(self.files, call)
        if method.api == "sheets.v4":
            answer = dropped(answer, str(method.response))
            answer = masks.select(answer, call.tree)
        problems = discovery.problems(answer, str(method.response), method.api, outgoing=False)
        if problems:
            raise AssertionError(
                f"{method.id} would answer what Google's schema does not know: {problems[:3]}"
            )
        return answer


def _tree(method: discovery.Method, query: dict[str, list[str]]) -> masks.Tree:
    """What ``fields`` wants of an answer of Sheets; Drive reads its own."""
    text = query.get("fields", [""])[-1]
    if method.api != "sheets.v4" or not text:
        return {}
    try:
        return masks.parse(text, str(method.response), discovery.schemas(method.api))
    except masks.MaskError as error:
        raise masks.refusal(text, error) from error


def _check_scopes(method: discovery.Method, grant: Grant) -> None:
    if not grant.scopes & method.scopes:
        raise ApiError(
            403,
            "Request had insufficient authentication scopes.",
            [
                {
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
                    "domain": "googleapis.com",
                    "metadata": {"method": method.id},
                }
            ],
        )


def _parsed(method: discovery.Method, raw: bytes) -> Json:
    """The body, checked.

    Raises:
        ApiError: too large, not JSON, or not of the method's message type.
    """
    if len(raw) > discovery.PAYLOAD_LIMIT:
        raise ApiError(400, f"Request payload size exceeds the limit: {discovery.PAYLOAD_LIMIT} bytes.")
    if not raw or method.request is None:
        return {}
    try:
        body: Any = json.loads(raw, parse_constant=_no_constant)
    except ValueError as error:
        raise ApiError(400, "Invalid JSON payload received. Parse error.") from error
    if not isinstance(body, dict):
        raise ApiError(400, "Invalid JSON payload received. Root element must be a message.")
    problems = discovery.problems(body, method.request, method.api, outgoing=True)
    if problems:
        raise malformed(problems)
    return body


def _no_constant(name: str) -> None:
    raise ValueError(name)
