"""What was made at a click can be fetched, however many runs end meanwhile."""

import time

import pytest
from streamlit.runtime import media_file_manager
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from dashboard.components.made_files import keep_in


@pytest.fixture
def storage():
    return MemoryMediaFileStorage("/media")


@pytest.fixture
def files(storage, monkeypatch) -> MediaFileManager:
    monkeypatch.setattr(media_file_manager, "_get_session_id", lambda: "somebody")
    return MediaFileManager(storage)


def fetched_after_runs(files, storage, runs=5) -> bool:
    """Whether a file made at a click is still there after other people's runs have ended."""
    offered = files.add_deferred(lambda: b"a,b\n1,2\n", "text/csv", "button", "rows.csv")
    url = files.execute_deferred(offered)
    for _ in range(runs):
        files.remove_orphaned_files()
    try:
        return storage.get_file(url.rpartition("/")[2]).content == b"a,b\n1,2\n"
    except media_file_manager.MediaFileStorageError:
        return False


def test_streamlit_alone_forgets_it(files, storage):
    """Where this fails, Streamlit keeps such files itself and ours can go."""
    assert not fetched_after_runs(files, storage)


def test_it_is_kept_until_it_is_fetched(files, storage):
    keep_in(files)
    keep_in(files)
    assert fetched_after_runs(files, storage)


def test_nothing_is_cleared_up_while_it_is_made(files, storage):
    keep_in(files)

    def made_while_runs_end() -> bytes:
        files._file_metadata["another"] = media_file_manager.MediaFileMetadata(  # noqa: SLF001
            kind=media_file_manager.MediaFileKind.DOWNLOADABLE
        )
        for _ in range(5):
            files.remove_orphaned_files()
        assert "another" in files._file_metadata  # noqa: SLF001
        del files._file_metadata["another"]  # noqa: SLF001
        return b"made"

    offered = files.add_deferred(made_while_runs_end, "text/csv", "button", "rows.csv")
    assert files.execute_deferred(offered)


def test_it_is_let_go_after_its_time(files, storage):
    keep_in(files, seconds=0.01)
    assert fetched_after_runs(files, storage, runs=0)
    deadline = time.monotonic() + 10
    while files._files_by_session_and_coord["made at a click"]:  # noqa: SLF001
        assert time.monotonic() < deadline
        time.sleep(0.01)
    for _ in range(2):
        files.remove_orphaned_files()
    assert not storage._files_by_id  # noqa: SLF001
