"""Live figures in the browser beside Matplotlib's WebAgg: bytes per frame, time to a frame while panning.

``python -m benches.live`` needs Chromium, playwright, tornado and ``drypoint[web]``. Each program shows the same
figure of 1200 × 800 pixels to a real browser, which drags it (or zooms by the wheel: ``--wheel``); times are from the
move of the mouse in the page to the frame on the canvas. With ``--slow`` the connection goes through a link of 50 ms
and 5 Mbit/s.
"""

import argparse
import asyncio
import contextlib
import os
import re
import shutil
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

__all__ = ["main"]

_PROGRAM = """
import matplotlib
matplotlib.use("{backend}")
matplotlib.rcParams["webagg.open_in_browser"] = False
matplotlib.rcParams["webagg.port"] = {port}
import matplotlib.pyplot as plt
import numpy as np
x = np.linspace(0, 10, 1000)
figure, ax = plt.subplots(figsize=(12, 8), dpi=100)
for step in range(5):
    ax.plot(x, np.sin(x + step) + 0.1 * step * x, label=f"run {{step}}")
ax.legend()
ax.grid(True)
plt.show()
"""

# Notes when the mouse moves in the page, and when something is drawn on the canvas of frames.
_WATCH = """
window.moves = []; window.draws = [];
for (const type of ["pointermove", "wheel"]) addEventListener(type, () => moves.push(performance.now()), true);
const draw = CanvasRenderingContext2D.prototype.drawImage;
CanvasRenderingContext2D.prototype.drawImage = function (...all) {
  const shown = this.canvas.matches(".drypoint-frame, .mpl-canvas");
  const seen = this.canvas.matches(".drypoint-preview");
  draw.apply(this, all);
  if (shown || seen) draws.push([performance.now(), shown]);
};
"""

_BACKENDS = {"WebAgg": "webagg", "drypoint-web": "module://drypoint.backends.web"}
_PAN = {"WebAgg": "button:has(img[src*=move])", "drypoint-web": "button[data-name=pan]"}
_CANVAS = {"WebAgg": "canvas.mpl-canvas", "drypoint-web": "canvas.drypoint-frame"}

_DELAY_S, _BYTES_PER_S = 0.025, 5e6 / 8


@contextlib.contextmanager
def _slow_link(port: int) -> Iterator[int]:
    """A port that leads to another one, later and at a limited rate."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        free_at = loop.time()
        while data := await reader.read(4096):
            free_at = max(free_at, loop.time()) + len(data) / _BYTES_PER_S
            loop.call_at(free_at + _DELAY_S, writer.write, data)
            if free_at - loop.time() > 0.05:
                await asyncio.sleep(free_at - loop.time())

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection("127.0.0.1", port)
        with contextlib.suppress(asyncio.CancelledError):  # at the end
            await asyncio.gather(carry(reader, there[1]), carry(there[0], writer))

    loop = asyncio.new_event_loop()
    # In a thread: Playwright has a loop running in this one.
    threading.Thread(target=loop.run_forever, daemon=True).start()
    starting = asyncio.start_server(connect, "127.0.0.1", 0)
    started: asyncio.Server = asyncio.run_coroutine_threadsafe(starting, loop).result()
    yield started.sockets[0].getsockname()[1]

    async def end() -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    started.get_loop().call_soon_threadsafe(started.close)
    asyncio.run_coroutine_threadsafe(end(), loop).result()
    loop.call_soon_threadsafe(loop.stop)


@contextlib.contextmanager
def _program(name: str, port: int) -> Iterator[str]:
    text = _PROGRAM.format(backend=_BACKENDS[name], port=port)
    environment = {key: value for key, value in os.environ.items() if key != "MPLBACKEND"}
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", text],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    )
    try:
        assert process.stdout is not None
        address = next(
            found[0] for line in process.stdout if (found := re.search(r"http://\S+", line))
        )
        yield address.rstrip("/") + "/1" if name == "WebAgg" else address
    finally:
        process.kill()
        process.wait()


def _measure(name: str, browser: Any, moves: int, *, slow: bool, wheel: bool) -> dict[str, float]:
    """Medians: bytes per frame, ms to the frame, ms to something that moves."""
    with contextlib.ExitStack() as stack:
        address = stack.enter_context(_program(name, 9000 + len(name)))
        if slow:
            port = int(re.search(r":(\d+)", address[7:])[1])  # type: ignore[index]
            address = address.replace(f":{port}", f":{stack.enter_context(_slow_link(port))}", 1)
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        sizes: list[int] = []
        page.on(
            "websocket",
            lambda socket: socket.on(
                "framereceived",
                lambda data: sizes.append(len(data)) if isinstance(data, bytes) else None,
            ),
        )
        page.add_init_script(_WATCH)
        page.goto(address)
        page.wait_for_selector(_CANVAS[name])
        page.wait_for_timeout(2000)
        if not wheel:
            page.locator(_PAN[name]).first.click()
        box = page.locator(_CANVAS[name]).bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        if wheel:
            page.mouse.click(x, y)  # Keys are its now.
            page.keyboard.down("Control")
        else:
            page.mouse.down()
        page.wait_for_timeout(1000)
        sizes.clear()
        refined, moved = [], []
        for step in range(1, moves + 1):
            page.evaluate("moves.length = draws.length = 0")
            if wheel:
                page.mouse.wheel(0, -100 if step % 8 < 4 else 100)
            else:
                page.mouse.move(x + 5 * step % 300, y + 2 * step % 100)
            for _ in range(200):
                page.wait_for_timeout(10)
                if page.evaluate("draws.some(([, shown]) => shown)"):
                    break
            start, draws = page.evaluate("[moves[0], draws]")
            refined.append(next(time for time, shown in draws if shown) - start)
            moved.append(draws[0][0] - start)
            page.wait_for_timeout(50)
        page.close()
        return {
            "bytes": statistics.mean(sizes),
            "refined_ms": statistics.median(refined),
            "moved_ms": statistics.median(moved),
        }


def main() -> None:
    """Measure both and print a table."""
    parser = argparse.ArgumentParser(
        "python -m benches.live", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("--moves", type=int, default=30, help="how many moves of the mouse")
    parser.add_argument("--slow", action="store_true", help="through a link of 50 ms, 5 Mbit/s")
    parser.add_argument(
        "--wheel", action="store_true", help="zoom by the wheel instead of dragging"
    )
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--headless=new", "--disable-dev-shm-usage"],
        )
        results = {
            name: _measure(name, browser, options.moves, slow=options.slow, wheel=options.wheel)
            for name in _BACKENDS
        }
        browser.close()
    print(f"{'':14}{'bytes per frame':>18}{'ms to the frame':>18}{'ms to a moved one':>20}")
    for name, row in results.items():
        print(f"{name:14}{row['bytes']:18,.0f}{row['refined_ms']:18.1f}{row['moved_ms']:20.1f}")


if __name__ == "__main__":
    main()
