"""Who may call: throw-away keys, the JWT-bearer and refresh-token exchanges, access tokens that expire."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import google.auth.exceptions
import google.auth.jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.sheets_server.clock import VirtualClock
from tests.sheets_server.errors import ApiError, Json
from tests.sheets_server.evidence import Behaviour, Evidence

BEHAVIOURS = (
    Behaviour(
        "tokens",
        "access tokens come from a JWT-bearer or refresh-token exchange, live an hour, and are asked for "
        "by 401",
        Evidence.DOCUMENTED,
        "OAuth 2 for service accounts and for installed programs",
    ),
    Behaviour(
        "token-refusals",
        "a clock that is wrong, more scopes than were agreed to, and withdrawn consent are refused with 400 "
        "and OAuth's words for it",
        Evidence.DOCUMENTED,
        "RFC 6749 and Google's OAuth guides; by how much a clock may be wrong is not told",
    ),
)

SKEW = 300
"""Seconds by which a program's clock may be wrong."""

LIFETIME = 3600
"""Seconds an access token lives."""

CONSENT = ("https://www.googleapis.com/auth/spreadsheets", "https://www.googleapis.com/auth/drive.file")

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AUDIENCE = "https://oauth2.googleapis.com/token"
"""google-auth puts this audience into every assertion, wherever the token is fetched from."""


_decode: Callable[..., Any] = google.auth.jwt.decode  # the library has no types


class TokenRefusedError(Exception):
    """The token endpoint refuses; ``body`` is what OAuth says."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.body = {"error": error, "error_description": description}


@dataclass(frozen=True)
class Grant:
    """What an access token stands for."""

    email: str
    scopes: frozenset[str]
    expires: float


@cache
def _key() -> tuple[str, bytes]:
    """One key for all accounts of a test run, made when first needed: private PEM and public PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode("ascii"), public


@dataclass
class Identities:
    """Accounts, refresh tokens and access tokens of one server."""

    clock: VirtualClock
    service_accounts: set[str] = field(default_factory=set)
    refresh_tokens: dict[str, tuple[str, str]] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    codes: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Who agreed to what in the browser, by the code that the program gets for it."""
    ahead: float = 0.0
    """Seconds by which this server's clock is ahead of the program's."""

    def service_account(self, name: str, token_uri: str) -> Json:
        """The key file of a service account, as its owner would have downloaded it."""
        email = f"{name}@custbook-test.iam.gserviceaccount.com"
        self.service_accounts.add(email)
        return {
            "type": "service_account",
            "project_id": "custbook-test",
            "private_key_id": "throw-away",
            "private_key": _key()[0],
            "client_email": email,
            "client_id": "1",
            "token_uri": token_uri,
        }

    def authorized_user(self, email: str, token_uri: str, scopes: tuple[str, ...] = ()) -> Json:
        """What an OAuth consent to scopes (by default to sheets and the app's own files) leaves behind for
        a user."""
        refresh = secrets.token_urlsafe(16)
        self.refresh_tokens[refresh] = (email, " ".join(scopes or CONSENT))
        return {
            "type": "authorized_user",
            "client_id": "test-client",
            "client_secret": "test-secret",
            "refresh_token": refresh,
            "token_uri": token_uri,
        }

    def exchange(self, form: dict[str, str]) -> Json:
        """The token endpoint.

        Raises:
            TokenRefusedError: the assertion or the refresh token is not good.
        """
        if form.get("grant_type") == JWT_BEARER:
            email, scopes = self._assertion(form.get("assertion", ""))
        elif form.get("grant_type") == "refresh_token":
            email, consent = self.refresh_tokens.get(form.get("refresh_token", ""), ("", ""))
            scopes = form.get("scope") or consent
            if not email:
                raise TokenRefusedError("invalid_grant", "Token has been expired or revoked.")
            if not set(scopes.split()) <= set(consent.split()):
                raise TokenRefusedError("invalid_scope", "Bad Request")
        elif form.get("grant_type") == "authorization_code":
            email, scopes = self.codes.pop(form.get("code", ""), ("", ""))
            if not email:
                raise TokenRefusedError("invalid_grant", "Malformed auth code.")
        else:
            raise TokenRefusedError("unsupported_grant_type", "Invalid grant_type")
        token = secrets.token_urlsafe(24)
        self.grants[token] = Grant(email, frozenset(scopes.split()), self.clock.seconds + LIFETIME)
        answer = {"access_token": token, "expires_in": LIFETIME, "token_type": "Bearer", "scope": scopes}
        if form.get("grant_type") == "authorization_code":
            refresh = secrets.token_urlsafe(16)
            self.refresh_tokens[refresh] = (email, scopes)
            answer["refresh_token"] = refresh
        return answer

    def agree(self, email: str, scopes: str) -> str:
        """Agree to scopes in the browser; the code that the program gets for it."""
        code = secrets.token_urlsafe(8)
        self.codes[code] = (email, scopes)
        return code

    def _assertion(self, assertion: str) -> tuple[str, str]:
        try:
            claims: dict[str, Any] = dict(_decode(assertion, certs=_key()[1], audience=AUDIENCE))
        except (ValueError, google.auth.exceptions.GoogleAuthError) as error:
            raise TokenRefusedError("invalid_grant", "Invalid JWT Signature.") from error
        if abs(self.ahead) > SKEW:
            raise TokenRefusedError(
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
                "Check your iat and exp values in the JWT claim.",
            )
        email = str(claims.get("iss", ""))
        if email not in self.service_accounts:
            raise TokenRefusedError("invalid_grant", "Invalid grant: account not found")
        return email, str(claims.get("scope", ""))

    def revoke(self, email: str) -> None:
        """End all access of an account: its tokens stop working and no new ones are given."""
        self.grants = {token: grant for token, grant in self.grants.items() if grant.email != email}
        self.refresh_tokens = {token: who for token, who in self.refresh_tokens.items() if who[0] != email}
        self.service_accounts.discard(email)

    def caller(self, authorization: str | None) -> Grant:
        """Who sends a request.

        Raises:
            ApiError: 401 without a live token.
        """
        scheme, _, token = (authorization or "").partition(" ")
        grant = self.grants.get(token) if scheme == "Bearer" else None
        if grant is None or grant.expires <= self.clock.seconds:
            raise ApiError(
                401,
                "Request had invalid authentication credentials. Expected OAuth 2 access token, login "
                "cookie or other "
                "valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
            )
        return grant
