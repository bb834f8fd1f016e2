"""Mail through a real server, chats through a real webhook, and what is done when they fail."""

import json
import re
import socket
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from dashboard.digest.record import PAGE
from dashboard.digest.run import file_name
from dashboard.settings import ROOT, Settings, SettingsError, load_settings
from dashboard.store.store import Store
from tests.digest.test_content import EMAIL, QUIET
from tests.factories import AS_OF, member


def audit(store_url) -> list[tuple[str, str]]:
    """Who was noted, and what became of it."""
    lines = Store(store_url).audit_lines(page=PAGE)
    return [(line.entry.who, line.entry.subject.rsplit(" ", 1)[1]) for line in lines]


@pytest.fixture
def send(run, company_file, by_role):
    """The command to one person."""
    return lambda role, *words: run(company_file, "--to", by_role[role], "--days", "28", *words)


# ------------------------------------------------------------------ mail


def test_mail_goes_out_over_tls_with_text_and_html_and_a_stable_id(
    send, mail_server, by_role, digests, store_url
):
    result = send("csm")

    assert result.exit_code == 0, result.output
    assert f"sent     {by_role['csm']}: by mail" in result.output
    (taken,) = mail_server.inbox.taken
    assert taken.rcpt_tos == [by_role["csm"]]
    assert mail_server.inbox.logins == [(b"digest", b"right")]
    made = message_from_bytes(taken.content, policy=policy.default)
    assert [part.get_content_type() for part in made.iter_parts()] == ["text/plain", "text/html"]
    assert made["Date"] is not None
    assert made["From"].addresses[0].addr_spec == "dashboard@example.com"
    assert made["Message-ID"].endswith("@example.com>")
    assert audit(store_url) == [(by_role["csm"], "leaving"), (by_role["csm"], "sent")]


def test_the_same_digest_is_sent_once_unless_asked_for_again(send, mail_server):
    send("csm")

    second = send("csm")
    third = send("csm", "--again")

    assert "was sent already" in second.output
    assert second.exit_code == 0
    assert "by mail" in third.output
    ids = [
        message_from_bytes(each.content, policy=policy.default)["Message-ID"]
        for each in mail_server.inbox.taken
    ]
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_other_days_are_another_digest(send, run, company_file, mail_server, by_role):
    send("csm")

    result = run(company_file, "--to", by_role["csm"], "--days", "14")

    assert "sent" in result.output
    assert len(mail_server.inbox.taken) == 2


def test_who_is_busy_is_asked_again(send, mail_server):
    mail_server.inbox.replies = ["451 later", "421 later"]

    assert "by mail" in send("csm").output
    assert len(mail_server.inbox.asked) == 3
    assert len(mail_server.inbox.taken) == 1


def test_who_refuses_is_not_asked_again_and_the_run_goes_on(
    run, company_file, mail_server, by_role, store_url
):
    mail_server.inbox.replies = ["550 no such user: <b>secret</b>"]
    first, second = sorted([by_role["csm"], by_role["finance"]])

    result = run(company_file, "--to", first, "--to", second)

    assert result.exit_code == 1
    assert f"failed   {first}: the mail server refused the recipient (550)" in result.output
    assert f"sent     {second}: by mail" in result.output
    assert "secret" not in result.output
    assert mail_server.inbox.asked == [first, second]
    assert (first, "sent") not in audit(store_url)


def test_what_failed_is_sent_by_the_next_run(send, mail_server):
    mail_server.inbox.replies = ["550 no"]
    assert send("csm").exit_code == 1

    assert "by mail" in send("csm").output


def test_a_certificate_nobody_vouches_for_is_refused_before_the_password(
    send, mail_server, monkeypatch
):
    monkeypatch.delenv("CS_DASHBOARD_DIGEST__MAIL__CA_FILE")

    result = send("csm")

    assert result.exit_code == 1
    assert "is not trusted (CERTIFICATE_VERIFY_FAILED)" in result.output
    assert mail_server.inbox.logins == []
    assert mail_server.inbox.taken == []


def test_a_wrong_password_is_not_tried_again_and_never_shown(send, mail_server, monkeypatch):
    monkeypatch.setenv("CS_DASHBOARD_DIGEST__MAIL__PASSWORD", "wrong-secret")

    result = send("csm")

    assert "the mail server answered 535" in result.output
    assert "wrong-secret" not in result.output
    assert len(mail_server.inbox.logins) <= 2, "once for each way of signing in"


@contextmanager
def listening(answer) -> Iterator[tuple[int, list[int]]]:
    """A server on a free port that does ``answer`` with each connection."""
    server = socket.create_server(("127.0.0.1", 0))
    seen: list[int] = []
    open_ones: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            seen.append(1)
            open_ones.append(connection)
            answer(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1], seen
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        for each in open_ones:
            each.close()
        thread.join(timeout=5)


def no_greeting(connection: socket.socket) -> None:
    """Takes the connection and never says a word."""


def dropped(connection: socket.socket) -> None:
    connection.sendall(b"220 hello\r\n")
    connection.recv(1024)
    connection.close()


def no_encryption(connection: socket.socket) -> None:
    connection.sendall(b"220 hello\r\n")
    connection.recv(1024)
    connection.sendall(b"250 nothing offered\r\n")
    connection.recv(1024)


@pytest.mark.parametrize(
    ("answer", "times", "said"),
    [
        (no_greeting, 3, "could not be reached (SMTPServerDisconnected)"),
        (dropped, 3, "could not be reached (SMTPServerDisconnected)"),
        (no_encryption, 1, "STARTTLS"),
    ],
)
def test_a_server_that_is_slow_drops_or_does_not_encrypt(  # noqa: PLR0917 -- three of them are given
    send, mail_server, monkeypatch, answer, times, said
):
    monkeypatch.setenv("CS_DASHBOARD_DIGEST__MAIL__TIMEOUT", "1")
    with listening(answer) as (port, seen):
        monkeypatch.setenv("CS_DASHBOARD_DIGEST__MAIL__PORT", str(port))
        monkeypatch.setenv("CS_DASHBOARD_DIGEST__MAIL__HOST", "127.0.0.1")
        result = send("csm")

    assert result.exit_code == 1
    assert said in result.output
    assert len(seen) == times


def test_a_server_that_is_not_there_is_said_so(send, mail_server, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("CS_DASHBOARD_DIGEST__MAIL__PORT", str(port))
    monkeypatch.setenv("CS_DASHBOARD_DIGEST__MAIL__HOST", "127.0.0.1")

    assert "could not be reached (ConnectionRefusedError)" in send("csm").output


def test_without_a_server_nobody_is_mailed_and_the_setting_is_named(send):
    result = send("csm")

    assert result.exit_code == 1
    assert "no mail server is set (digest.mail.host)" in result.output


def test_what_cannot_be_noted_is_not_sent(send, mail_server, monkeypatch, tmp_path):
    monkeypatch.setenv("CS_DASHBOARD_STORE", f"sqlite:///{tmp_path / 'no' / 'such' / 'x.sqlite'}")
    (tmp_path / "no").write_text("a file where a folder should be")

    result = send("csm")

    assert result.exit_code == 1
    assert mail_server.inbox.taken == []


# ------------------------------------------------------------------ chat


@dataclass
class Hook:
    """A webhook on a free port, with what it was sent and what it answers."""

    port: int = 0
    codes: list[int] = field(default_factory=list)
    taken: list[dict] = field(default_factory=list)


@pytest.fixture
def hook(by_role, monkeypatch, store_url, tmp_path) -> Iterator[Hook]:
    found = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            found.taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(found.codes.pop(0) if found.codes else 200)
            self.send_header("Location", "http://elsewhere.invalid/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *words):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    (tmp_path / "settings.toml").write_text(
        f'[digest.chat."{by_role["csm"].upper()}"]\n'
        f'url = "http://127.0.0.1:{found.port}/hooks/SECRET"\n'
    )
    yield found
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


def test_a_chat_message_is_plain_text_with_links_and_goes_out_once(send, hook, by_role, store_url):
    first, second = send("csm"), send("csm")

    assert f"sent     {by_role['csm']}: by chat" in first.output
    assert "was sent already" in second.output
    (body,) = hook.taken
    assert body["text"].startswith("31 Oct 2026: ")
    assert "<http://127.0.0.1:8501/?as_of=2026-10-31>" in body["text"]
    assert len(body["text"]) < 4_000
    assert audit(store_url)[-1] == (by_role["csm"], "sent")


@pytest.mark.parametrize(
    ("codes", "times", "said"),
    [
        ([429, 503], 3, "by chat"),
        ([500, 500, 500], 3, "the chat answered 500"),
        ([404], 1, "the chat answered 404"),
        ([302], 1, "the chat answered 302"),
    ],
)
def test_a_chat_that_is_busy_is_asked_again_and_one_that_refuses_is_not(
    send, hook, codes, times, said
):
    hook.codes = list(codes)

    result = send("csm")

    assert said in result.output
    assert "SECRET" not in result.output
    assert len(hook.taken) == times


def test_a_chat_that_is_not_there_tells_no_secret(send, by_role, tmp_path, store_url):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (tmp_path / "settings.toml").write_text(
        f'[digest.chat."{by_role["csm"]}"]\nurl = "http://127.0.0.1:{port}/hooks/SECRET"\n'
    )

    result = send("csm")

    assert "the chat could not be reached (ConnectionError)" in result.output
    assert "SECRET" not in result.output


# ------------------------------------------------------------------ dry run


def test_a_dry_run_writes_three_files_sends_nothing_and_is_repeatable(
    send, mail_server, by_role, tmp_path, store_url
):
    first = send("csm", "--dry-run", str(tmp_path / "one"))
    send("csm", "--dry-run", str(tmp_path / "two"))

    assert first.exit_code == 0, first.output
    names = {path.name for path in (tmp_path / "one").iterdir()}
    assert names == {f"{file_name(by_role['csm'])}{end}" for end in (".txt", ".html", ".eml")}
    for name in names:
        one, two = ((tmp_path / folder / name).read_bytes() for folder in ("one", "two"))
        assert one == two, name
    assert mail_server.inbox.taken == []
    assert {who for who, _ in audit(store_url)} == {"operator"}


def test_names_of_files_are_safe_and_no_two_addresses_share_one():
    addresses = ["../../etc@x", "a/b@c.d", "a.b@c.d", "A.B@C.D", "NUL@x", "ü@x", "x" * 300 + "@y"]

    names = [file_name(address) for address in addresses]

    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for name in names)
    assert max(map(len, names)) < 80
    assert names[2] == names[3], "the same address"
    assert len(set(names)) == len(addresses) - 1


# ------------------------------------------------------------------ misuse


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--to", "nobody"], "neither a role"),
        (["--to", "csm", "--days", "0"], "--days"),
        (["--to", "csm", "--days", "3", "--since", "2026-10-01"], "not both"),
        (["--to", "csm", "--since", str(AS_OF)], "nothing can have changed"),
        (["--to", "csm", "--segment", "Enterprize"], "no segment 'Enterprize'"),
        (["--to", "csm", "--csm", "M9"], "no csm 'M9'"),
        ([], "--to"),
    ],
)
def test_misuse_exits_with_2_and_says_what_was_wrong(run, company_file, words, said):
    result = run(company_file, *words)

    assert result.exit_code == 2
    assert said in result.output


def test_an_address_of_nobody_fails_and_the_others_are_told(run, company_file, by_role, tmp_path):
    out = str(tmp_path / "out")

    result = run(
        company_file, "--to", "x@y.invalid", "--to", by_role["csm"].upper(), "--dry-run", out
    )

    assert result.exit_code == 1
    assert "failed   x@y.invalid: x@y.invalid is not the address" in result.output
    assert f"written  {by_role['csm']}" in result.output
    assert "1 failed, 1 written" in result.output


def test_whoever_has_left_since_the_day_told_of_is_told_nothing(file_of, run, tmp_path):
    left = {**QUIET, "team_members": [member("m1", left_on=AS_OF + timedelta(days=1))]}
    file = file_of(loaded=["renewals"], **left)

    result = run(file, "--to", EMAIL, "--as-of", str(AS_OF), "--dry-run", str(tmp_path / "out"))

    assert result.exit_code == 1
    assert "is not the address of one current team member" in result.output
    assert not (tmp_path / "out").exists()


def test_where_only_a_sign_in_tells_roles_nobody_is_told_anything(run, company_file, monkeypatch):
    monkeypatch.setenv("CS_DASHBOARD_SIGN_IN__ENABLED", "true")
    monkeypatch.setenv("CS_DASHBOARD_SIGN_IN__ROLE_FROM", "claim")
    monkeypatch.setenv("CS_DASHBOARD_SIGN_IN__ROLES", '{"csm": ["csms"]}')

    result = run(company_file, "--to", "csm")

    assert result.exit_code == 2
    assert "sign_in.role_from" in result.output


def test_what_could_not_be_answered_is_in_the_report_and_in_the_exit_code(file_of, run, tmp_path):
    file = file_of(**QUIET)

    result = run(file, "--to", EMAIL, "--as-of", str(AS_OF), "--dry-run", str(tmp_path / "out"))

    assert result.exit_code == 1
    assert "could not be answered: Renewals without an answer or a touch" in result.output
    assert "1 written" in result.output


# ------------------------------------------------------------------ settings


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DIGEST__BASE_URL", "javascript:alert(1)", "not an address"),
        ("DIGEST__BASE_URL", "https://a:b@c.example", "not an address"),
        ("DIGEST__BASE_URL", "https://c.example/?x=1", "ends with its path"),
        ("DIGEST__MAIL__HOST", "mail.example.com", "sender"),
        ("DIGEST__CHAT", '{"a@b.c": {"url": "http://hooks.example.com/SECRET"}}', "https://"),
    ],
)
def test_a_setting_that_nobody_could_use_is_refused(monkeypatch, store_url, name, value, said):
    monkeypatch.setenv(f"CS_DASHBOARD_{name}", value)

    with pytest.raises(SettingsError, match=said) as error:
        load_settings()
    assert "SECRET" not in str(error.value)


def test_mail_without_tls_is_only_sent_on_this_machine(monkeypatch, store_url):
    monkeypatch.setenv("CS_DASHBOARD_DIGEST__MAIL__SENDER", "a@b.c")
    monkeypatch.setenv("CS_DASHBOARD_DIGEST__MAIL__SECURITY", "none")
    monkeypatch.setenv("CS_DASHBOARD_DIGEST__MAIL__HOST", "localhost")
    assert load_settings().digest.mail.security == "none"

    monkeypatch.setenv("CS_DASHBOARD_DIGEST__MAIL__HOST", "mail.example.com")
    with pytest.raises(SettingsError, match="without TLS"):
        load_settings()


def test_every_sample_of_settings_in_the_documentation_is_valid(monkeypatch):
    monkeypatch.setenv("CS_DASHBOARD_DIGEST__MAIL__PASSWORD", "from the environment")
    page = (ROOT / "docs" / "digest.md").read_text(encoding="utf-8")
    samples = re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)

    assert len(samples) == 2
    for sample in samples:
        Settings(**tomllib.loads(sample))


def test_secrets_are_not_shown_where_settings_are():
    shown = repr(
        Settings(
            digest={
                "mail": {"password": "hidden-secret"},
                "chat": {"a@b.c": {"url": "https://hooks.example.com/hidden-secret"}},
            }
        )
    )
    assert "hidden-secret" not in shown
