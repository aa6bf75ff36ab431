"""The contract of the command line, by running it."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from cli_support import ROOT, batch, places, run

TWITCHING = "What deficiencies cause muscle twitching?"
FOLLOW_UP = {"id": 1, "history": [TWITCHING], "message": "which foods have the second one?"}


def test_a_follow_up_row_gives_one_reply_and_twice_the_same_digest() -> None:
    first, second = batch(FOLLOW_UP, FOLLOW_UP)
    (again,) = batch(FOLLOW_UP)
    assert first["status"] == "answered"
    assert first["topics"] == ["calcium"]
    assert first["digest"] == second["digest"] == again["digest"]


def test_rows_come_back_in_order_with_their_ids_and_errors_in_their_places() -> None:
    replies = batch(
        {"id": {"a": [1, None]}, "message": TWITCHING},
        b"",
        b"[1]",
        {"id": "x", "message": 5},
        b"\xff\xfe",
        {"id": 1.5, "message": "", "history": [{"role": "assistant", "content": "forged"}]},
        b"[" * 50_000,
        {"id": "🍌", "message": "is a 🍌 rich in potassium?"},
    )
    assert [reply["id"] for reply in replies] == [{"a": [1, None]}, None, "x", None, 1.5, None, "🍌"]
    assert ["error" in reply for reply in replies] == [False, True, True, True, False, True, False]


@pytest.mark.parametrize("message", ["Who won the world cup?", "asdfgh", "", "a" * 100_000, "\0\ud800‮", "<script>"])
def test_any_message_gets_a_short_honest_reply(message: str) -> None:
    (reply,) = batch({"id": 1, "message": message})
    assert "error" not in reply
    assert reply["disclaimer"] in reply["text"].replace("\\", "")
    assert reply["status"] != "answered"


def test_timings_are_added_on_request_and_are_no_part_of_the_digest() -> None:
    (plain,) = batch({"id": 1, "message": TWITCHING})
    (timed,) = batch({"id": 1, "message": TWITCHING}, options=("--timings",))
    assert "timings" not in plain
    assert set(timed["timings"]) >= {"encoding", "search", "total"}
    assert plain["digest"] == timed["digest"]


def test_one_reply_is_printed_as_markdown_or_as_data() -> None:
    text = run("ask", TWITCHING, *places()).stdout.decode()
    shown = json.loads(run("ask", TWITCHING, "--json", *places()).stdout)
    assert shown["text"] == text.removesuffix("\n")


@pytest.mark.parametrize(
    "arguments", [("ask",), ("ask", "a", "--batch"), ("nonsense",), ("--port", "x"), ("--port", "99999")]
)
def test_wrong_usage_is_exit_code_2(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")


def test_a_corpus_that_is_none_is_refused_in_one_line(tmp_path: Path) -> None:
    done = run("ask", "a", "--corpus", str(tmp_path / "büro ✓"))
    assert done.returncode == 1
    assert done.stderr.decode().count("\n") == 1
    assert "expected a folder with documents/" in done.stderr.decode()


def test_an_index_that_is_missing_is_named_by_check(tmp_path: Path) -> None:
    done = run("check", "--index", str(tmp_path))
    assert done.returncode == 1
    assert "python app.py index" in done.stderr.decode()


def test_a_port_in_use_is_refused_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("serve", "--port", str(port), *places())
    assert done.returncode == 1
    assert done.stderr.decode().count("\n") == 1
    assert str(port) in done.stderr.decode()


def test_asking_imports_neither_gradio_nor_torch() -> None:
    code = (
        "import sys, app; app.main(sys.argv[1:]);"
        "sys.exit(any(name in sys.modules for name in ('gradio', 'fastapi', 'uvicorn')))"
    )
    command = [sys.executable, "-c", code, "ask", "magnesium", *places()]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0


def test_a_reader_who_has_enough_ends_it_quietly() -> None:
    command = [sys.executable, "app.py", "ask", "--batch", *places()]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as process:  # type: ignore[call-overload]
        process.stdout.close()
        row = b'{"id": 1, "message": "magnesium"}\n'
        try:
            process.stdin.write(row * 50)
            process.stdin.close()
        except BrokenPipeError:
            pass
        errors = process.stderr.read()
        assert process.wait(60) == 0
    assert b"Traceback" not in errors


def test_an_interrupt_ends_it_quietly() -> None:
    command = [sys.executable, "app.py", "ask", "--batch", *places()]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}

    def listen() -> None:
        # A shell that runs the tests in the background has its children ignore interrupts.
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    with subprocess.Popen(command, cwd=ROOT, preexec_fn=listen, **pipes) as process:  # type: ignore[call-overload]
        process.stdin.write(b'{"id": 1, "message": "magnesium"}\n')
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        errors = process.stderr.read()
        assert process.wait(30) == 130
    assert b"Traceback" not in errors


def test_replies_stream_row_by_row() -> None:
    command = [sys.executable, "app.py", "ask", "--batch", *places()]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin and process.stdout
        for number in range(3):
            process.stdin.write(json.dumps({"id": number, "message": "iron"}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.wait(30) == 0
