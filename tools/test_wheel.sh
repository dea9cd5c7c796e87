#!/bin/sh
# Installs a wheel into a new environment, as somebody would who has no Rust, and draws there.
#
#     tools/test_wheel.sh PYTHON ENVIRONMENT MATPLOTLIB WHEEL
#
# PYTHON makes the folder ENVIRONMENT anew. MATPLOTLIB is a requirement ("matplotlib==3.11.2").
# Nothing of the checkout is used but the wheel: the programs run in a folder of their own, and no Rust
# of the user's is on PATH.
set -eu
python=$1
environment=$2
matplotlib=$3
wheel=$(realpath "$4")

rm -rf "$environment"
"$python" -m venv "$environment"
environment=$(realpath "$environment")
mkdir "$environment/work"
cp "$(dirname "$0")/try_wheel.py" "$environment/work/"
cd "$environment"

# What is no wheel is not installed: nothing is compiled here.
bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: "$matplotlib" "$wheel"
bin/python -m pip check

# Without HOME there are no settings, no user's packages and no ~/.cargo.
cd work
alone() {
    env -i PATH="$environment/bin:/usr/bin:/bin" HOME="$environment/work" LC_ALL=C.UTF-8 "$@"
}
alone MPLBACKEND=drypoint-agg python -W error try_wheel.py
alone drypoint run try_wheel.py
alone drypoint doctor
