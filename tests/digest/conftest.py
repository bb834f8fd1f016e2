"""A demo company, small warehouses, a store, and a mail server on the loopback address."""

import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import polars as pl
import pytest
import stamina
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dashboard.commands import main
from dashboard.demo import build_demo
from dashboard.digest.compose import composed
from dashboard.digest.content import Digest
from dashboard.filters import Filters
from dashboard.policy import Policy
from dashboard.settings import DigestSettings
from dashboard.warehouse.base import Warehouse
from dashboard.warehouse.embedded import EmbeddedWarehouse
from dashboard.warehouse.viewers import members, scope_for, viewer_of
from tests.factories import AS_OF

SINCE = AS_OF - timedelta(days=28)
NOW = datetime(2026, 10, 31, 8, tzinfo=UTC)
BASE = "https://cs.example.com"


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    """What is tried again is tried again at once."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture(scope="session")
def company_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo company of 80 accounts."""
    file = tmp_path_factory.mktemp("digest") / "demo.duckdb"
    build_demo(file, policy=Policy(), as_of=AS_OF, accounts=80)
    return file


@pytest.fixture(scope="session")
def company(company_file: Path) -> EmbeddedWarehouse:
    return EmbeddedWarehouse(company_file, Policy())


@pytest.fixture(scope="session")
def people(company: EmbeddedWarehouse) -> pl.DataFrame:
    """Everyone who works there, by role and address."""
    return members(company, AS_OF).filter(pl.col("left_on").is_null()).sort("role", "email")


@pytest.fixture(scope="session")
def by_role(people: pl.DataFrame) -> dict[str, str]:
    """An address of each role."""
    return {row["role"]: row["email"] for row in people.iter_rows(named=True)}


def digest_of(
    warehouse: Warehouse,
    email: str,
    *,
    among: Filters | None = None,
    since: date = SINCE,
    at: datetime | None = None,
    **settings: object,
) -> Digest:
    """The digest of one person, as a run composes it."""
    team = members(warehouse, AS_OF)
    viewer = viewer_of(team, email, AS_OF)
    return composed(
        warehouse,
        viewer,
        scope_for(team, viewer, AS_OF, talent=False),
        among or Filters(AS_OF),
        since=since,
        settings=DigestSettings(base_url=BASE, **settings),
        at=at or warehouse.freshness().loaded_at,
    )


@pytest.fixture(scope="session")
def digests(company: EmbeddedWarehouse, people: pl.DataFrame) -> dict[str, Digest]:
    """The digest of everyone who sees accounts."""
    told = people.filter(pl.col("role") != "people")
    return {email: digest_of(company, email) for email in told["email"]}


@pytest.fixture
def store_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A store of the test's own, which the command uses."""
    url = f"sqlite:///{tmp_path / 'app.sqlite'}"
    monkeypatch.setenv("CS_DASHBOARD_STORE", url)
    monkeypatch.setenv("CS_DASHBOARD_SETTINGS", str(tmp_path / "settings.toml"))
    return url


@pytest.fixture
def run(store_url: str) -> Callable[..., Result]:
    """The command over a warehouse's file."""
    return lambda file, *words: CliRunner().invoke(
        main, ["digest", *words, "--warehouse", str(file)]
    )


@dataclass
class Inbox:
    """What the mail server took; ``replies`` answers recipients instead, one by one."""

    taken: list[Envelope] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)

    async def handle_RCPT(self, *given: object) -> str:  # noqa: N802 -- the server's name for it
        envelope, address = given[2:4]
        self.asked.append(address)
        if self.replies:
            return self.replies.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, *given: object) -> str:  # noqa: N802 -- likewise
        self.taken.append(given[2])
        return "250 taken"

    def check(self, *given: object) -> AuthResult:
        login = given[-1]
        self.logins.append((login.login, login.password))
        return AuthResult(success=login.password == b"right", handled=False)


class OnAFreePort(Controller):
    """A server on the port that the system gives it."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@dataclass(frozen=True)
class MailServer:
    inbox: Inbox
    port: int
    ca_file: Path


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for the loopback address that signs itself, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "ca.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "ca.pem", folder / "key.pem"


@pytest.fixture
def mail_server(
    certificate: tuple[Path, Path], store_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MailServer]:
    """A server that wants STARTTLS and a password, and the settings that reach it."""
    ca_file, key_file = certificate
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(ca_file, key_file)
    inbox = Inbox()
    controller = OnAFreePort(
        inbox,
        hostname="127.0.0.1",
        port=0,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=inbox.check,
    )
    controller.start()
    for name, value in {
        "HOST": "127.0.0.1",
        "PORT": str(controller.port),
        "USER": "digest",
        "PASSWORD": "right",
        "SENDER": "dashboard@example.com",
        "CA_FILE": str(ca_file),
        "TIMEOUT": "2",
    }.items():
        monkeypatch.setenv(f"CS_DASHBOARD_DIGEST__MAIL__{name}", value)
    yield MailServer(inbox, controller.port, ca_file)
    controller.stop()
