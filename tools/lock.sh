#!/bin/sh
# Resolve the bounds of pyproject.toml to exact versions with hashes, for Python 3.11 to 3.13 on Linux, macOS and
# Windows. Torch stays out: requirements-torch.txt names its CPU build. Usage: tools/lock.sh UV [--upgrade]
set -eu
uv=$1
shift
export UV_CUSTOM_COMPILE_COMMAND="make lock"
compile() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-package torch \
        --no-emit-index-url --no-emit-find-links "$@"
}
compile "$@" pyproject.toml --output-file requirements.txt
compile "$@" --group dev --constraints requirements.txt --output-file requirements-dev.txt
