"""`python -m evals.echo_chat PORT`: the barest chat that Gradio can serve, to measure the page beside."""

from __future__ import annotations

import sys

import gradio as gr


def main() -> None:
    """Serve until told to stop."""
    chat = gr.ChatInterface(lambda message, history: message, api_name="chat", analytics_enabled=False)
    chat.queue(max_size=None).launch(server_port=int(sys.argv[1]), quiet=True, share=False, show_error=False)


if __name__ == "__main__":
    main()
