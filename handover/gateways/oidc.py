"""A company's own log-in, by OpenID Connect: authorization code with PKCE, and an ID token that is believed only when all of it fits.

What the provider says of itself and its keys are kept for an hour; a key that is not among them is asked for once a minute at most.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Lock
from typing import Any

import httpx
import httpx2
from authlib.integrations.httpx_client import OAuth2Client, OAuthError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from handover.services.network import is_this_machine
from handover.services.ports import Person, ProviderDown, ProviderRefused

TIMEOUT = 10.0
"""Seconds for one answer of the provider."""
KEPT_SECONDS = 3600.0
AGAIN_SECONDS = 60.0
SKEW_SECONDS = 30
ALGORITHMS = ["RS256", "PS256", "ES256"]
"""Never `none`, and none that our own client secret could sign with."""
SCOPE = "openid email profile"

log = logging.getLogger(__name__)


class OidcProvider:
    """See `ports.IdentityProvider`."""

    def __init__(
        self,
        issuer: str,
        *,
        client_id: str,
        client_secret: str,
        redirect_uri: str,
        role_claim: str,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`role_claim`: its name; dots lead into objects, as in `realm_access.roles`."""
        self.issuer, self._client_id, self._client_secret = issuer, client_id, client_secret
        self._redirect_uri, self._role_claim, self._now = redirect_uri, role_claim, now
        self._lock = Lock()
        self._about: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def address(self, *, state: str, nonce: str, verifier: str) -> str:
        with self._client() as client:
            place = self._place("authorization_endpoint")
            url, _ = client.create_authorization_url(place, state=state, code_verifier=verifier, nonce=nonce)
        return str(url)

    def person(self, *, code: str, nonce: str, verifier: str) -> Person:
        with self._client() as client:
            try:
                token = client.fetch_token(self._place("token_endpoint"), code=code, code_verifier=verifier)
            except OAuthError as error:
                raise _refused("the code was refused", error) from None
            except (httpx2.HTTPError, ValueError) as error:
                raise _down(error) from None
        claims = self._claims(token, nonce)
        if "email" not in claims:
            claims = self._told_more(claims, str(token.get("access_token", "")))
        return self._person(claims)

    def _client(self) -> OAuth2Client:
        about = self._told()
        return OAuth2Client(
            self._client_id,
            self._client_secret or None,
            token_endpoint_auth_method=_way_to_prove(about, has_secret=bool(self._client_secret)),
            scope=SCOPE,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            timeout=TIMEOUT,
        )

    def _claims(self, token: dict[str, Any], nonce: str) -> dict[str, Any]:
        raw = token.get("id_token")
        if not isinstance(raw, str):
            raise _refused("there is no ID token")
        try:
            read = self._verified(raw)
            claims = CodeIDToken(
                read.claims,
                read.header,
                options={
                    "iss": {"essential": True, "value": self.issuer},
                    "aud": {"essential": True, "value": self._client_id},
                    "nonce": {"essential": True, "value": nonce},
                },
                params={"nonce": nonce, "client_id": self._client_id, "access_token": token.get("access_token")},
            )
            claims.validate(now=int(self._now()), leeway=SKEW_SECONDS)
        except (JoseError, ValueError, TypeError) as error:
            raise _refused("the ID token is not to be believed", error) from None
        return dict(claims)

    def _verified(self, raw: str) -> jwt.Token:
        """With the keys at hand; if none of them is the right one, with those of now: providers change theirs."""
        try:
            return jwt.decode(raw, self._key_set(KEPT_SECONDS), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            return jwt.decode(raw, self._key_set(AGAIN_SECONDS), algorithms=ALGORITHMS)

    def _told_more(self, claims: dict[str, Any], access_token: str) -> dict[str, Any]:
        """Some providers tell the mail address only where they are asked for it."""
        if not (place := self._told().get("userinfo_endpoint")):
            return claims
        more = self._fetch(str(place), {"Authorization": f"Bearer {access_token}"})
        if more.get("sub") != claims["sub"]:
            raise _refused("the user info is somebody else's")
        return more | claims

    def _person(self, claims: dict[str, Any]) -> Person:
        email, name, locale = claims.get("email"), claims.get("name"), claims.get("locale")
        is_proven = claims.get("email_verified") is True and isinstance(email, str)
        return Person(
            subject=str(claims["sub"]),
            email=str(email).strip().lower() if is_proven else None,
            name=name if isinstance(name, str) else "",
            language="en" if isinstance(locale, str) and locale.lower().startswith("en") else "de",
            groups=_groups(claims, self._role_claim),
        )

    # --- what is kept of the provider ---

    def _place(self, name: str) -> str:
        place = self._told().get(name)
        if not isinstance(place, str) or not _is_safe(place):
            raise _down(ValueError(f"{name} is missing or not https"))
        return place

    def _told(self) -> dict[str, Any]:
        with self._lock:
            if self._about is None or self._about[0] < self._now() - KEPT_SECONDS:
                about = self._fetch(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
                if about.get("issuer") != self.issuer:
                    raise _down(ValueError("the provider calls itself by another name than KULANZ_OIDC_ISSUER"))
                self._about = (self._now(), about)
            return self._about[1]

    def _key_set(self, not_older: float) -> KeySet:
        place = self._place("jwks_uri")
        with self._lock:
            if self._keys is None or self._keys[0] < self._now() - not_older:
                self._keys = (self._now(), KeySet.import_key_set(self._fetch(place)))  # type: ignore[arg-type]
            return self._keys[1]

    def _fetch(self, place: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        try:
            answer = httpx.get(place, headers=headers, timeout=TIMEOUT)
            answer.raise_for_status()
            found = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise _down(error) from None
        if not isinstance(found, dict):
            raise _down(TypeError("no JSON object"))
        return found


def _way_to_prove(about: dict[str, Any], *, has_secret: bool) -> str:
    """How our client says who it is; by the standard, without a word it is basic."""
    if not has_secret:
        return "none"
    offered = about.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return "client_secret_basic" if "client_secret_basic" in offered else "client_secret_post"


def _groups(claims: dict[str, Any], name: str) -> frozenset[str]:
    found: Any = claims.get(name)
    if found is None:
        found = claims
        for part in name.split("."):
            found = found.get(part) if isinstance(found, dict) else None
    listed = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    return frozenset(one for one in listed if isinstance(one, str))


def _is_safe(place: str) -> bool:
    """Encrypted, or on this very machine."""
    url = httpx.URL(place)
    return url.scheme == "https" or (url.scheme == "http" and is_this_machine(url.host))


def _refused(why: str, error: Exception | None = None) -> ProviderRefused:
    log.warning("A log-in through the company was refused: %s (%s)", why, type(error).__name__ if error else "-")
    return ProviderRefused(why)


def _down(error: Exception) -> ProviderDown:
    log.warning("The company's log-in cannot be used: %s", type(error).__name__)
    return ProviderDown(type(error).__name__)
