"""A small OpenID Connect provider on a free port: discovery, code flow with PKCE, keys, RS256. It can be made to lie."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from handover.launcher.services import free_port
from tests.edges import Served

CLIENT, CLIENT_SECRET = "kulanz-desk", "what the provider knows the desk by"
Claims = dict[str, Any]


class Provider(Served):
    """Whoever comes is `person`, logged in without a question."""

    def __init__(self) -> None:
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}/realm"
        self.person: Claims = {"sub": "person-1", "email": "Anna@shop.example", "email_verified": True, "name": "Anna"}
        self.twist: Callable[[Claims], Claims] = lambda claims: claims
        self.sign: Callable[[Claims], str] = self.signed
        self.user_info: Claims = {}
        self.is_down = False
        self.asked: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}
        self.new_key("first")
        config = uvicorn.Config(self._app(), host="127.0.0.1", port=self.port, log_level="error", lifespan="off")
        super().__init__(uvicorn.Server(config))

    def new_key(self, kid: str) -> None:
        self.kid, self.key = kid, rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def signed(self, claims: Claims) -> str:
        return jwt.encode(claims, self.key, "RS256", headers={"kid": self.kid})

    def settings(self, **more: Any) -> dict[str, Any]:
        """For the desk's `Settings`."""
        return {"oidc_issuer": self.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": CLIENT_SECRET, **more}

    def _app(self) -> FastAPI:
        app = FastAPI(openapi_url=None)
        app.get("/realm/.well-known/openid-configuration")(self._about)
        app.get("/realm/keys")(self._keys)
        app.get("/realm/authorize")(self._authorize)
        app.post("/realm/token")(self._token)
        app.get("/realm/userinfo")(self._user_info)
        return app

    async def _about(self) -> Response:
        self.asked.append("about")
        places = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        found = {f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in places.items()}
        about = {"issuer": self.issuer, **found, "jwks_uri": f"{self.issuer}/keys"}
        return Response(status_code=503) if self.is_down else JSONResponse(about)

    async def _keys(self) -> Response:
        self.asked.append("keys")
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return JSONResponse({"keys": [{**key, "kid": self.kid, "use": "sig", "alg": "RS256"}]})

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == ("code", CLIENT, "S256")
        assert set(asked["scope"].split()) == {"openid", "email", "profile"}
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}", 303)

    async def _token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        asked = self._codes.pop(form["code"], None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        known = base64.b64encode(f"{CLIENT}:{CLIENT_SECRET}".encode()).decode()
        is_right = (
            asked
            and asked["code_challenge"] == challenge
            and asked["redirect_uri"] == form["redirect_uri"]
            and request.headers["authorization"] == f"Basic {known}"
        )
        if not is_right or asked is None:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        own = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        token = self.sign(self.twist({**own, **self.person}))
        return JSONResponse({"access_token": "access", "token_type": "Bearer", "id_token": token})

    async def _user_info(self) -> Response:
        return JSONResponse(self.user_info)
