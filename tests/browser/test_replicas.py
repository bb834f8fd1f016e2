"""Two replicas behind nginx, by the file that is deployed: https, sign-in, a replica lost."""

import json
import os
import re
import secrets
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from itsdangerous import URLSafeTimedSerializer
from playwright.sync_api import BrowserContext, Page, expect

from dashboard.settings import ROOT
from tests.browser.conftest import free_port, running, settle, stop
from tests.browser.test_sign_in import at_the_door, of, people, provider, signed_in  # noqa: F401

NGINX = Path("/usr/sbin/nginx")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not NGINX.exists(), reason="nginx is missing (apt-get install nginx-light)"),
]
LINK = "renewals?segment=Enterprise"


@dataclass
class Replica:
    """One server of two: where it listens, its log, and how it is started and lost."""

    port: int
    folder: Path
    start: Callable[[], subprocess.Popen]
    process: subprocess.Popen = field(init=False)

    def runs(self) -> int:
        return (self.folder / "server.log").read_text().count('"event": "run"')

    def is_ready(self) -> bool:
        return httpx.get(f"http://127.0.0.1:{self.port}/readyz", timeout=10).status_code == 200


@dataclass
class Site:
    """The address that readers know, and the replicas behind it."""

    url: str
    secret: str
    replicas: list[Replica]

    def replica_of(self, cookie: str | None = None) -> tuple[Replica, str]:
        """Which replica answers a browser, and the cookie that it is told apart by."""
        sent = {"Cookie": f"replica={cookie}"} if cookie else {}
        answer = httpx.get(f"{self.url}/", headers=sent, verify=False, timeout=20)  # noqa: S501
        port = int(answer.headers["x-upstream"].rpartition(":")[2])
        given = answer.cookies.get("replica") or cookie or ""
        return next(each for each in self.replicas if each.port == port), given

    def cookie_of(self, replica: Replica) -> str:
        """A cookie of a browser that this replica answers."""
        for _ in range(60):
            found, cookie = self.replica_of()
            if found is replica:
                return cookie
        raise AssertionError("sixty browsers, and one replica answered none of them")


@pytest.fixture(scope="module")
def site(demo_file, provider, tmp_path_factory) -> Iterator[Site]:  # noqa: F811
    folder, secret = tmp_path_factory.mktemp("site"), secrets.token_urlsafe(48)
    ports = {name: free_port() for name in ("80", "443", "8501", "8502")}
    url = f"https://127.0.0.1:{ports['443']}"
    (folder / "secrets.toml").write_text(
        f'[auth]\nredirect_uri = "{url}/oauth2callback"\ncookie_secret = "{secret}"\n'
        'client_id = "dashboard"\nclient_secret = "of the mock"\n'
        f'server_metadata_url = "{provider}"\n'
    )
    settings = {
        "STREAMLIT_SECRETS_FILES": str(folder / "secrets.toml"),
        "CS_DASHBOARD_OPERATOR": "false",
        "CS_DASHBOARD_SIGN_IN__ENABLED": "true",
        "CS_DASHBOARD_SERVER__HTTPS": "true",
        "CS_DASHBOARD_STORE": f"sqlite:///{folder / 'app.sqlite'}",
        "AUTHLIB_INSECURE_TRANSPORT": "1",
    }
    with ExitStack() as stack:

        def replica(port: int) -> Replica:
            own = folder / f"{port}"
            own.mkdir()

            def start() -> subprocess.Popen:
                server = running(demo_file, own, port=port, **settings)
                return stack.enter_context(server)[1]

            return Replica(port, own, start)

        replicas = [replica(ports["8501"]), replica(ports["8502"])]
        for each in replicas:
            each.process = each.start()
        stack.enter_context(proxy(folder, ports))
        yield Site(url, secret, replicas)


class proxy:  # noqa: N801 -- used like a function
    """nginx by ``deploy/nginx.conf``, on ports and with a certificate of its own."""

    def __init__(self, folder: Path, ports: dict[str, int]) -> None:
        certified(folder)
        site = (ROOT / "deploy" / "nginx.conf").read_text()
        for said, here in (
            ("listen 80;", f"listen 127.0.0.1:{ports['80']};"),
            ("listen 443 ssl", f"listen 127.0.0.1:{ports['443']} ssl"),
            ("127.0.0.1:8501 ", f"127.0.0.1:{ports['8501']} "),
            ("127.0.0.1:8502 ", f"127.0.0.1:{ports['8502']} "),
            ("/etc/ssl/dashboard/", f"{folder}/"),
            ("/var/log/nginx/", f"{folder}/"),
        ):
            assert said in site, said
            site = site.replace(said, here)
        kept = "".join(
            f"{name}_temp_path {folder}/{name};\n"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (folder / "nginx.conf").write_text(
            ("user root;\n" if os.getuid() == 0 else "")
            + f"daemon off; worker_processes 1; pid {folder}/pid;\n"
            + "events {}\nhttp {\ninclude /etc/nginx/mime.types;\n"
            + f"{kept}add_header X-Upstream $upstream_addr always;\n{site}}}\n"
        )
        self._folder, self._url = folder, f"https://127.0.0.1:{ports['443']}"

    def __enter__(self) -> None:
        log = self._folder / "nginx.log"
        with log.open("wb") as said:
            command = [NGINX, "-p", self._folder, "-c", self._folder / "nginx.conf"]
            self._process = subprocess.Popen(
                [*command, "-e", log],
                stdout=said,
                stderr=said,
            )
        deadline = time.monotonic() + 30
        while True:
            try:
                httpx.get(self._url, verify=False)  # noqa: S501
            except httpx.HTTPError:
                over = self._process.poll() is not None or time.monotonic() > deadline
                assert not over, log.read_text()
                time.sleep(0.1)
            else:
                return

    def __exit__(self, *_: object) -> None:
        stop(self._process)


def certified(folder: Path) -> None:
    """A certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "dashboard")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


@pytest.fixture
def visit(browser, site) -> Iterator[Callable[..., BrowserContext]]:
    """A browser; with ``on`` one that a replica answers, with claims one that is signed in."""
    contexts = []

    def opened(*, on: Replica | None = None, claims: dict[str, object] | None = None):
        context = browser.new_context(
            viewport={"width": 1440, "height": 900}, ignore_https_errors=True
        )
        contexts.append(context)
        cookies = {"replica": site.cookie_of(on)} if on else {}
        if claims:
            value = json.dumps({"is_logged_in": True, "origin": site.url} | claims)
            signer = URLSafeTimedSerializer(site.secret, salt="_streamlit_user")
            cookies["_streamlit_user"] = signer.dumps(value)
        context.add_cookies(
            [{"name": name, "value": value, "url": site.url} for name, value in cookies.items()]
        )
        return context

    yield opened
    for context in contexts:
        context.close()


def looking_at(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    settle(page)
    return page


def csv_of(page: Page) -> int:
    """Rows of the file that a card gives."""
    card = page.locator(".st-key-card_due_by_quarter")
    csv = card.get_by_role("button", name="CSV")
    if not csv.is_visible():
        card.get_by_role("radio", name="Download").click()
    with page.expect_download(timeout=30_000) as waiting:
        csv.click()
    return len(Path(waiting.value.path()).read_text().splitlines())


def findings(page: Page) -> list[str]:
    return page.locator("h3.finding").all_inner_texts()


@pytest.mark.thorough
def test_both_replicas_answer_and_a_browser_stays_with_one(site):
    answered = {id(site.replica_of()[0]) for _ in range(30)}
    assert len(answered) == 2
    for replica in site.replicas:
        cookie = site.cookie_of(replica)
        assert all(site.replica_of(cookie)[0] is replica for _ in range(5))
    answer = httpx.get(site.url, verify=False)  # noqa: S501
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert "; Secure" in answer.headers["set-cookie"] or "; secure" in answer.headers["set-cookie"]
    for closed in ("livez", "readyz", "_stcore/metrics", "_stcore/agent/mcp"):
        assert httpx.get(f"{site.url}/{closed}", verify=False).status_code == 404  # noqa: S501


@pytest.mark.thorough
def test_a_sign_in_keeps_its_link_and_ends_on_both_replicas(site, visit, people):  # noqa: F811
    first, second = site.replicas
    before = first.runs(), second.runs()
    context = visit(on=first)
    page = signed_in(context, f"{site.url}/{LINK}", "executive")
    assert "segment=Enterprise" in page.url
    assert "/renewals" in page.url
    assert (first.runs() > before[0], second.runs() > before[1]) == (True, False)

    (identity,) = [each for each in context.cookies() if each["name"] == "_streamlit_user"]
    assert identity["secure"]
    elsewhere = visit(on=second)
    elsewhere.add_cookies([identity])
    other = looking_at(elsewhere, f"{site.url}/{LINK}")
    assert second.runs() > before[1]
    assert findings(other) == findings(page)

    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: not url.startswith(f"{site.url}/renewals"), timeout=30_000)
    time.sleep(5.5)  # As long as a replica remembers that a sign-in had not ended.
    other.reload()
    expect(at_the_door(other).locator("[data-testid=stAlert]")).to_contain_text("signed out")


def test_a_replica_is_lost_and_its_reader_goes_on_at_the_other(site, visit, people):  # noqa: F811
    lost, other = site.replicas
    page = looking_at(visit(on=lost, claims=of(people["executive"])), f"{site.url}/{LINK}")
    shown, rows, before = findings(page), csv_of(page), other.runs()
    assert rows > 5

    lost.process.send_signal(signal.SIGKILL)
    lost.process.wait()
    deadline = time.monotonic() + 60
    while other.runs() == before:
        assert time.monotonic() < deadline, "the page did not find the other replica"
        page.wait_for_timeout(200)
    settle(page)
    assert re.search(r"/renewals\?.*segment=Enterprise", page.url)
    assert findings(page) == shown
    expect(page.locator(".st-key-segment")).to_contain_text("Enterprise")
    assert csv_of(page) == rows

    # It is back, and answers this browser's requests again; the socket stays where it is, and a
    # file that is made there is found there.
    lost.process = lost.start()
    cookie = next(each for each in page.context.cookies() if each["name"] == "replica")
    deadline = time.monotonic() + 30
    while site.replica_of(cookie["value"])[0] is not lost:
        assert time.monotonic() < deadline, "nginx did not come back to the replica"
        time.sleep(0.5)
    assert lost.is_ready()
    before = lost.runs()
    assert csv_of(page) == rows
    assert lost.runs() == before
