#!/bin/sh
# Compare exports, previews and verdicts under several interpreters: compare-versions.sh PYTHON
# For each Python that is here, an environment is made with the oldest numpy that is supported and one with the newest.
# What cannot be made is said; tests/test_stability.py finds the others by their names, and says what it compared.
set -eu
reference=$1
tools=$(dirname "$0")
make_environment() { # FOLDER PYTHON REQUIREMENT
    if [ ! -f "$1/installed" ]; then
        rm -rf "$1"
        # Wheels only: to compile numpy takes long, and other compilers may give other last digits.
        if sh "$tools/make-venv.sh" "$2" "$1" &&
            "$1/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary numpy,matplotlib,lxml "$3" --editable .; then
            touch "$1/installed"
        else
            rm -rf "$1"
            echo "cannot be compared: $("$2" -V) with $3" >&2
        fi
    fi
}
sh "$tools/find-pythons.sh" | while read -r python; do
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    make_environment ".venv-$version-numpy1" "$python" "numpy<2"
    make_environment ".venv-$version-numpy2" "$python" "numpy>=2"
done
exec "$reference" -m pytest tests/test_stability.py -rs
