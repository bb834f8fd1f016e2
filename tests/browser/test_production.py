"""What ``asgi.py`` puts around the app: headers, looks from outside, and a log to be followed.

That every page works under the policy of the headers is seen by ``test_pages``: the server of all
these tests is this one, and ``open_page`` fails where the browser refused something.
"""

import json
import re
import time

import httpx
import pytest

pytestmark = pytest.mark.browser

QUERY = "note=somebody%40example.com&segment=Enterprise"


def lines(folder, event: str) -> list[dict[str, object]]:
    said = (folder / "server.log").read_text().splitlines()
    found = [json.loads(line) for line in said if line.startswith("{")]
    return [line for line in found if line["event"] == event]


@pytest.mark.parametrize(
    "path", ["", "renewals", "_stcore/health", "livez", "static/no/such", "media/none"]
)
def test_every_answer_carries_the_headers(server, path):
    headers = httpx.get(f"{server}/{path}").headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert re.search(r"script-src 'self' 'sha256-[\w+/]{43}='$", policy)
    assert "unsafe-eval" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "strict-transport-security" not in headers, "only where a setting says https"
    assert re.fullmatch("[0-9a-f]{32}", headers["x-request-id"])


def test_the_looks_from_outside_say_how_it_is_and_nothing_else(server):
    assert httpx.get(f"{server}/livez").text == "ok\n"
    answer = httpx.get(f"{server}/readyz")
    told = answer.json()
    assert answer.status_code == 200
    assert (told["ready"], told["warehouse"], told["store"]) == (True, "answers", "answers")
    assert told["data"].keys() == {"loaded_hours_ago", "as_of", "stale"}
    assert answer.headers["cache-control"] == "no-store"
    assert not re.search(r"/|@|sqlite|duckdb|127\.", answer.text)
    for closed in ("_stcore/metrics", "_stcore/agent/openapi.json"):
        assert httpx.get(f"{server}/{closed}").status_code == 404


def test_a_view_is_followed_from_its_socket_to_its_queries_and_no_address_is_written(
    server, server_folder, open_page
):
    page = open_page(f"{server}/churn?{QUERY}")
    card = page.locator(".st-key-card_churn_by_quarter")
    card.get_by_role("radio", name="Download").click()
    with page.expect_response(re.compile("/media/")) as got, page.expect_download():
        card.get_by_role("button", name="CSV").click()
    assert got.value.header_value("cache-control") == "no-store"
    page.context.close()

    deadline = time.monotonic() + 30
    while True:
        runs = [line for line in lines(server_folder, "run") if line["page"] == "churn"]
        sockets = {line["request"]: line for line in lines(server_folder, "socket")}
        if runs and runs[-1]["socket"] in sockets:
            break
        assert time.monotonic() < deadline, "the socket has no line"
        time.sleep(0.2)
    run = runs[-1]
    assert sockets[run["socket"]]["status"] == 101
    assert "churn/by_quarter" in run["questions"]
    asked = [
        line["question"]
        for each in runs
        for line in lines(server_folder, "query")
        if line["run"] == each["run"]
    ]
    assert set(asked) <= {question for each in runs for question in each["questions"]} | {
        "access/members"
    }
    log = (server_folder / "server.log").read_text()
    assert {line["path"] for line in lines(server_folder, "request")} >= {"/churn", "/media/..."}
    assert not re.search(r"@example|%40|segment=", log)
