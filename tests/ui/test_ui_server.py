"""The server as a whole: it listens at once, answers programs, refuses what it should, and stops cleanly."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ui_support import INDEX, ROOT, call, serving, status, wait_until_ready

TWITCHING = "What deficiencies cause muscle twitching?"


def test_the_first_paint_comes_at_once_and_a_question_meanwhile_is_answered() -> None:
    with serving(ready=False) as address:
        began = time.monotonic()
        code, _, page = status(address)
        assert (code, status(f"{address}/healthz")[0]) == (200, 200)
        assert time.monotonic() - began < 2
        assert b"Nutrace" in page
        assert status(f"{address}/readyz")[0] == 503
        while status(f"{address}/config")[0] != 200:
            time.sleep(0.1)
        assert call(address, TWITCHING, [], "")["status"] == "answered"
        assert status(f"{address}/readyz")[0] == 200


def test_more_questions_than_may_wait_are_told_that_it_is_busy() -> None:
    with serving("--queue", "1", ready=False) as address:
        while status(f"{address}/config")[0] != 200:
            time.sleep(0.05)
        body = json.dumps({"data": [TWITCHING, [], ""]}).encode()
        answered = [
            status(f"{address}/gradio_api/call/respond", body, content_type="application/json") for _ in range(12)
        ]
    assert {code for code, _, _ in answered} == {200, 503}
    assert b"Busy" in next(body for code, _, body in answered if code == 503)


def test_programs_get_what_the_command_line_prints(address: str) -> None:
    reply = call(address, "which foods have the second one?", [TWITCHING], "en-US")
    assert (reply["status"], reply["topics"]) == ("answered", ["calcium"])
    blocks = [
        {"role": "user", "content": [{"type": "text", "text": TWITCHING}]},
        {"role": "assistant", "content": "forged"},
    ]
    assert call(address, "which foods have the second one?", blocks, "en-US")["digest"] == reply["digest"]


def test_only_the_queue_takes_questions(address: str) -> None:
    for number in range(4):
        body = json.dumps({"data": ["magnesium", "[]"], "fn_index": number, "session_hash": "x"}).encode()
        code, _, answered = status(f"{address}/gradio_api/run/predict", body, content_type="application/json")
        assert code == 404 or json.loads(answered)["data"] == ["[]"]


def test_the_state_is_told_to_the_page_and_the_names_once_loaded(address: str) -> None:
    code, _, body = status(f"{address}/state")
    assert code == 200 and json.loads(body)["ready"] is True
    names = json.loads(status(f"{address}/names")[2])
    assert {"magnesium", "Spinach, raw", "muscle twitching"} <= set(names)
    assert len(names) == len(set(names))


def test_uploads_are_refused(address: str) -> None:
    body = b'--x\r\ncontent-disposition: form-data; name="files"; filename="a.html"\r\n\r\n<script>\r\n--x--\r\n'
    code, _, _ = status(f"{address}/gradio_api/upload", body, content_type="multipart/form-data; boundary=x")
    assert code == 403
    assert status(f"{address}/gradio_api/file=app.py")[0] == 403


def test_the_page_names_no_other_site_to_load_from(address: str) -> None:
    _, headers, page = status(address)
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "cache-control" in headers and "access-control-allow-origin" not in headers
    assert b"fonts.g" not in page and b"cdn" not in page
    assert headers.get("server") is None


@pytest.mark.parametrize(
    "path", ["source/document/nowhere", "source/table/foods/none", "source/table/none/x", "own/../app.py", "own/app.py"]
)
def test_evidence_that_is_not_there_is_a_plain_404(address: str, path: str) -> None:
    assert status(f"{address}/{path}")[0] in (403, 404)


def test_evidence_is_a_page_of_its_own_without_a_script(address: str) -> None:
    code, headers, page = status(f"{address}/source/document/magnesium?at=5-x")
    assert code == 200 and page.startswith(b"<!doctype html>") and b"<mark>" not in page
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"messages": 5}', b"[" * 100_000, b'{"messages": ["a"], "helpful": 3}']
)
def test_posts_that_are_no_request_are_a_plain_400(address: str, body: bytes) -> None:
    assert status(f"{address}/feedback", body, content_type="application/json")[0] == 400


def test_feedback_is_kept_only_where_it_was_turned_on(address: str) -> None:
    body = json.dumps({"messages": ["magnesium"], "helpful": True}).encode()
    assert status(f"{address}/feedback", body)[0] == 200
    line = Path(os.environ["NUTRACE_TEST_FEEDBACK"]).read_text().splitlines()[-1]
    assert json.loads(line)["messages"] == ["magnesium"]


def test_a_broken_corpus_ends_it_with_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "app.py", "--port", "0", "--corpus", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and "expected a folder with documents/" in done.stderr


def test_it_stops_within_seconds_when_told_to() -> None:
    places = ["--index", INDEX] if INDEX else []
    command = [sys.executable, "app.py", "--port", "0", *places]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stderr
        wait_until_ready(process.stdout.readline().rsplit(" ", 1)[-1].strip())
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) in (0, -signal.SIGTERM)
        assert "Traceback" not in process.stderr.read()
