#!/usr/bin/env bash
# tools/setup_windows.sh FOLDER MATPLOTLIB: an environment in which all toolkits there are can be imported.
#
# It is made from the system's Python if that is new enough, sees the system's packages (GTK, wx and Tk
# on Debian) and gets Qt's bindings from PyPI. drypoint is taken from the checkout, compiled.
set -euo pipefail
folder=$1
release=$2
root=$(cd "$(dirname "$0")/.." && pwd)

python=/usr/bin/python3
"$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    python=$root/.venv/bin/python
[ -e "$folder/.made-$release" ] && exit

"$python" -m venv --clear --system-site-packages "$folder"
# Not the system's Pillow and NumPy, which may be older, or lack what Tk needs.
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --ignore-installed \
    "matplotlib==$release" "numpy>=2" pillow PySide6-Essentials PyQt6 "pytest>=8" "pytest-xdist>=3.6"
site=$("$folder/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
echo "$root/python" >"$site/drypoint.pth"
touch "$folder/.made-$release"
