#!/bin/sh
# Print the first Python on the path that is 3.11, 3.12 or 3.13 and runs; nothing where there is none.
for python in python3.11 python3.12 python3.13 python3 python; do
    if "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; then
        echo "$python"
        exit 0
    fi
done
