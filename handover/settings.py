"""The one typed settings object. Read once, at start, from the environment (`KULANZ_...`).

`make run` writes the secrets of this installation to `data/var/secrets.env` and hands everything on by environment.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


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
    actions_port: int = Field(default=5055, ge=1, le=65535)
    """Loopback only."""
    public_url: str = ""
    """How browsers reach the desk, e.g. `https://help.example.com`; empty: this machine alone, http://127.0.0.1:{port}."""
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Websites that may embed the widget, comma separated; the desk's own address is always allowed."""
    database_url: str = ""
    """SQLAlchemy address; empty: SQLite in `data_dir`."""
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
    credit_policy: Path = ROOT / "data" / "demo" / "credit-policy.yaml"
    articles_dir: Path = ROOT / "knowledge" / "articles"
    knowledge_questions: Path = ROOT / "data" / "evaluation"
    """Questions with the topics that answer them: the index is tuned on them, and none is published that answers fewer."""
    embedding_model: str = "kulanz"
    """`kulanz` (ours, German and English), `minilm` (packaged, English) or the folder of any sentence-transformers model."""
    bot_timeout: float = Field(default=3.0, gt=0)
    """Seconds a bot's turn may take before the visitor is told and offered a human."""
    lease_seconds: float = Field(default=60.0, gt=0)
    """How long an agent's claim lasts without a heartbeat of their desk."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def split_origins(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(origin.strip().rstrip("/") for origin in value.split(",") if origin.strip())
        return value

    @field_validator("channel_secret")
    @classmethod
    def refuse_weak_secret(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < 32:
            raise ValueError("KULANZ_CHANNEL_SECRET must have at least 32 characters; `make run` makes one")
        return value

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
        return f"http://127.0.0.1:{self.rasa_port}"

    @property
    def actions_url(self) -> str:
        return f"http://127.0.0.1:{self.actions_port}"

    @property
    def knowledge_status(self) -> Path:
        """Written by the action server after each build of the index."""
        return self.data_dir / "knowledge" / "status.json"
