"""A file that was made at a click stays until the browser has fetched it.

Streamlit 1.67 gives such a file to no session, and throws away what belongs to none whenever a
run ends, anybody's. With some viewers at once that is sooner than the browser comes for it: it gets
404 and keeps nothing.
"""

import threading
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from streamlit import runtime
from streamlit.runtime.media_file_manager import MediaFileManager

SECONDS: Final = 60.0
"""How long the browser may take to begin to fetch it."""
_HOLDER: Final = "made at a click"
_patching: Final = threading.Lock()


def kept_until_fetched() -> None:
    """See to it for the server that runs, once; where none runs there is nothing to do."""
    if runtime.exists():
        keep_in(runtime.get_instance().media_file_mgr)


def keep_in(files: MediaFileManager, *, seconds: float = SECONDS) -> None:
    """See to it in a store of files that are served; a second call changes nothing."""
    with _patching:
        if getattr(files.execute_deferred, "keeps", False):
            return
        make, clear_up = files.execute_deferred, files.remove_orphaned_files
        making: set[object] = set()

        def made(file_id: str) -> str:
            this = object()
            making.add(this)
            try:
                url = make(file_id)
                name = PurePosixPath(urlsplit(url).path).stem
                with files._lock:  # noqa: SLF001 -- nothing public holds a file for no session
                    files._files_by_session_and_coord[_HOLDER][name] = name  # noqa: SLF001
            finally:
                making.discard(this)
            last = threading.Timer(seconds, _let_go, (files, name))
            last.daemon = True
            last.start()
            return url

        def cleared_up() -> None:
            # Between a file's making and its being held it would look like anybody's leftover.
            if not making:
                clear_up()

        made.keeps = True  # type: ignore[attr-defined]
        files.execute_deferred = made  # type: ignore[method-assign]
        files.remove_orphaned_files = cleared_up  # type: ignore[method-assign]


def _let_go(files: MediaFileManager, name: str) -> None:
    with files._lock:  # noqa: SLF001
        files._files_by_session_and_coord[_HOLDER].pop(name, None)  # noqa: SLF001
