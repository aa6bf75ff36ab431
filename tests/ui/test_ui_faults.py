"""The server while something goes wrong around it: no network, an edited corpus, odd folders, an early end."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from ui_support import INDEX, ROOT, call, serving, status, wait_until_ready

from evals.serving import Client, nutrace
from ui.web import SESSIONS

QUESTION = "What deficiencies cause muscle twitching?"
SECRET = "zyxwvut"
"""A word that nobody else writes: where it turns up, a question was kept."""
CUT_OFF = """
import sys

def forbid(event, arguments):
    host = arguments[1][0] if event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple) else ""
    host = arguments[0] if event.startswith("socket.get") and event.endswith(("info", "byname")) else host
    if host and host not in ("127.0.0.1", "localhost", "::1"):
        sys.stderr.write(f"CONNECTION {event} {host}\\n")
        raise OSError("the network is cut off")

sys.addaudithook(forbid)
import app
sys.exit(app.main(sys.argv[1:]))
"""
"""The program, which may connect to nothing but this machine."""


def places() -> list[str]:
    return ["--index", INDEX] if INDEX else []


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A copy of the real corpus, to be changed, in a folder whose name is none of ASCII alone."""
    for part in ("documents", "tables", "vocabulary"):
        shutil.copytree(ROOT / "corpus" / part, tmp_path / "büro ✓" / part)
    return tmp_path / "büro ✓"


def test_a_corpus_edited_while_serving_changes_no_answer(corpus: Path) -> None:
    """The old one serves, quotes and shows its sources, until it is started again."""
    document = corpus / "documents" / "nutrients" / "magnesium.md"
    with serving("--corpus", str(corpus)) as address:
        before = call(address, "what foods are rich in magnesium", [], "")
        document.write_text(document.read_text(encoding="utf-8").replace("agnesium", "UNOBTAINIUM"), encoding="utf-8")
        shutil.rmtree(corpus / "tables")
        shutil.rmtree(corpus / "vocabulary")
        assert call(address, "what foods are rich in magnesium", [], "")["digest"] == before["digest"]
        other = call(address, "what does magnesium do", [], "")
        assert other["status"] == "answered" and "UNOBTAINIUM" not in other["text"]
        _, _, source = status(f"{address}/source/document/magnesium")
        assert b"UNOBTAINIUM" not in source and "agnesium" in source.decode()
        assert status(f"{address}/readyz")[0] == 200


def test_serving_and_answering_connect_to_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CUT_OFF, "serve", "--port", "0", *places()]
    errors = tmp_path / "errors"
    with (
        errors.open("w") as log,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        try:
            assert process.stdout
            address = process.stdout.readline().rsplit(" ", 1)[-1].strip()
            wait_until_ready(address)
            assert call(address, QUESTION, [], "")["status"] == "answered"
            assert status(address)[0] == status(f"{address}/config")[0] == 200
        finally:
            process.terminate()
            process.wait(20)
    assert errors.read_text() == ""


FORMS = (
    f'{{"data": [{SECRET}',
    f'{{"data": "{SECRET}"}}',
    f'{{"data": [5, "{SECRET}"]}}',
    f'{{"data": ["{SECRET}", 5, 5]}}',
    f'{{"data": [["{SECRET}"], [[]], {{}}]}}',
    f'{{"data": ["{SECRET}", "[]"], "fn_index": 0, "session_hash": "s"}}',
    f'{{"data": [["{SECRET}"], {{}}], "fn_index": 0, "session_hash": "s"}}',
    f'{{"data": ["{SECRET}"], "fn_index": 1, "session_hash": "s", "event_data": {{}}}}',
    f'{{"data": ["{SECRET}"], "fn_index": 99, "session_hash": "s"}}',
    f'{{"data": ["{SECRET}"], "fn_index": "{SECRET}", "session_hash": []}}',
    "[" * 50_000 + SECRET,
)
"""Questions of any form, to be refused or answered."""
POSTS = ("call/respond", "queue/join", "cancel", "reset", "startup-events")


@pytest.mark.parametrize("path", [*(f"gradio_api/{name}" for name in POSTS), "export", "feedback", "", "source/x"])
def test_a_post_of_any_form_is_no_internal_error(address: str, path: str) -> None:
    for body in (
        *FORMS,
        "",
        "5",
        "[]",
        "null",
        "{}",
        '{"session_hash": "s", "fn_index": 0, "event_id": "x"}',
        "\udcff",
    ):
        code, _, shown = status(
            f"{address}/{path}", body.encode("utf-8", "surrogateescape"), content_type="application/json"
        )
        assert code < 500, (body[:60], shown)
        assert b"Traceback" not in shown


def test_no_question_is_kept_or_logged(tmp_path: Path) -> None:
    """Questions of every way in, sound and broken, are nowhere in what the server writes."""
    home = tmp_path / "home"
    home.mkdir()
    environment = {**os.environ, "HOME": str(home), "TMPDIR": str(home), "XDG_CACHE_HOME": str(home)}
    command = [sys.executable, "app.py", "serve", "--port", "0", "--rate", "0", *places()]
    written = tmp_path / "written"
    with (
        written.open("w") as log,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True, env=environment) as process,
    ):
        try:
            assert process.stdout
            address = process.stdout.readline().rsplit(" ", 1)[-1].strip()
            wait_until_ready(address)
            assert call(address, f"iron {SECRET}", [f"zinc {SECRET}"], "")["message"] == f"iron {SECRET}"
            kind = {"content_type": "application/json"}
            asked = json.dumps({"messages": [SECRET]}).encode()
            assert SECRET.encode() in status(f"{address}/export", asked, **kind)[2]
            for body in FORMS:
                for path in ("call/respond", "queue/join"):
                    status(f"{address}/gradio_api/{path}", body.encode(), **kind)
            time.sleep(1)  # what was let in is worked off behind it
            status(f"{address}/source/document/{SECRET}?at={SECRET}")
            status(f"{address}/{SECRET}")
        finally:
            process.terminate()
            rest = process.communicate(timeout=20)[0]
    assert SECRET not in rest + written.read_text()
    kept = [path for path in home.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    assert kept == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads the memory of a process from /proc")
def test_the_questions_of_programs_leave_no_memory_behind() -> None:
    """Gradio makes a session of each and would keep ten thousand, some 45 kB each."""
    with nutrace(index=Path(INDEX) if INDEX else None) as server:
        client = Client(server.address)
        for _ in range(2 * SESSIONS):
            assert client.ask(QUESTION, [], "").data
        before = server.memory_mb()
        for _ in range(200):
            assert client.ask(QUESTION, [], "").data
        client.close()
        assert server.memory_mb() - before < 5


def test_exports_are_bounded(address: str) -> None:
    """Each answers a whole conversation: two at a time, and whoever comes then is told to come again."""
    body = json.dumps({"messages": [f"which foods have the most iron, number {n}?" for n in range(60)]}).encode()
    with ThreadPoolExecutor(6) as several:
        codes = list(several.map(lambda _: status(f"{address}/export", body)[0], range(6)))
    assert set(codes) == {200, 503}


@pytest.mark.parametrize("seconds", [0.0, 1.0, 3.0])
def test_told_to_stop_while_it_starts_it_stops(seconds: float) -> None:
    command = [sys.executable, "app.py", "serve", "--port", "0", *places()]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stderr
        assert process.stdout.readline().startswith("Nutrace is at")
        time.sleep(seconds)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) in (0, -signal.SIGTERM)
        assert "Traceback" not in process.stderr.read()
