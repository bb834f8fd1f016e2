"""Small answers leave at once."""

import contextlib
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_OPEN_FILES: Final = Path("/proc/self/fd")


def send_at_once() -> int:
    """Switch Nagle's delay off for whoever connects from now on; how many doors that is.

    A run sends many small messages, and each would wait for the browser to acknowledge the one
    before. asyncio switches the delay off where a socket says that it is TCP. Streamlit 1.67
    opens its own without saying so. Linux gives the option of a listening socket on to the
    connections that it accepts; elsewhere nothing is done.
    """
    doors = 0
    for door in _listening():
        door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        doors += 1
    return doors


def _listening() -> Iterator[socket.socket]:
    """Listening TCP sockets of this process, each by a copy of its descriptor."""
    if not _OPEN_FILES.is_dir():
        return
    for entry in list(_OPEN_FILES.iterdir()):
        with contextlib.suppress(OSError):
            number = int(entry.name)
            if not stat.S_ISSOCK(os.fstat(number).st_mode):
                continue
            with socket.socket(fileno=os.dup(number)) as copy:
                is_tcp = copy.family in {socket.AF_INET, socket.AF_INET6}
                if is_tcp and copy.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    yield copy
