"""Errors as Google's APIs give them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]

STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    408: "DEADLINE_EXCEEDED",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
}


class ApiError(Exception):
    """A refusal with its HTTP status; ``body`` is the JSON that travels."""

    def __init__(self, code: int, message: str, details: Sequence[Json] = (), **more: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = list(details)
        self.more = more

    def body(self) -> Json:
        """The error body in Google's form."""
        error: Json = {"code": self.code, "message": self.message, "status": STATUS[self.code]}
        error |= self.more
        if self.details:
            error["details"] = self.details
        return {"error": error}


def bad(message: str) -> ApiError:
    """A request that is well formed but means nothing: 400."""
    return ApiError(400, message)


def not_emulated(what: str) -> ApiError:
    """Something that Google can do and this server cannot: a loud 501, never a guess."""
    return ApiError(501, f"not emulated: {what}")


def malformed(problems: Sequence[str]) -> ApiError:
    """A body that does not fit the API's schema, told the way the front end of Google's APIs tells it."""
    violations = [_violation(problem) for problem in problems]
    detail = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": violations}
    return ApiError(400, "\n".join(problems), [detail])


def _violation(problem: str) -> Json:
    at = re.search(r" at '([^']+)'", problem)
    return ({"field": at[1]} if at else {}) | {"description": problem}


def drive_error(code: int, reason: str, message: str, domain: str = "global") -> ApiError:
    """An error of the Drive API, which lists ``errors`` with reasons."""
    return ApiError(code, message, errors=[{"message": message, "domain": domain, "reason": reason}])
