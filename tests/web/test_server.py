"""Where figures are served, and what the user is told about it."""

import errno
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

pytest.importorskip("uvicorn", reason="needs drypoint[web]")

from drypoint.web import server
from tests.web.browser import program

SHOW = """
import matplotlib
import matplotlib.pyplot as plt
matplotlib.rcParams["webagg.port"] = {port}
matplotlib.rcParams["webagg.port_retries"] = {retries}
plt.figure("first")
plt.figure("second")
plt.show()
"""


def test_another_port_is_taken_if_one_is() -> None:
    with server.listen("127.0.0.1", 0, 0) as taken:
        port = server.port_of(taken)
        with server.listen("127.0.0.1", port, 20) as other:
            assert server.port_of(other) != port
        with pytest.raises(OSError, match=f"port {port} and 0 others are taken"):
            server.listen("127.0.0.1", port, 0)


def test_other_machines_addresses_are_refused() -> None:
    with pytest.raises(OSError, match=r"set rcParams\['webagg.address'\]") as raised:
        server.listen("192.0.2.1", 0, 3)
    assert raised.value.errno == errno.EADDRNOTAVAIL


def test_only_this_machine_by_default() -> None:
    import matplotlib

    assert matplotlib.rcParamsDefault["webagg.address"] == "127.0.0.1"


def test_several_figures_have_addresses_and_a_list(tmp_path: Path) -> None:
    with program(tmp_path / "plot.py", SHOW.format(port=0, retries=0), count=2) as (
        _,
        addresses,
        _,
    ):
        assert len(set(addresses)) == 2
        base, token = addresses[0].split("/figure/")[0], addresses[0].partition("token=")[2]
        with urllib.request.urlopen(f"{base}/?token={token}") as response:
            text = response.read().decode()
        assert ">first</a>" in text
        assert ">second</a>" in text


def test_a_taken_port_is_no_obstacle(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        text = SHOW.format(port=port, retries=30)
        with program(tmp_path / "plot.py", text) as (_, addresses, _):
            assert f":{port}/" not in addresses[0]


def test_over_ssh_it_is_said_which_port_to_forward(tmp_path: Path) -> None:
    connection = "10.0.0.1 5000 10.0.0.2 22"
    text = SHOW.format(port=0, retries=0)
    with program(tmp_path / "plot.py", text, SSH_CONNECTION=connection) as (process, addresses, _):
        port = addresses[0].split(":")[2].partition("/")[0]
        line = process.stderr.readline()
        assert f"ssh -L {port}:localhost:{port} 10.0.0.2" in line


def test_the_browser_that_is_named_is_opened(tmp_path: Path) -> None:
    noted = tmp_path / "noted"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" >> {noted}\n', encoding="utf-8")
    browser.chmod(0o755)
    text = SHOW.format(port=0, retries=0)
    with program(tmp_path / "plot.py", text, count=2, BROWSER=str(browser)) as (
        _,
        addresses,
        lines,
    ):
        assert "(opened in the browser)" in "".join(lines)
        for _ in range(100):
            if noted.exists() and len(noted.read_text(encoding="utf-8").split()) == 2:
                break
            time.sleep(0.05)
        assert sorted(noted.read_text(encoding="utf-8").split()) == sorted(addresses)


def test_without_the_packages_it_is_said_what_to_install(tmp_path: Path) -> None:
    code = "import sys; sys.modules['uvicorn'] = None\nimport drypoint.backends.web"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "needs the package uvicorn: pip install 'drypoint[web]'" in done.stderr


PROMPT = """
import matplotlib
matplotlib.use("module://drypoint.backends.web")
matplotlib.rcParams["webagg.port"] = 0
import matplotlib.pyplot as plt
plt.ion()
figure, ax = plt.subplots(figsize=(2, 1))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="a terminal of Linux")
def test_figures_are_live_at_the_prompt(tmp_path: Path) -> None:
    pytest.importorskip("websockets")
    import json
    import pty
    import re

    from websockets.sync.client import connect

    script = tmp_path / "start.py"
    script.write_text(PROMPT, encoding="utf-8")
    main, terminal = pty.openpty()
    env = {**os.environ, "PYTHON_BASIC_REPL": "1", "TERM": "dumb"}
    for name in ("DISPLAY", "BROWSER", "SSH_CONNECTION", "MPLBACKEND"):
        env.pop(name, None)
    process = subprocess.Popen(
        [sys.executable, "-i", str(script)],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env=env,
    )
    try:
        os.write(main, b"plt.show()\n")
        text = ""
        while not (found := re.search(r"http://(\S+token=\S+)", text)):
            text += os.read(main, 4096).decode()
        address = "ws://" + found[1].replace("?", "/socket?")
        with connect(address) as socket:
            # Nobody types, and yet the figure answers.
            socket.send(json.dumps({"type": "hello", "version": 1, "ratio": 1}))
            while not isinstance(socket.recv(timeout=20), bytes):
                pass
    finally:
        process.kill()
        process.wait()
        os.close(main)
        os.close(terminal)
