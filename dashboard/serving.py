"""Whether the app may serve: with which secrets, and to a request from where. Pure."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Final
from urllib.parse import urlsplit

from dashboard.settings import LOOPBACK

CALLBACK: Final = "/oauth2callback"
SAMPLE_SECRET: Final = "put-48-random-characters-here-as-docs-sign-in-says"  # noqa: S105 -- refused
"""What stands in ``.streamlit/secrets.example.toml``."""

_LENGTH: Final = 32
_BITS: Final = 100
_WORDS: Final = ("secret", "password", "changeme", "change-me", "sample", "example", "xxxx")
_PASSED_ON: Final = (
    "forwarded", "x-real-ip", "via", "true-client-ip", "cf-connecting-ip", "x-client-ip",
)  # fmt: skip


def is_from_this_machine(address: str, headers: Iterable[tuple[str, str]]) -> bool:
    """Whether a request came straight from this machine.

    The server listens on a loopback address alone, the request names one, and no proxy says that
    it passed the request on for somebody else.
    """
    sent = [(name.lower(), value) for name, value in headers]
    hosts = [value for name, value in sent if name == "host"]
    passed_on = any(name in _PASSED_ON or name.startswith("x-forwarded") for name, _ in sent)
    return address in LOOPBACK and len(hosts) == 1 and _host(hosts[0]) in LOOPBACK and not passed_on


def fault_of(auth: Mapping[str, object]) -> str | None:
    """Why nobody can be signed in safely with this ``[auth]`` section; ``None`` where one can."""
    where = "[auth] of .streamlit/secrets.toml"
    if not auth:
        return f"Sign-in is on, and there is no {where}."
    missing = [
        name
        for name in ("client_id", "client_secret", "server_metadata_url", "redirect_uri")
        if not isinstance(auth.get(name), str) or not auth[name]
    ]
    if missing:
        return f"Sign-in is on, and {where} lacks {', '.join(missing)}."
    if weakness := _weakness_of(auth.get("cookie_secret")):
        return (
            f"Sign-in is on, and the cookie_secret in {where} {weakness}. "
            "Whoever guesses it can sign in as anybody."
        )
    for name in ("redirect_uri", "server_metadata_url"):
        if not _is_guarded(str(auth[name])):
            return f"The {name} in {where} must begin with https, or name this machine."
    if not str(auth["redirect_uri"]).endswith(CALLBACK):
        return f"The redirect_uri in {where} must end with {CALLBACK}."
    return None


def _weakness_of(secret: object) -> str | None:
    if not isinstance(secret, str) or not secret:
        return "is missing"
    if secret == SAMPLE_SECRET or any(word in secret.lower() for word in _WORDS):
        return "is a sample"
    if len(secret) < _LENGTH:
        return f"is shorter than {_LENGTH} characters"
    if _bits(secret) < _BITS or _is_regular(secret):
        return "is easy to guess"
    return None


def _bits(text: str) -> float:
    shares = [count / len(text) for count in Counter(text).values()]
    return -len(text) * sum(share * math.log2(share) for share in shares)


def _is_regular(text: str) -> bool:
    """A text that repeats itself, or mostly counts up, counts down or stands still."""
    steps = [abs(ord(after) - ord(before)) for before, after in pairwise(text)]
    return text in (text + text)[1:-1] or sum(step <= 1 for step in steps) > len(steps) / 2


def _is_guarded(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(parts.hostname)
    return parts.scheme == "http" and parts.hostname in LOOPBACK


def _host(value: str) -> str | None:
    try:
        return urlsplit(f"//{value}").hostname
    except ValueError:
        return None
