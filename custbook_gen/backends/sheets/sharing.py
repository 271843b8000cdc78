"""Giving people access to a spreadsheet."""

from __future__ import annotations

import re
from typing import Final

from custbook_gen.backends.sheets.transport import FILES, Request
from custbook_gen.errors import UsageError
from custbook_gen.value_objects import value_object

ROLES: Final = {"viewer": "reader", "commenter": "commenter", "editor": "writer", "manager": "writer"}
"""Drive's word for each role; a manager is an editor who may change what is protected as well."""
_ADDRESS: Final = re.compile(r"[^@\s:]+@[^@\s:]+\.[^@\s:]+")


@value_object
class Share:
    """Access for one person."""

    email: str
    role: str

    @property
    def manages(self) -> bool:
        """Whether the person may change what is protected."""
        return self.role == "manager"


def parse_share(words: str) -> Share:
    """A share as ``--share`` says it: ``li@example.com:editor``.

    Raises:
        UsageError: ``share-words``.
    """
    email, _, role = words.rpartition(":")
    if role not in ROLES or not _ADDRESS.fullmatch(email):
        raise UsageError("share-words", words=words, roles=", ".join(ROLES))
    return Share(email, role)


def share_request(share: Share, file_id: str) -> Request:
    """The request that gives a person access; giving it twice is as good as once."""
    body = {"type": "user", "role": ROLES[share.role], "emailAddress": share.email}
    params = {"supportsAllDrives": "true", "sendNotificationEmail": "false", "fields": "id"}
    return Request("POST", f"{FILES}/{file_id}/permissions", params, body)
