"""The command line: serve the chat, answer one question or many, build the index, check that all fits together."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence

from corpus.errors import NutraceError
from ui import commands
from ui.loading import Places

COMMANDS = ("serve", "ask", "index", "check")
DONE, REFUSED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130
LOCALE_HELP = "chooses the numbers to call in an emergency, such as en-US; the page takes the browser's own"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0 done, 1 refused with a clear message, 2 wrong usage."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or (given[0].startswith("-") and given[0] not in ("-h", "--help")):
        given.insert(0, "serve")
    options = parser().parse_args(given)
    logging.getLogger("nutrace").addHandler(logging.StreamHandler())
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        return run(options)
    except NutraceError as error:
        sys.stderr.write(f"nutrace: {error}\n")
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Who reads has enough. Python flushes once more at exit, which must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def run(options: argparse.Namespace) -> int:
    """Hand the options to their command."""
    places = Places(options.corpus, options.index)
    if options.command == "index":
        return commands.index(places)
    if options.command == "check":
        return commands.check(places)
    if options.command == "ask":
        if options.batch:
            return commands.batch(places, sys.stdin.buffer, options.timings)
        return commands.ask(places, options.message, options.history, options.locale, options.json, options.timings)
    from ui.serve import serve

    return serve(places, options)


def parser() -> argparse.ArgumentParser:
    """The command line's grammar."""
    top = argparse.ArgumentParser(
        prog="python app.py",
        description="Answers questions about nutrient deficiencies, their signs and the foods that put them right, "
        "from documents, each sentence traceable. Without a command it serves the chat.",
        epilog="Exit codes: 0 done, 1 refused with a clear message, 2 wrong usage.",
    )
    places = argparse.ArgumentParser(add_help=False)
    places.add_argument("--corpus", metavar="DIR", type=commands.folder, help="documents, tables and vocabulary")
    places.add_argument("--index", metavar="DIR", type=commands.folder, help="where built indexes are kept")
    command = top.add_subparsers(dest="command", required=True, metavar="serve | ask | index | check")
    _serve(command.add_parser("serve", parents=[places], help="serve the chat in the browser (the default)"))
    _ask(command.add_parser("ask", parents=[places], help="print one reply, or answer JSON Lines"))
    command.add_parser("index", parents=[places], help="build the index")
    command.add_parser("check", parents=[places], help="say whether corpus, index and model fit together")
    return top


def _ask(ask: argparse.ArgumentParser) -> None:
    given = ask.add_mutually_exclusive_group(required=True)
    given.add_argument("message", nargs="?", help="the question")
    given.add_argument("--batch", action="store_true", help="read JSON Lines on standard input, write one line a row")
    ask.add_argument("--history", metavar="MESSAGE", action="append", default=[], help="an earlier message; repeatable")
    ask.add_argument("--json", action="store_true", help="print the reply as data")
    ask.add_argument("--timings", action="store_true", help="add how long each stage took, in milliseconds")
    ask.add_argument("--locale", help=LOCALE_HELP)


def _serve(serve: argparse.ArgumentParser) -> None:
    add = serve.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    add("--port", type=_port, default=7860, help="port to listen on (7860; 0: any that is free)")
    add("--allowed-host", metavar="NAME", action="append", default=[], help="a name it is reached by; repeatable")
    password = os.environ.get("NUTRACE_PASSWORD")
    add("--password", default=password, help="asked for by the browser, with any user name (or NUTRACE_PASSWORD)")
    add("--locale", help=LOCALE_HELP)
    add("--feedback", metavar="FILE", type=commands.folder, help="keep helpful / not helpful there; off unless given")
    add("--rate", metavar="N", type=_count, default=120, help="questions a minute and client (120; 0: no limit)")
    add("--queue", metavar="N", type=_count, default=64, help="questions that may wait before it says busy (64)")


def _port(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 65_535:
        raise argparse.ArgumentTypeError(f"expected a port from 0 to 65535, found {text}")
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"expected a number from 0, found {text}")
    return value


if __name__ == "__main__":
    sys.exit(main())
