"""Logging in with the browser, once; the login is kept for the next time."""

from __future__ import annotations

import contextlib
import os
import sys
import webbrowser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import google.auth.exceptions
import requests
from google.oauth2.credentials import Credentials
from gspread.auth import local_server_flow
from oauthlib.oauth2 import OAuth2Error

from custbook_gen.errors import WorkbookError


def log_in(config: Mapping[str, Any], scopes: Sequence[str], client: Path, kept: Path) -> Credentials:
    """Let somebody log in.

    Args:
        config: the OAuth client.
        scopes: what is asked for.
        client: where the client stands.
        kept: where the login goes.

    Raises:
        WorkbookError: ``online-login-needed`` where nobody can, ``online-login-refused`` where
            somebody or Google did not agree, ``online-client-kind``, ``online-bad-credentials``.
    """
    if "web" in config:
        raise WorkbookError("online-client-kind", file=client.name)
    if "installed" not in config:
        raise WorkbookError("online-bad-credentials", file=client.name)
    if not sys.stdin.isatty():
        raise WorkbookError("online-login-needed", file=client.name)
    try:
        with contextlib.redirect_stdout(sys.stderr):  # what is printed is for people, not part of a result
            user = local_server_flow(config, scopes)
    except webbrowser.Error as error:
        raise WorkbookError("online-login-needed", file=client.name) from error
    except (OAuth2Error, Warning) as error:  # a warning where less was agreed to than was asked for
        raise WorkbookError("online-login-refused") from error
    except requests.RequestException as error:
        raise WorkbookError("online-unreachable", file=client.name) from error
    except (google.auth.exceptions.GoogleAuthError, KeyError, OSError, ValueError) as error:
        raise WorkbookError("online-bad-credentials", file=client.name) from error
    with contextlib.suppress(OSError):  # where it cannot be kept, it is asked for again the next time
        keep_login(user, kept)
    return user


def keep_login(user: Credentials, path: Path) -> None:
    """Keep a login where gspread looks for it, readable by its owner alone."""
    text: str = user.to_json(strip=["token"])  # type: ignore[no-untyped-call]
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
