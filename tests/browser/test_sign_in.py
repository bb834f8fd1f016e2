"""Signing in at a provider on this machine, as each role, and every way of not being let in.

The provider is ``oidc-provider-mock``; the real flow is walked through for each role. What only
time would bring is a cookie that the test signs with the secret of its own server.
"""

import json
import os
import re
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest
from itsdangerous import URLSafeTimedSerializer
from playwright.sync_api import BrowserContext, Page, expect

from dashboard.access import ROLES, role_in_words
from tests.browser.conftest import free_port, serving, settle

pytestmark = pytest.mark.browser

HOUR = 3600
STRANGER = "stranger@elsewhere.example"
ALERT = "[data-testid=stAlert]"
DRAWN = "h3.finding, .kpi, [data-testid=stVegaLiteChart], [data-testid=stCaption]"


@dataclass(frozen=True)
class Served:
    """The app with sign-in, and the secret that its cookies are signed with."""

    url: str
    secret: str


@pytest.fixture(scope="module")
def people(demo_file) -> dict[str, str]:
    """An address for each role; of the CSM one who holds accounts."""
    with duckdb.connect(str(demo_file), read_only=True) as connection:
        return dict(
            connection.execute(
                "select role, min(email) from team_members where left_on is null and"
                " (role <> 'csm' or member_id in (select csm_id from accounts)) group by role"
            ).fetchall()
        )


@pytest.fixture(scope="module")
def provider(people, tmp_path_factory) -> Iterator[str]:
    """A provider with an account for each role, a stranger and one that is not verified."""
    port = free_port()
    accounts = [{"sub": role, "email": email} for role, email in people.items()]
    accounts.append({"sub": "stranger", "email": STRANGER})
    for account in accounts:
        account["email_verified"] = True
    accounts.append({"sub": "unverified", "email": people["csm"], "email_verified": False})
    claims = [each for account in accounts for each in ("--user-claims", json.dumps(account))]
    with (tmp_path_factory.mktemp("provider") / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "oidc_provider_mock", "--port", f"{port}", *claims],
            env=os.environ | {"AUTHLIB_INSECURE_TRANSPORT": "1"},
            stdout=log,
            stderr=log,
        )
        try:
            metadata = f"http://127.0.0.1:{port}/.well-known/openid-configuration"
            _wait_for(metadata, process)
            yield metadata
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=10)


@pytest.fixture(scope="module")
def app(demo_file, provider, tmp_path_factory) -> Iterator[Served]:
    """The app on the demo company with sign-in; secrets and store in a folder of its own."""
    folder, secret = tmp_path_factory.mktemp("sign_in"), secrets.token_urlsafe(48)
    (folder / "secrets.toml").write_text(
        f"""
        [auth]
        redirect_uri = "http://127.0.0.1:{{port}}/oauth2callback"
        cookie_secret = "{secret}"
        client_id = "dashboard"
        client_secret = "of the mock"
        server_metadata_url = "{provider}"
        """,
        encoding="utf-8",
    )
    with serving(
        demo_file,
        folder,
        STREAMLIT_SECRETS_FILES=str(folder / "secrets.toml"),
        CS_DASHBOARD_OPERATOR="false",
        CS_DASHBOARD_SIGN_IN__ENABLED="true",
        CS_DASHBOARD_SIGN_IN__CONTACT="Kim of operations",
        AUTHLIB_INSECURE_TRANSPORT="1",
    ) as url:
        yield Served(url, secret)


@pytest.fixture
def visit(browser) -> Iterator[Callable[..., BrowserContext]]:
    """A browser of nobody, or one that carries a signed cookie with the claims given."""
    contexts = []

    def opened(app: Served | None = None, **claims: object) -> BrowserContext:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        contexts.append(context)
        if app is not None:
            value = json.dumps({"is_logged_in": True, "origin": app.url} | claims)
            signed = URLSafeTimedSerializer(app.secret, salt="_streamlit_user").dumps(value)
            context.add_cookies([{"name": "_streamlit_user", "value": signed, "url": app.url}])
        return context

    yield opened
    for context in contexts:
        context.close()


def of(email: str, *, age: float = 0, lasts: float = HOUR, **more: object) -> dict[str, object]:
    """Claims of somebody who signed in so many seconds ago."""
    began = time.time() - age
    claims = {"sub": email, "email": email, "email_verified": True, "nonce": secrets.token_hex(8)}
    return claims | {"iat": began, "exp": began + lasts} | more


def at_the_door(page: Page) -> Page:
    """The page once the door has said what it has to say."""
    page.get_by_role("button", name=re.compile("^Sign (in|out)$")).wait_for(timeout=30_000)
    page.wait_for_timeout(500)
    return page


def signed_in(context: BrowserContext, url: str, sub: str) -> Page:
    """Open an address, be sent to the provider, choose an account there, and come back."""
    page = context.new_page()
    page.goto(url)
    at_the_door(page).get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=sub, exact=True).click(timeout=30_000)
    page.get_by_role("button", name="Sign out").wait_for(timeout=60_000)
    settle(page)
    return page


def menu_of(page: Page) -> set[str]:
    """Titles of all pages in the menu."""
    found = set(page.locator("[data-testid=stTopNavLink]").all_inner_texts())
    for section in page.locator("[data-testid=stTopNavSection]").all():
        section.click()
        page.locator("[data-testid=stTopNavDropdownLink]").first.wait_for()
        found |= set(page.locator("[data-testid=stTopNavDropdownLink]").all_inner_texts())
        page.keyboard.press("Escape")
    return {title.strip().splitlines()[-1] for title in found}


# ------------------------------------------------------------------ signing in


@pytest.mark.sampled(2)
@pytest.mark.parametrize("role", ROLES)
def test_each_role_signs_in_and_sees_its_own_menu(app, visit, people, role):
    page = signed_in(visit(), app.url, role)

    sidebar = page.locator("[data-testid=stSidebar]")
    expect(sidebar).to_contain_text(role_in_words(role))
    menu = menu_of(page)
    assert ("Talent" in menu) == (role in {"executive", "cs_manager", "people"})
    assert ("Renewals" in menu) == (role != "people")
    assert "Definitions and data" in menu
    assert page.locator(".st-key-viewer").count() == 0


@pytest.mark.sampled(3)
@pytest.mark.parametrize("role", ["executive", "finance", "cs_manager", "csm"])
def test_each_role_sees_its_own_accounts(app, visit, people, demo_file, role):
    page = visit(app, **of(people[role])).new_page()
    page.goto(f"{app.url}/account")
    settle(page)
    with duckdb.connect(str(demo_file), read_only=True) as connection:
        (everybody,) = connection.execute("select count(distinct csm_id) from accounts").fetchone()
    page.goto(f"{app.url}/renewals")
    settle(page)
    page.locator(".st-key-csm input").click()
    page.locator("[role=option]").first.wait_for()
    offered = page.locator("[role=option]").count()

    if role == "csm":
        assert offered == 1
    elif role == "cs_manager":
        assert 1 < offered < everybody
    else:
        assert offered >= 10


def test_nothing_is_drawn_and_no_name_is_told_before_the_sign_in(app, visit):
    page = visit().new_page()
    heard = []

    def note(frame):
        heard.append(str(frame))

    page.on("websocket", lambda socket: socket.on("framereceived", note))
    page.goto(f"{app.url}/renewals?segment=Enterprise")
    at_the_door(page)

    assert page.locator(DRAWN).count() == 0
    assert page.locator("[data-testid=stSidebar]").count() == 0
    assert page.get_by_role("button").all_inner_texts() == ["Sign in"]
    told = "".join(heard)
    assert "Customer success" in told
    assert not re.search(r"Demo company|Northwind|Overview|Talent|Data as of", told)


def test_a_viewer_named_in_the_link_is_not_honoured(app, visit, people):
    page = visit(app, **of(people["csm"])).new_page()
    page.goto(f"{app.url}/renewals?viewer={people['executive']}")
    settle(page)

    expect(page.locator("[data-testid=stSidebar]")).to_contain_text("CSM")
    assert "viewer" not in page.url
    page.locator(".st-key-csm input").click()
    assert page.locator("[role=option]").count() == 1


# ------------------------------------------------------------------ links


def test_a_link_of_the_cco_opens_the_own_book_of_the_csm_who_signs_in(app, visit, people):
    link = f"{app.url}/renewals?quarter=FY26+Q3&segment=Enterprise"

    page = signed_in(visit(), link, "csm")

    expect(page.locator("h1")).to_have_text("Renewals")
    expect(page.get_by_text(re.compile("FY26 Q3")).first).to_be_visible()
    asked = parse_qs(urlsplit(page.url).query)
    assert urlsplit(page.url).path == "/renewals"
    assert asked["quarter"] == ["FY26 Q3"]
    expect(page.locator("[data-testid=stSidebar]")).to_contain_text("CSM")


@pytest.mark.parametrize("named", ["Ana Ruiz", "somebody else"])
def test_what_the_csm_may_not_see_is_refused_without_repeating_it(app, visit, people, named):
    page = visit(app, **of(people["csm"])).new_page()
    page.goto(f"{app.url}/renewals?csm={named}")
    settle(page)

    alert = page.locator(ALERT).first
    expect(alert).to_contain_text("This link asks for a CSM that is not on offer to you")
    assert named not in page.locator("body").inner_text()


def test_a_page_that_does_not_exist_for_the_role_is_answered_by_us(app, visit, people):
    page = visit(app, **of(people["csm"])).new_page()
    page.goto(f"{app.url}/talent")
    settle(page)

    expect(page.locator(ALERT)).to_contain_text("There is no such page for your role")
    assert page.locator("[data-testid=stDialog]").count() == 0
    assert page.locator(DRAWN).count() == 0


def test_a_link_to_talent_opens_for_a_people_partner_whose_first_page_it_is(app, visit, people):
    page = visit(app, **of(people["people"])).new_page()
    page.goto(f"{app.url}/talent")
    settle(page)

    expect(page.locator("h1")).to_have_text("Talent")
    assert page.locator("[data-testid=stDialog]").count() == 0


# ------------------------------------------------------------------ signing out


def test_signing_out_ends_the_sign_in_in_every_tab(app, visit, people):
    context = visit(app, **of(people["csm"]))
    first, second = context.new_page(), context.new_page()
    for page in (first, second):
        page.goto(f"{app.url}/renewals")
        settle(page)

    first.get_by_role("button", name="Sign out").focus()
    first.keyboard.press("Enter")
    first.wait_for_url(lambda url: not url.startswith(f"{app.url}/renewals"), timeout=30_000)
    second.locator(".st-key-card_due_by_quarter").get_by_text("Table", exact=True).first.click()

    expect(second.locator(ALERT)).to_contain_text("You have signed out", timeout=30_000)
    assert second.locator(DRAWN).count() == 0


def test_a_download_is_built_for_whoever_is_still_signed_in(app, visit, people):
    context = visit(app, **of(people["csm"]))
    page, other = context.new_page(), context.new_page()
    for each in (page, other):
        each.goto(f"{app.url}/renewals?segment=Enterprise")
        settle(each)
    card = page.locator(".st-key-card_due_by_quarter")
    card.get_by_role("radio", name="Download").click()
    csv = card.get_by_role("button", name="CSV")
    with page.expect_download(timeout=20_000):
        csv.click()

    other.get_by_role("button", name="Sign out").click()
    other.wait_for_url(lambda url: not url.startswith(f"{app.url}/renewals"), timeout=30_000)

    came = []

    def note(download):
        came.append(download)

    page.on("download", note)
    csv.click()
    page.wait_for_timeout(3000)
    assert not came


def test_a_cookie_kept_from_before_the_sign_out_opens_nothing(app, visit, people):
    claims = of(people["csm"])
    page = visit(app, **claims).new_page()
    page.goto(f"{app.url}/renewals")
    settle(page)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: not url.startswith(f"{app.url}/renewals"), timeout=30_000)

    again = visit(app, **claims).new_page()
    again.goto(f"{app.url}/renewals")

    expect(at_the_door(again).locator(ALERT)).to_contain_text("You have signed out")


# ------------------------------------------------------------------ not let in


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({"age": 2 * HOUR, "lasts": HOUR}, "Your sign-in has ended"),
        ({"age": 12.1 * HOUR, "lasts": 99 * HOUR}, "Your sign-in has ended"),
        ({"email_verified": False}, "is not verified"),
        ({"email": STRANGER}, f"{STRANGER} is not the address of one current"),
    ],
    ids=["the token has expired", "twelve hours are over", "not verified", "unknown"],
)
def test_whoever_is_not_let_in_is_told_why_and_shown_nothing(app, visit, people, claims, sentence):
    page = visit(app, **of(**({"email": people["executive"]} | claims))).new_page()
    page.goto(f"{app.url}/renewals")
    at_the_door(page)

    expect(page.locator(ALERT)).to_contain_text(sentence)
    assert page.get_by_role("button").all_inner_texts() == [
        "Sign in" if "ended" in sentence else "Sign out"
    ]
    assert page.locator(DRAWN).count() == 0
    assert page.locator("[data-testid=stSidebar]").count() == 0


def test_an_unknown_address_is_told_whom_to_ask_and_may_sign_out(app, visit):
    context = visit()
    page = context.new_page()
    page.goto(app.url)
    at_the_door(page).get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="stranger", exact=True).click()
    page.get_by_role("button", name="Sign out").wait_for(timeout=60_000)

    expect(page.locator(ALERT)).to_contain_text(STRANGER)
    expect(page.locator(ALERT)).to_contain_text("Ask Kim of operations")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: not url.startswith(app.url), timeout=30_000)
    assert not [each for each in context.cookies() if each["name"] == "_streamlit_user"]


def test_a_cookie_that_was_tampered_with_is_nobody(app, visit, people):
    forged = Served(app.url, secrets.token_urlsafe(48))
    page = visit(forged, **of(people["executive"])).new_page()
    page.goto(f"{app.url}/renewals")
    at_the_door(page)

    assert page.get_by_role("button").all_inner_texts() == ["Sign in"]
    assert page.locator(ALERT).count() == 0


def _wait_for(url: str, process: subprocess.Popen, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the provider stopped with code {process.returncode}")
        try:
            urllib.request.urlopen(url, timeout=1)
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(url)
