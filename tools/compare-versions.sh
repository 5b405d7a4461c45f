#!/bin/sh
# Compare exports under several interpreters: compare-versions.sh PYTHON
# An environment is made for the oldest numpy that is supported, and for each newer Python on the path.
set -eu
reference=$1
made=""
make_environment() { # NAME PYTHON NUMPY
    folder=".venv-$1"
    if [ ! -f "$folder/installed" ]; then
        rm -rf "$folder"
        "$2" -m venv "$folder" || return 0
        "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "$3" --editable . || return 0
        touch "$folder/installed"
    fi
    made="$made $PWD/$folder/bin/python"
    "$folder/bin/python" -c 'import numpy, platform; print("comparing with Python", platform.python_version(), "numpy", numpy.__version__)'
}
"$reference" -c 'import numpy, platform; print("reference: Python", platform.python_version(), "numpy", numpy.__version__)'
make_environment numpy1 "$reference" "numpy<2"
for name in python3.12 python3.13 python3.14; do
    if "$name" -c "" 2>/dev/null; then make_environment "$name" "$name" numpy; fi
done
MARKSCHEME_PYTHONS="$made" "$reference" -m pytest tests/test_stability.py -k interpreters
