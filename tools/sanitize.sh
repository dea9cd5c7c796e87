#!/usr/bin/env bash
# Builds the extension with AddressSanitizer and runs with it what hands memory to Python.
#
#     tools/sanitize.sh VENV
#
# The sanitizer's runtime is GCC's, loaded before everything else, as is the C++ library whose exceptions it watches.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=$(realpath "$1")
package=$venv/sanitized/drypoint
target=x86_64-unknown-linux-gnu

runtime=$(gcc -print-file-name=libasan.so)
cxx=$(g++ -print-file-name=libstdc++.so)
case "$runtime$cxx" in
/*/*) ;;
*)
    echo "make sanitize needs GCC with its sanitizers (on Debian: the package g++)" >&2
    exit 1
    ;;
esac

# Sanitizers count as unstable: the stable compiler has them behind this switch.
CARGO_TARGET_DIR=$venv/sanitized/target RUSTC_BOOTSTRAP=1 RUSTFLAGS="-Zsanitizer=address" \
    cargo build --quiet --locked --package drypoint-python --target "$target"

rm -rf "$package"
cp -r python/drypoint "$package"
rm -f "$package"/_core*.so
cp "$venv/sanitized/target/$target/debug/lib_core.so" "$package/_core.abi3.so"

# Python itself keeps memory until it ends, which is no leak of ours.
export ASAN_OPTIONS=detect_leaks=0 LD_PRELOAD="$runtime $cxx" PYTHONPATH=$venv/sanitized
export DRYPOINT_SANITIZED=1 PYTHONDONTWRITEBYTECODE=1
"$venv/bin/python" -c "import drypoint; assert 'sanitized' in drypoint.__file__, drypoint.__file__"
"$venv/bin/python" -m pytest -p no:cacheprovider tests/test_buffers.py
"$venv/bin/python" -m tests.robustness.bulk all 5
