#!/bin/sh
# Makes the virtual environment VENV with everything `make` needs, except drypoint itself.
#
#     tools/setup.sh VENV MATPLOTLIB_VERSION
#
# A tool that is missing gives one line that says what to install. PYTHON names the interpreter
# to use; without it the first of python3, python3.14, ... that is new enough is taken.
set -eu
venv=$1
matplotlib=$2

missing() {
    echo "drypoint: $1" >&2
    exit 1
}

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

python=
for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if new_enough "$candidate"; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || missing "no Python 3.11 or newer found: install it (Debian, Ubuntu: apt install python3 python3-venv), or name one with PYTHON=..."
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    missing "$python has no venv module: install it (Debian, Ubuntu: apt install python3-venv)"
cargo --version >/dev/null 2>&1 ||
    missing "no Rust compiler (cargo) found: install Rust 1.90 or newer from https://rustup.rs"
minor=$(cargo --version | sed -n 's/^cargo 1\.\([0-9]*\)\..*/\1/p')
[ "${minor:-0}" -ge 90 ] ||
    missing "$(cargo --version) is too old: install Rust 1.90 or newer (rustup update stable)"
cc --version >/dev/null 2>&1 ||
    missing "no C compiler to link with (cc) found: install one (Debian, Ubuntu: apt install gcc libc6-dev)"

# A venv whose interpreter is gone, or that another version made, is made anew.
new_enough "$venv/bin/python" || "$python" -m venv --clear "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --group dev "matplotlib==$matplotlib"
