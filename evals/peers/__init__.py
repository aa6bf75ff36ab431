"""Pipelines of other libraries doing the same hybrid retrieval, each run in an environment of its own by `evals.bench`.

The environments have nothing of this project but these files, which they find through PYTHONPATH.
"""
