"""The proxy that fails on demand leaves nothing behind that a later test would be blamed for."""

import gc
import socket
import sys

import pytest

from tests.proxy import Proxy


@pytest.fixture
def target():
    """A port that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=200) as listening:
        yield listening.getsockname()[1]


@pytest.mark.parametrize("mode", ["pass", "black hole", "refuse", "reset"])
@pytest.mark.filterwarnings("error")
def test_a_proxy_that_ends_while_it_is_called_leaves_no_socket_open(target, mode, monkeypatch):
    unclosed = []
    monkeypatch.setattr(sys, "unraisablehook", lambda found: unclosed.append(found.exc_value))
    for callers in (1, 3, 12):
        sockets = []
        with Proxy(target) as proxy:
            for _ in range(callers):
                caller = socket.socket()
                caller.setblocking(False)
                caller.connect_ex(("127.0.0.1", proxy.port))
                sockets.append(caller)
            if mode != "pass":
                proxy.set(mode)
        for caller in sockets:
            caller.close()
    gc.collect()
    assert not unclosed
