"""The one typed settings object. Read once, at start, from the environment (`KULANZ_...`).

`make run` writes the secrets of this installation to `data/var/secrets.env` and hands everything on by environment.
"""

from __future__ import annotations

from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from handover.contract.accounts import RoleName

ROOT = Path(__file__).resolve().parent.parent
MB = 1024 * 1024


class Settings(BaseSettings):
    """Every setting, its meaning and its default. A test checks that the README lists each of them."""

    model_config = SettingsConfigDict(env_prefix="KULANZ_", extra="ignore", frozen=True)

    data_dir: Path = ROOT / "data" / "var"
    """Where databases, models and indexes live."""
    host: str = "127.0.0.1"
    """Address the desk listens on. The only public one."""
    port: int = Field(default=8080, ge=1, le=65535)
    rasa_port: int = Field(default=5005, ge=1, le=65535)
    """Loopback only."""
    rasa_workers: int = Field(default=1, ge=1, le=16)
    """Rasa processes. A conversation is always at the same one; each takes one CPU core and the memory of its model."""
    rasa_memory_mb: int = Field(default=900, ge=100)
    """A Rasa process that holds more than this is replaced by a fresh one, without a lost turn."""
    actions_port: int = Field(default=5055, ge=1, le=65535)
    """Loopback only."""
    public_url: str = ""
    """How browsers reach the desk, e.g. `https://help.example.com`; empty: this machine alone, http://127.0.0.1:{port}."""
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Websites that may embed the widget, comma separated; the desk's own address is always allowed."""
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    """Addresses or networks (CIDR), comma separated, whose `X-Forwarded-For` and `-Proto` are believed."""
    identity_secret: SecretStr = SecretStr("")
    """What your website signs identity tokens with (HS256). At least 32 characters; or use `identity_key`."""
    identity_key: Path | None = None
    """The public key of your website, in PEM (RS256 or ES256)."""
    identity_required: bool = False
    """Only visitors with an identity token may chat."""
    second_step_for: Annotated[tuple[RoleName, ...], NoDecode] = ()
    """Roles that may not log in with a password alone, comma separated; everybody else may choose a second step."""
    password_log_in: Literal["everybody", "admins"] = "everybody"  # noqa: S105 -- no password
    """`admins`: all others log in through the company. Admins always can by password, or a lost provider locks everybody out."""
    oidc_issuer: str = ""
    """The company's own log-in (OpenID Connect): the issuer's address, exactly as the provider writes it; empty: none."""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    """Empty: a public client, which PKCE alone protects."""
    oidc_role_claim: str = "groups"
    """Where the ID token lists groups; dots lead into objects, as in `realm_access.roles`."""
    oidc_roles: Annotated[dict[str, RoleName], NoDecode] = Field(default_factory=dict)
    """Which group is which role, e.g. `service=agent,leads=supervisor`."""
    oidc_create: bool = False
    """An account for everybody with such a group; else only accounts that exist are let in."""
    limit_factor: float = Field(default=1.0, gt=0)
    """All rates and numbers of sockets times this; load tests raise it."""
    database_url: str = ""
    """SQLAlchemy address; empty: SQLite in `data_dir`."""
    redis_url: str = ""
    """Where desk processes on one database hear of each other, e.g. `redis://127.0.0.1:6379/0`; empty: there is only one."""
    desk_processes: int = Field(default=1, ge=1, le=16)
    """Desk processes on the public port. More than one needs PostgreSQL and Redis."""
    channel_secret: SecretStr = SecretStr("")
    """Shared by desk, Rasa channel and action server. At least 32 characters."""
    shop_name: str = "Nordlicht"
    """What the widget calls the shop."""
    privacy_url: str = ""
    """The privacy notice that the widget links to; empty: the demo shop's."""
    demo: bool = False
    """Demo shop, demo accounts and the mailbox page."""
    mail: str = "mailbox"
    """`mailbox` (kept in the database, shown by the demo) or `smtp://user:password@host:port` / `smtps://…`."""
    mail_from: str = "Nordlicht <service@nordlicht.example>"
    service_mail: str = ""
    """Where visitors may write to while the desk cannot be reached; empty: the sender of mails."""
    file_mb: int = Field(default=10, ge=1, le=100)
    """Largest file that visitors and agents may send, in MiB."""
    files_mb: int = Field(default=100, ge=1, le=10_000)
    """All files of one conversation together, in MiB."""
    credit_policy: Path = ROOT / "data" / "demo" / "credit-policy.yaml"
    sender: Path = ROOT / "data" / "demo" / "sender.yaml"
    """Who documents such as invoices come from: address, tax number, bank."""
    shop_rules: Path = ROOT / "data" / "demo" / "shop.yaml"
    """What the shop promises about parcels, returns and refunds."""
    desk_rules: Path = ROOT / "data" / "demo" / "desk.yaml"
    """How cases are routed: opening hours, offers or self-service, topics, limits of the queue."""
    retention: Path = ROOT / "data" / "demo" / "retention.yaml"
    """How long conversations, mails and the like are kept, in days."""
    articles_dir: Path = ROOT / "knowledge" / "articles"
    knowledge_questions: Path = ROOT / "data" / "evaluation"
    """Questions with the topics that answer them: the index is tuned on them, and none is published that answers fewer."""
    embedding_model: str = "kulanz"
    """`kulanz` (ours, German and English), `minilm` (packaged, English) or the folder of any sentence-transformers model."""
    bot_timeout: float = Field(default=2.8, gt=0)
    """Seconds a bot's turn may take before the visitor is told and offered a human."""
    lease_seconds: float = Field(default=60.0, gt=0)
    """How long an agent's claim lasts without a heartbeat of their desk."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def split_origins(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(origin.rstrip("/") for origin in listed(value))
        return value

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def split_networks(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        networks = tuple(listed(value))
        for network in networks:
            ip_network(network)  # a ValueError names what is wrong with it
        return networks

    @field_validator("second_step_for", mode="before")
    @classmethod
    def split_roles(cls, value: object) -> object:
        return tuple(listed(value)) if isinstance(value, str) else value

    @field_validator("oidc_roles", mode="before")
    @classmethod
    def split_groups(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [[side.strip() for side in pair.rpartition("=")[::2]] for pair in listed(value)]
        if not all(group and role for group, role in pairs):
            raise ValueError("KULANZ_OIDC_ROLES is a list like `service=agent,leads=supervisor`")
        return dict(pairs)

    @model_validator(mode="after")
    def refuse_half_a_provider(self) -> Settings:
        if bool(self.oidc_issuer) != bool(self.oidc_client_id):
            raise ValueError("KULANZ_OIDC_ISSUER and KULANZ_OIDC_CLIENT_ID go together")
        issuer = urlsplit(self.oidc_issuer)
        if self.oidc_issuer and not (issuer.scheme == "https" or _here(issuer.hostname)):
            raise ValueError("KULANZ_OIDC_ISSUER begins with https://")
        if self.oidc_create and not (self.oidc_issuer and self.oidc_roles):
            raise ValueError("KULANZ_OIDC_CREATE needs KULANZ_OIDC_ISSUER, and KULANZ_OIDC_ROLES that say as what")
        if self.password_log_in == "admins" and not self.oidc_issuer:  # noqa: S105 -- no password
            raise ValueError("KULANZ_PASSWORD_LOG_IN=admins needs KULANZ_OIDC_ISSUER, or nobody else could log in")
        return self

    @field_validator("redis_url")
    @classmethod
    def refuse_foreign_address(cls, value: str) -> str:
        if value and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("KULANZ_REDIS_URL begins with redis://, rediss:// or unix://")
        return value

    @field_validator("channel_secret")
    @classmethod
    def refuse_weak_secret(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < 32:
            raise ValueError("KULANZ_CHANNEL_SECRET must have at least 32 characters; `make run` makes one")
        return value

    @model_validator(mode="after")
    def refuse_half_an_identity(self) -> Settings:
        secret = self.identity_secret.get_secret_value()
        if secret and (len(secret) < 32 or self.identity_key):
            raise ValueError(
                "KULANZ_IDENTITY_SECRET must have at least 32 characters, and no KULANZ_IDENTITY_KEY beside it"
            )
        if self.identity_required and not (secret or self.identity_key):
            raise ValueError("KULANZ_IDENTITY_REQUIRED needs KULANZ_IDENTITY_SECRET or KULANZ_IDENTITY_KEY")
        return self

    @property
    def url(self) -> str:
        return self.public_url.rstrip("/") or self.desk_url

    @property
    def origins(self) -> frozenset[str]:
        """Origins whose pages may open a socket or call the API."""
        own = {self.url}
        if not self.public_url:
            own |= {f"http://127.0.0.1:{self.port}", f"http://localhost:{self.port}"}
        return frozenset(own | set(self.allowed_origins))

    @property
    def hosts(self) -> frozenset[str]:
        """Names the desk answers to; with no public address there is none to hold it to."""
        own = {urlsplit(url).hostname or "" for url in (self.public_url, self.desk_url)}
        return frozenset({"127.0.0.1", "localhost", "::1"} | own) if self.public_url else frozenset()

    @property
    def service_address(self) -> str:
        return parseaddr(self.service_mail or self.mail_from)[1]

    @property
    def file_bytes(self) -> int:
        return self.file_mb * MB

    @property
    def privacy(self) -> str:
        return self.privacy_url or f"{self.url}/demo/privacy.html"

    @property
    def secure_cookies(self) -> bool:
        return self.url.startswith("https://")

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'kulanz.db'}"

    @property
    def desk_url(self) -> str:
        """The desk as this machine reaches it: a wildcard address is no destination."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104
        return f"http://{host}:{self.port}"

    @property
    def rasa_url(self) -> str:
        """The one worker of a desk that runs without the launcher, as in tests."""
        return f"http://127.0.0.1:{self.rasa_port}"

    @property
    def erasures(self) -> Path:
        """The journal of erased persons, beside the database and not in it."""
        return self.data_dir / "erasures.jsonl"

    @property
    def workers_file(self) -> Path:
        """Where the launcher says at which addresses the Rasa workers are."""
        return self.data_dir / "run" / "workers.json"

    @property
    def desks_file(self) -> Path:
        """Where the launcher says at which addresses each desk process tells how it is."""
        return self.data_dir / "run" / "desks.json"

    @property
    def actions_url(self) -> str:
        return f"http://127.0.0.1:{self.actions_port}"

    @property
    def knowledge_status(self) -> Path:
        """Written by the action server after each build of the index."""
        return self.data_dir / "knowledge" / "status.json"


def listed(text: str) -> list[str]:
    """What stands between commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def _here(host: str | None) -> bool:
    return host in ("127.0.0.1", "localhost", "::1")
