#!/usr/bin/env bash
# tools/setup_windows.sh FOLDER MATPLOTLIB: an environment in which all toolkits there are can be imported.
#
# It is made from the system's Python if that is new enough, sees the system's packages (GTK, wx and Tk
# on Debian) and gets Qt's bindings from PyPI. drypoint is taken from the checkout, compiled, with the
# names of its backends as pyproject.toml publishes them.
set -euo pipefail
folder=$1
release=$2
root=$(cd "$(dirname "$0")/.." && pwd)

python=/usr/bin/python3
"$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    python=$root/.venv/bin/python
made=$folder/.made-$release-$(cksum <"$0" | cut -d' ' -f1)

if [ ! -e "$made" ]; then
    "$python" -m venv --clear --system-site-packages "$folder"
    # Not the system's Pillow and NumPy, which may be older, or lack what Tk needs.
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --ignore-installed \
        "matplotlib==$release" "numpy>=2" pillow PySide6-Essentials PyQt6 ipython \
        "pytest>=8" "pytest-xdist>=3.6" "pytest-rerunfailures>=15" "pypi-simple>=1.6" "requests>=2.31"
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check PyQt5 2>/dev/null ||
        echo "there is no PyQt5 for this Python: Qt 5 is not tried" >&2
fi
"$folder/bin/python" - "$root" <<'END'
import pathlib, sys, sysconfig, tomllib

root, site = pathlib.Path(sys.argv[1]), pathlib.Path(sysconfig.get_path("purelib"))
(site / "drypoint.pth").write_text(f"{root / 'python'}\n")
project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
installed = site / "drypoint-0.dist-info"
installed.mkdir(exist_ok=True)
(installed / "METADATA").write_text("Metadata-Version: 2.1\nName: drypoint\nVersion: 0\n")
lines = ["[matplotlib.backend]"]
lines += [f"{name} = {module}" for name, module in project["entry-points"]["matplotlib.backend"].items()]
(installed / "entry_points.txt").write_text("\n".join(lines))
END
touch "$made"
