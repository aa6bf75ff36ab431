"""`python -m evals.echo`: the smallest chat that Gradio can serve, to compare a load with. It says what it is told."""

from __future__ import annotations

import os
import socket

import gradio as gr
import uvicorn
from fastapi import FastAPI


def echo(message: str, history: list[object]) -> str:
    """The message."""
    return message


def main() -> None:
    """Serve it on a free port, with the same queue as the project's own page."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    with gr.Blocks(analytics_enabled=False) as page:
        gr.ChatInterface(echo, api_name="chat")
    page.queue(max_size=64, default_concurrency_limit=4)
    app = gr.mount_gradio_app(FastAPI(), page, path="/", ssr_mode=False)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        print(f"at http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
        config = uvicorn.Config(app, log_level="warning", access_log=False, limit_concurrency=1_000)
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
