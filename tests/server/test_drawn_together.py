"""What a run draws leaves in one go, of a real server to a real websocket."""

from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

from benchmarks.serving import serving
from tests.awaited import awaited

PAGE = """
import time
import streamlit as st

place = st.empty()
place.markdown("first")
time.sleep({seconds})
place.markdown("last")
"""
SERVED = """
import streamlit as st
from dashboard.server.drawn_together import draw_together

draw_together({patience})
app = st.App("page.py")
"""


async def drawn(url: str, runs: int) -> list[list[str]]:
    """What of one place each run sends; what was replaced before it left is not among it."""
    socket = url.replace("http", "ws", 1) + "/_stcore/stream"
    async with connect(socket, subprotocols=["streamlit"], origin=url) as session:
        found: list[list[str]] = []
        for _ in range(runs):
            message = BackMsg()
            message.rerun_script.query_string = ""
            await session.send(message.SerializeToString())
            found.append([])
            while True:
                told = ForwardMsg.FromString(await session.recv())
                if told.WhichOneof("type") == "script_finished":
                    break
                if told.delta.new_element.WhichOneof("type") == "markdown":
                    found[-1].append(told.delta.new_element.markdown.body)
        return found


@pytest.mark.parametrize(
    ("seconds", "patience", "sent"),
    [(0.1, 30.0, ["last"]), (2.0, 0.05, ["first", "last"])],
    ids=["quick", "slow"],
)
def test_a_quick_run_is_sent_as_one_and_a_slow_one_bit_by_bit(tmp_path, seconds, patience, sent):
    (tmp_path / "page.py").write_text(PAGE.format(seconds=seconds), encoding="utf-8")
    entry: Path = tmp_path / "asgi.py"
    entry.write_text(SERVED.format(patience=patience), encoding="utf-8")
    with serving(str(entry), tmp_path) as server:
        assert awaited(drawn(server.url, runs=3)) == [sent] * 3
