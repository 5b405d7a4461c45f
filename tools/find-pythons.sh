#!/bin/sh
# Print the path of each Python that is new enough, the oldest first, one of each minor version: from the path, or as pyenv keeps them.
set -eu
for minor in 11 12 13 14 15; do
    for candidate in "python3.$minor" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3."$minor".*/bin/python3; do
        # A shim of pyenv is on the path even where the version is not chosen; and what is not chosen does not start.
        if path=$("$candidate" -c "import sys, venv; sys.version_info[1] == $minor and print(sys.executable)" 2>/dev/null) && [ -n "$path" ]; then
            echo "$path"
            break
        fi
    done
done
