"""What a person meets: the commands and the chat page.

Imports `answers/` and what stands to its left. Nothing here imports Gradio but `ui.page` and `ui.web`, so that the
commands start without it.
"""
