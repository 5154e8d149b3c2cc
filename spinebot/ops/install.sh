#!/bin/sh
# Make .venv from the hash-pinned lock, with Python 3.10 (the newest that Rasa 3.6 runs on).
set -eu

python=python3.10
if ! "$python" -c 'import ensurepip' >/dev/null 2>&1; then
    echo "Python 3.10 is not on this machine; fetching it with uv ..."
    uv=$(command -v uv || true)
    if [ -z "$uv" ]; then
        bootstrap=$(mktemp -d)
        trap 'rm -rf "$bootstrap"' EXIT
        python3 -m venv "$bootstrap" >/dev/null 2>&1 &&
            "$bootstrap/bin/pip" install -q uv >/dev/null 2>&1 && uv="$bootstrap/bin/uv" || true
    fi
    python=
    if [ -n "$uv" ] && "$uv" python install -q 3.10 2>/dev/null; then
        python=$("$uv" python find 3.10)
    fi
    if [ -z "$python" ]; then
        echo "Python 3.10 is missing and could not be fetched. Install it (with pyenv:" \
             "'pyenv install 3.10'; or your system's packages python3.10 and python3.10-venv)," \
             "then run this command again." >&2
        exit 1
    fi
fi

echo "Making .venv (about two minutes the first time) ..."
"$python" -m venv .venv
# Without dependencies: the lock names them all, less those left out in requirements-overrides.txt.
.venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes \
    -r requirements.txt
.venv/bin/python -m compileall -q .venv/lib >/dev/null 2>&1 || true # a faster first start
touch .venv/.installed
