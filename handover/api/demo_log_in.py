"""The demo shop's log-in: signs who its visitor says to be, as a website's own server would. Only while the demo is on."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime

import jwt
from fastapi import APIRouter
from pydantic import Field

from handover.api.dependencies import TheSettings
from handover.contract.base import Wire
from handover.domain.errors import NotFound
from handover.services.signed_identity import LONGEST
from handover.settings import Settings

router = APIRouter(prefix="/demo/log-in")


class LogIn(Wire):
    email: str = Field(min_length=3, max_length=254)


class IdentityToken(Wire):
    token: str


@router.post("")
def log_in(body: LogIn, settings: TheSettings) -> IdentityToken:
    """A token for `email`, which needs no proof: the demo's mailbox shows everybody's codes as well."""
    secret = identity_secret(settings)
    if not secret:
        raise NotFound("The demo shop cannot sign: the desk knows the public half of another key.")
    now = datetime.now(UTC)
    claims = {"aud": settings.url, "iat": now, "exp": now + LONGEST, "email": body.email.lower()}
    return IdentityToken(token=jwt.encode(claims, secret, algorithm="HS256"))


def identity_secret(settings: Settings) -> str:
    """What identity tokens are signed with; the demo shop has one of its own where none is set. Empty: with a key."""
    secret = settings.identity_secret.get_secret_value()
    if secret or settings.identity_key or not settings.demo:
        return secret
    channel = settings.channel_secret.get_secret_value().encode()
    return hmac.new(channel, b"demo shop", "sha256").hexdigest()
