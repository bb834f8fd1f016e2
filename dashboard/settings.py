"""Settings: from the environment (``CS_DASHBOARD_...``) and ``settings.toml``, in that order."""

import os
import tomllib
from datetime import date
from pathlib import Path
from typing import Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from dashboard.access import Role
from dashboard.policy import Policy

ROOT: Final = Path(__file__).parent.parent
DEMO_WAREHOUSE: Final = ROOT / "data" / "demo.duckdb"
APP_STORE: Final = ROOT / "data" / "app.sqlite"
SNOWFLAKE: Final = "snowflake"
POSTGRESQL: Final = "postgresql://"
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
"""Hosts that no network lies between."""


class SnowflakeSettings(BaseModel):
    """How to reach Snowflake. Passwords are refused: they cannot be rotated or scoped."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    account: str = ""
    user: str = ""
    role: str = ""
    warehouse: str = ""
    database: str = ""
    schema_name: str = Field(default="", alias="schema")
    authenticator: Literal["key_pair", "oauth", "token", "workload_identity"] = "key_pair"
    private_key_file: Path | None = None
    private_key_passphrase: SecretStr | None = None
    token: SecretStr | None = None
    workload_identity_provider: Literal["AWS", "AZURE", "GCP", "OIDC"] | None = None
    password: SecretStr | None = None
    host: str | None = None
    port: int | None = None
    protocol: Literal["http", "https"] = "https"
    login_timeout: int = 5
    connect_timeout: int = 5
    request_timeout: int = 4
    query_timeout: int = 20
    pool_size: int = 6
    pass_viewer: bool = False
    """Tell Snowflake who looks, for the row access policies of ``sql/snowflake``."""


class PostgresqlSettings(BaseModel):
    """How questions are asked of PostgreSQL; where it is says the URL of the warehouse."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    schema_name: str = Field(default="", alias="schema")
    """Where the tables lie; what the database's own ``search_path`` says where empty."""
    password: SecretStr | None = None
    connect_timeout: int = Field(default=5, gt=0)
    request_timeout: int = Field(default=4, gt=0)
    """Seconds to wait for a sign of life of a connection that has not answered lately."""
    query_timeout: int = Field(default=20, gt=0)
    pool_size: int = Field(default=6, gt=0)


class SignInSettings(BaseModel):
    """Who is let in. The provider itself stands in Streamlit's ``.streamlit/secrets.toml``."""

    model_config = ConfigDict(extra="forbid")

    enabled: bool = False
    role_from: Literal["team_members", "claim"] = "team_members"
    """What decides the role; the reporting line always comes from ``team_members``."""
    role_claim: str = Field(default="groups", min_length=1)
    """The claim that names the groups of whoever signs in."""
    roles: dict[Role, tuple[str, ...]] = Field(default_factory=dict)
    """Groups by the role that they give."""
    session_hours: float = Field(default=12.0, gt=0, le=24)
    contact: str = ""
    """Whom to ask for access, as it is said to somebody who has none."""

    @model_validator(mode="after")
    def _groups_give_one_role(self) -> Self:
        groups = [group for each in self.roles.values() for group in each]
        if self.role_from == "claim" and not groups:
            raise ValueError("roles names no group, and role_from is claim: nobody could come in")
        if len(groups) != len(set(groups)):
            raise ValueError("a group stands under two roles")
        return self


class MailSettings(BaseModel):
    """The server that digests are mailed through; without a host nothing is mailed."""

    model_config = ConfigDict(extra="forbid")

    host: str = ""
    port: int = Field(default=587, ge=1, le=65_535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    """``none`` only for a server on this machine."""
    ca_file: Path | None = None
    """Certificates to trust instead of the system's: a company's own authority."""
    user: str = ""
    password: SecretStr | None = None
    sender: str = ""
    timeout: int = Field(default=20, gt=0)

    @model_validator(mode="after")
    def _is_usable(self) -> Self:
        if self.security == "none" and self.host and self.host not in LOOPBACK:
            raise ValueError("without TLS mail is only sent through a server on this machine")
        if self.host and "@" not in self.sender:
            raise ValueError("mail needs a sender, such as dashboard@example.com")
        if self.user and self.password is None:
            raise ValueError("a user of the mail server needs a password")
        return self


class ChatSettings(BaseModel):
    """An incoming webhook of a chat that one person reads: whoever has its URL can write there."""

    model_config = ConfigDict(extra="forbid")

    url: SecretStr
    kind: Literal["slack", "teams"] = "slack"

    @field_validator("url")
    @classmethod
    def _is_encrypted(cls, url: SecretStr) -> SecretStr:
        parts = urlsplit(url.get_secret_value())
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise ValueError("a webhook begins with https://")
        return url


class DigestSettings(BaseModel):
    """What a digest covers, where its links lead, and how it is sent."""

    model_config = ConfigDict(extra="forbid")

    base_url: str = "http://127.0.0.1:8501"
    """Where the app is reached."""
    days: int = Field(default=7, ge=1)
    """Days that a digest looks back where the command names none."""
    most: int = Field(default=5, ge=1, le=50)
    """Lines of a part; of the others it says how many there are."""
    call_within_days: int = Field(default=60, ge=1)
    """A renewal due in so many days or fewer without a touch is to be called about."""
    mail: MailSettings = MailSettings()
    chat: dict[str, ChatSettings] = Field(default_factory=dict)
    """By address: who is named here gets a chat message instead of mail."""

    @field_validator("base_url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
            raise ValueError("not an address such as https://dashboard.example.com")
        if parts.query or parts.fragment:
            raise ValueError("an address ends with its path")
        return url.rstrip("/")


class ExportSettings(BaseModel):
    """What files that are taken away look like."""

    model_config = ConfigDict(extra="forbid")

    template: Path | None = None
    """The company's ``.pptx`` or ``.potx`` for decks; a plain white one where empty."""


class MappingSettings(BaseModel):
    """How a load through mappings behaves."""

    model_config = ConfigDict(extra="forbid")

    loaders: tuple[str, ...] = ()
    """Addresses of executives who may load files on the page *Load data*, with sign-in."""
    ask_above: float = Field(default=0.1, ge=0)
    """Change of a table's rows or amount against the last load, as a share, that is asked about."""


class ServerSettings(BaseModel):
    """What the production server, ``asgi.py``, does beside serving."""

    model_config = ConfigDict(extra="forbid")

    https: bool = False
    """Every reader comes by https: browsers are told to use nothing else for a year."""
    log: Literal["auto", "json", "console"] = "auto"
    """``auto`` is columns on a terminal and JSON everywhere else."""
    stale_after_hours: float = Field(default=24.0, gt=0)
    """Older data are said to be old on every page, and ``/readyz`` answers 503."""


class KeptSettings(BaseModel):
    """Last good answers, for when the warehouse cannot be reached."""

    model_config = ConfigDict(extra="forbid")

    enabled: bool = True
    """Whether answers are kept on disk; ratings of people never are."""
    folder: Path | None = None
    """Where they lie; ``kept`` beside the app's own database where empty."""
    most_mb: int = Field(default=500, gt=0)
    most_answers: int = Field(default=5_000, gt=0)
    team_hours: float = Field(default=24.0, ge=0, le=168)
    """Hours for which the last known list of the team says who may see what."""


class Settings(BaseSettings):
    """Everything the app can be told from outside."""

    model_config = SettingsConfigDict(
        env_prefix="CS_DASHBOARD_", env_nested_delimiter="__", extra="forbid"
    )

    warehouse: str = str(DEMO_WAREHOUSE)
    """Path of a DuckDB file, ``snowflake``, or the URL of a PostgreSQL database."""
    as_of: date | None = None
    """The day the app speaks for; today where empty, the demo's own day on the demo."""
    store: SecretStr | None = None
    """URL of the app's own database, SQLite or PostgreSQL, with its password if it has one; the
    file ``data/app.sqlite`` where empty."""
    operator: bool = False
    """Without sign-in, on a company's own data: whoever opens the app on this machine sees all."""
    sign_in: SignInSettings = Field(default_factory=SignInSettings)
    policy: Policy = Policy()
    snowflake: SnowflakeSettings = Field(default_factory=SnowflakeSettings)
    postgresql: PostgresqlSettings = Field(default_factory=PostgresqlSettings)
    digest: DigestSettings = DigestSettings()
    exports: ExportSettings = ExportSettings()
    server: ServerSettings = ServerSettings()
    kept: KeptSettings = KeptSettings()
    mapping: MappingSettings = MappingSettings()

    @field_validator("warehouse")
    @classmethod
    def without_password(cls, warehouse: str) -> str:
        """The warehouse as it is named; ``ValueError`` where a password stands in it."""
        if warehouse.startswith(POSTGRESQL) and urlsplit(warehouse).password is not None:
            raise ValueError(
                "the URL of a warehouse is printed, so a password does not belong into it: set "
                "CS_DASHBOARD_POSTGRESQL__PASSWORD, or leave it to the file ~/.pgpass"
            )
        return warehouse

    @property
    def in_file(self) -> bool:
        """Whether the warehouse is a DuckDB file."""
        return self.warehouse != SNOWFLAKE and not self.warehouse.startswith(POSTGRESQL)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments before the environment before the file."""
        del dotenv_settings, file_secret_settings
        file = Path(os.environ.get("CS_DASHBOARD_SETTINGS", ROOT / "settings.toml"))
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls, file))


class SettingsError(Exception):
    """A setting that nobody could use; the message names it."""


def load_settings() -> Settings:
    """The settings.

    Raises
    ------
    SettingsError
        An unknown key, a value of the wrong kind, or a file that is no TOML.
    """
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}"
            for each in error.errors(include_input=False, include_url=False)
        )
        raise SettingsError(f"The settings cannot be used. {wrong}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The settings file is not TOML: {error}") from error
