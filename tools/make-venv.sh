#!/bin/sh
# Make a virtual environment: make-venv.sh PYTHON FOLDER
# Debian keeps what this needs in a package of its own; root gets it installed, others are told.
set -eu
python=$1
folder=$2
if [ -z "$python" ]; then
    echo "markscheme needs Python 3.11 or newer on the PATH (or: make PYTHON=/path/to/python3)" >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    package="python3-venv"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "installing Debian's $package" >&2
        apt-get update -qq
        apt-get install -qq -y "$package"
    else
        echo "$python cannot make virtual environments. On Debian or Ubuntu: sudo apt install $package" >&2
        exit 1
    fi
fi
"$python" -m venv "$folder"
