"""`plt.show()` in a real browser: what it shows is the PNG, and what is done with it happens."""

import base64
import contextlib
import io
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

pytest.importorskip("uvicorn", reason="needs drypoint[web]")

from tests.web.browser import Fingers, chromium, eventually, pixels, program, wait_until

PROGRAM = """
import json
import sys

import matplotlib
import matplotlib.pyplot as plt
import numpy as np

matplotlib.rcParams["webagg.port"] = 0
figure, ax = plt.subplots(figsize=(6, 4))
x = np.linspace(0, 10, 500)
for step in range(3):
    ax.plot(x, np.sin(x + step), label=f"run {step}")
ax.set(title="Three runs", xlabel="time", ylabel="height")
ax.legend()
figure.text(0, 0.98, "unseen", alpha=0.3)

def save(event):
    # What a browser shows is compared with the file of that moment.
    if event.key == "w":
        figure.savefig(sys.argv[0] + ".png", dpi=figure.dpi)
        print(json.dumps([*ax.get_xlim(), *ax.get_ylim()]), flush=True)

figure.canvas.mpl_connect("key_press_event", save)
plt.show()
print("the program goes on", flush=True)
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


class Shown:
    """A page with a figure, and the program that serves it."""

    def __init__(self, page: Any, process: Any, script: Path) -> None:
        self.page, self.process, self.script = page, process, script
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def settle(self) -> None:
        """Wait until no frame has come for a while."""
        last = -1
        for _ in range(200):
            number = self.page.evaluate("drypoint._frame.number")
            if number == last:
                return
            last = number
            self.page.wait_for_timeout(250)

    def png(self) -> tuple[np.ndarray[Any, Any], list[float]]:
        """The file that the program saves now, and the limits of its axes."""
        import json

        self.page.evaluate("drypoint._stage.focus()")
        self.page.keyboard.press("w")
        limits = json.loads(self.process.stdout.readline())
        png = Path(f"{self.script}.png").read_bytes()
        return np.asarray(PIL.Image.open(io.BytesIO(png)).convert("RGBA")), limits

    def assert_same(self) -> list[float]:
        self.settle()
        png, limits = self.png()
        # On a busy machine the frame is still on its way.
        eventually(self.page, lambda: np.array_equal(pixels(self.page), png))
        assert self.errors == []
        return limits


@contextlib.contextmanager
def opened(browser: Any, script: Path, **context: Any) -> Iterator[Shown]:
    with program(script, PROGRAM) as (process, addresses, _):
        page = browser.new_page(viewport={"width": 900, "height": 700}, **context)
        result = Shown(page, process, script)
        page.goto(addresses[0])
        wait_until(page, "drypoint._frame.number > 0")
        yield result
        page.close()


@pytest.fixture
def shown(browser: Any, tmp_path: Path) -> Iterator[Shown]:
    with opened(browser, tmp_path / "plot.py") as result:
        yield result


@pytest.fixture
def touched(browser: Any, tmp_path: Path) -> Iterator[Shown]:
    """The same on a screen that is touched."""
    with opened(browser, tmp_path / "plot.py", has_touch=True) as result:
        yield result


@contextlib.contextmanager
def stopped(shown: Shown) -> Iterator[list[np.ndarray[Any, Any]]]:
    """The program does nothing meanwhile, so that no frame can come; gives what the view shows by itself."""
    shown.settle()
    shown.process.send_signal(signal.SIGSTOP)
    seen: list[np.ndarray[Any, Any]] = []
    try:
        yield seen
        # What is to be drawn at once has been.
        shown.page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        if shown.page.evaluate("drypoint._preview.canvas.width"):
            seen.append(pixels(shown.page, "canvas.drypoint-preview"))
    finally:
        shown.process.send_signal(signal.SIGCONT)


def inside(picture: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """What is inside of the axes of the program's figure, without the frame."""
    height, width, _ = picture.shape
    top, bottom = round(0.12 * height) + 2, round(0.89 * height) - 2
    return picture[top:bottom, round(0.125 * width) + 2 : round(0.9 * width) - 2, :3].astype(int)


def assert_preview(
    shown: Shown, before: np.ndarray[Any, Any], seen: list[np.ndarray[Any, Any]]
) -> None:
    """What was seen while the program was stopped comes near to the frame that came then."""
    (preview,) = seen
    assert preview.shape == before.shape
    wait_until(shown.page, "drypoint._preview.canvas.width === 0")
    shown.settle()
    after = pixels(shown.page)
    was_off = np.abs(inside(before) - inside(after)).mean()
    is_off = np.abs(inside(preview) - inside(after)).mean()
    assert was_off > 1
    # Lines that are scaled are thicker, which is not to be helped.
    assert is_off < 0.7 * was_off
    # Outside of the axes nothing is covered.
    assert not preview[:20, :, 3].any()


def drag(page: Any, start: tuple[float, float], end: tuple[float, float], steps: int = 10) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    for step in range(1, steps + 1):
        share = step / steps
        page.mouse.move(*(a + (b - a) * share for a, b in zip(start, end, strict=True)))
        page.wait_for_timeout(20)
    page.mouse.up()


def middle(page: Any) -> tuple[float, float]:
    box = page.locator("canvas.drypoint-frame").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_page_shows_the_png(shown: Shown) -> None:
    shown.assert_same()
    assert shown.page.title() == "Figure 1"
    label = shown.page.locator(".drypoint-stage").get_attribute("aria-label")
    assert "Three runs" in label


def test_dragging_pans_and_home_goes_back(shown: Shown) -> None:
    before = shown.assert_same()
    shown.page.click("button[data-name=pan]")
    x, y = middle(shown.page)
    drag(shown.page, (x, y), (x + 100, y - 40))
    after = shown.assert_same()
    assert after[0] < before[0]
    assert after[2] < before[2]
    shown.page.click(".drypoint-status")
    text = shown.page.locator(".drypoint-status").text_content()
    assert re.fullmatch(r"\d+ ms to a frame, \d+ frames/s, [\d.]+ kB each", text)
    shown.page.click("button[data-name=home]")
    assert shown.assert_same() == pytest.approx(before)


def test_a_rectangle_zooms(shown: Shown) -> None:
    before = shown.assert_same()
    shown.page.click("button[data-name=zoom]")
    x, y = middle(shown.page)
    drag(shown.page, (x - 50, y - 50), (x + 50, y + 50))
    after = shown.assert_same()
    assert after[1] - after[0] < (before[1] - before[0]) / 2


def test_the_wheel_zooms(shown: Shown) -> None:
    before = shown.assert_same()
    shown.page.click("button[data-name=pan]")
    shown.page.mouse.move(*middle(shown.page))
    for _ in range(3):
        shown.page.mouse.wheel(0, -100)
    after = shown.assert_same()
    assert after[1] - after[0] == pytest.approx(0.85**3 * (before[1] - before[0]))


@pytest.mark.parametrize("steps", [3, -2])
def test_the_wheel_scales_the_picture_at_once(shown: Shown, steps: int) -> None:
    shown.page.click("button[data-name=pan]")
    x, y = middle(shown.page)
    shown.page.mouse.move(x + 60, y + 20)
    shown.settle()
    before = pixels(shown.page)
    with stopped(shown) as seen:
        for _ in range(abs(steps)):
            shown.page.mouse.wheel(0, -100 if steps > 0 else 100)
    assert_preview(shown, before, seen)
    shown.assert_same()


def test_the_wheel_zooms_one_direction_while_x_is_held(shown: Shown) -> None:
    before = shown.assert_same()
    x, y = middle(shown.page)
    shown.page.mouse.move(x + 60, y + 20)
    shown.page.keyboard.down("x")
    shown.settle()
    picture = pixels(shown.page)
    with stopped(shown) as seen:
        for _ in range(3):
            shown.page.mouse.wheel(0, -100)
    assert_preview(shown, picture, seen)
    shown.page.keyboard.up("x")
    after = shown.assert_same()
    assert after[1] - after[0] == pytest.approx(0.85**3 * (before[1] - before[0]))
    assert after[2:] == before[2:]


def test_nothing_stays_of_a_preview_that_no_frame_follows(shown: Shown) -> None:
    shown.page.click("button[data-name=pan]")
    shown.settle()
    with stopped(shown) as seen:
        # As if another figure had sent them: no number of an input is reached.
        shown.page.evaluate("drypoint._preview.zoom(4e9, {x: 300, y: 200}, 1, '')")
    assert len(seen) == 1
    # Nobody answers it, so it ends by itself.
    wait_until(shown.page, "drypoint._preview.canvas.width === 0")


def test_two_fingers_zoom_about_their_middle(touched: Shown) -> None:
    before = touched.assert_same()
    x, y = middle(touched.page)
    fingers = Fingers(touched.page)
    fingers.down((x - 20, y), (x + 60, y))
    picture = pixels(touched.page)
    with stopped(touched) as seen:
        for step in range(1, 9):
            fingers.move((x - 20 - 8 * step, y), (x + 60 + 8 * step, y))
    assert_preview(touched, picture, seen)
    fingers.up()
    after = touched.assert_same()
    assert after[1] - after[0] == pytest.approx(80 / 208 * (before[1] - before[0]), rel=0.2)
    # A little right of the middle, where the fingers were.
    assert sum(after[:2]) > sum(before[:2])


@pytest.mark.parametrize("by", ["finger", "mouse"])
def test_what_is_dragged_follows_at_once(touched: Shown, by: str) -> None:
    touched.page.locator("button[data-name=pan]").tap()
    x, y = middle(touched.page)
    fingers = Fingers(touched.page)
    if by == "finger":
        fingers.down((x, y))
    else:
        touched.page.mouse.move(x, y)
        touched.page.mouse.down()
    touched.settle()
    before = pixels(touched.page)
    with stopped(touched) as seen:
        if by == "finger":
            fingers.move((x + 60, y - 20))
        else:
            touched.page.mouse.move(x + 60, y - 20)
    (preview,) = seen
    moved = inside(before)[20:, :-60]
    assert np.array_equal(inside(preview)[:-20, 60:], moved)
    touched.settle()
    fingers.up() if by == "finger" else touched.page.mouse.up()
    touched.assert_same()


def test_a_finger_pans_while_that_tool_is_chosen(touched: Shown) -> None:
    before = touched.assert_same()
    touched.page.locator("button[data-name=pan]").tap()
    x, y = middle(touched.page)
    fingers = Fingers(touched.page)
    fingers.down((x, y))
    for step in range(1, 9):
        fingers.move((x + 10 * step, y - 5 * step))
    touched.settle()
    fingers.up()
    after = touched.assert_same()
    assert after[0] < before[0]
    assert after[2] < before[2]
    assert after[1] - after[0] == pytest.approx(before[1] - before[0])


def test_the_handle_resizes(shown: Shown) -> None:
    shape = pixels(shown.page).shape
    box = shown.page.locator(".drypoint-handle").bounding_box()
    x, y = box["x"] + 9, box["y"] + 9
    drag(shown.page, (x, y), (x - 120, y + 60))
    shown.assert_same()
    height, width, _ = pixels(shown.page).shape
    assert (width - shape[1], height - shape[0]) == (-120, 60)


def test_a_cut_connection_is_made_again(shown: Shown, browser: Any) -> None:
    page = shown.page
    shown.page.click("button[data-name=pan]")
    x, y = middle(page)
    drag(page, (x, y), (x + 100, y))
    limits = shown.assert_same()
    # A second page, whose socket is cut from outside.
    sockets: list[Any] = []
    other = browser.new_page()

    def route(web_socket: Any) -> None:
        sockets.append(web_socket)
        web_socket.connect_to_server()

    other.route_web_socket("**/socket**", route)
    other.goto(page.url)
    wait_until(other, "drypoint._frame.number > 0")
    sockets[0].close()
    eventually(other, lambda: len(sockets) > 1)
    eventually(other, lambda: other.locator(".drypoint-notice").is_hidden())
    eventually(other, lambda: np.array_equal(pixels(other), pixels(page)))
    other.close()
    page.reload()
    wait_until(page, "drypoint._frame.number > 0")
    # Neither has lost the view.
    assert shown.assert_same() == limits
    assert page.locator("button[data-name=pan]").get_attribute("aria-pressed") == "true"


def test_fine_screens(shown: Shown, browser: Any) -> None:
    context = browser.new_context(device_scale_factor=2)
    page = context.new_page()
    page.goto(shown.page.url)
    wait_until(page, "drypoint._frame.width !== 1 && drypoint._frame.canvas.width === 1200")
    box = page.locator("canvas.drypoint-frame").bounding_box()
    assert (box["width"], box["height"]) == (600, 400)
    context.close()


def test_narrow_screens_show_all_of_it(shown: Shown, browser: Any) -> None:
    context = browser.new_context(viewport={"width": 350, "height": 600})
    page = context.new_page()
    page.goto(shown.page.url)
    wait_until(page, "drypoint._frame.number > 0")
    box = page.locator("canvas.drypoint-frame").bounding_box()
    assert box["x"] + box["width"] <= 350
    assert box["width"] / box["height"] == pytest.approx(1.5, rel=0.01)
    # A place on the small picture is one on the figure, and the rubber band stays below the pointer.
    page.click("button[data-name=zoom]")
    x, y = middle(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 40)

    def is_below_the_pointer() -> bool:
        band = page.locator(".drypoint-rubberband").bounding_box()
        return band is not None and (band["x"], band["width"]) == pytest.approx((x, 40), abs=2)

    eventually(page, is_below_the_pointer)
    page.mouse.up()
    context.close()


def test_filling_the_screen(shown: Shown) -> None:
    page = shown.page
    page.click("button[data-name=full]")
    wait_until(page, "drypoint._frame.canvas.width === innerWidth")
    page.evaluate("document.exitFullscreen()")
    wait_until(page, "drypoint._frame.canvas.width === 600")
    shown.assert_same()


def test_saving_and_closing(shown: Shown) -> None:
    page = shown.page
    page.click("button[data-name=save]")
    with page.expect_download() as download:
        page.click("role=menuitem >> text=SVG")
    assert download.value.suggested_filename == "Figure_1.svg"
    assert b"<svg" in Path(download.value.path()).read_bytes()
    page.evaluate("drypoint._stage.focus()")
    page.keyboard.press("q")
    page.wait_for_selector("text=The figure is closed.")
    assert shown.process.stdout.readline() == "the program goes on\n"
    assert shown.process.wait(10) == 0


def test_copying(shown: Shown) -> None:
    shown.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shown.page.click("button[data-name=copy]")
    status = shown.page.locator(".drypoint-status")
    eventually(shown.page, lambda: status.text_content() == "Copied")
    copied = shown.page.evaluate(
        """async () => {
            const [item] = await navigator.clipboard.read();
            const bytes = new Uint8Array(await (await item.getType("image/png")).arrayBuffer());
            return btoa(String.fromCharCode(...bytes));
        }"""
    )
    picture = PIL.Image.open(io.BytesIO(base64.b64decode(copied))).convert("RGBA")
    png, _ = shown.png()
    assert np.array_equal(np.asarray(picture), png)


def test_light_and_dark_and_forced_colours(shown: Shown) -> None:
    def style(selector: str, name: str) -> str:
        script = f"getComputedStyle(document.querySelector('{selector}')).{name}"
        return str(shown.page.evaluate(script))

    shown.page.emulate_media(color_scheme="light")
    light = style(".drypoint-view", "backgroundColor"), style(".drypoint-view", "color")
    shown.page.emulate_media(color_scheme="dark")
    dark = style(".drypoint-view", "backgroundColor"), style(".drypoint-view", "color")
    brightness = [
        [sum(map(int, re.findall(r"\d+", c)[:3])) for c in pair] for pair in (light, dark)
    ]
    assert brightness[0][0] > 600 > 200 > brightness[0][1]
    assert brightness[1][0] < 200 < 600 < brightness[1][1]
    # Where the system forces its colours, buttons have borders, and the pressed one another.
    assert style("button[data-name=pan]", "borderTopWidth") == "0px"
    shown.page.emulate_media(forced_colors="active")
    shown.page.click("button[data-name=pan]")
    shown.settle()
    assert style("button[data-name=zoom]", "borderTopWidth") == "1px"
    assert style("button[data-name=pan]", "borderTopWidth") == "2px"
    # The figure keeps its own.
    shown.assert_same()


def test_by_keyboard_alone(shown: Shown) -> None:
    def focused() -> str:
        script = "document.activeElement.dataset.name ?? document.activeElement.className"
        return str(shown.page.evaluate(script))

    shown.page.evaluate("document.activeElement.blur()")
    shown.page.keyboard.press("Tab")
    assert focused() == "drypoint-stage"
    shown.page.keyboard.press("p")
    shown.settle()
    assert shown.page.get_attribute("button[data-name=pan]", "aria-pressed") == "true"
    shown.page.keyboard.press("Tab")
    # Buttons that do nothing now are passed over by the browser.
    assert focused() == "home"
    for _ in range(10):
        shown.page.keyboard.press("ArrowRight")
        if focused() == "save":
            break
    assert focused() == "save"
    shown.page.keyboard.press("Enter")
    assert shown.page.locator("[role=menuitem]").first.is_visible()
    shown.page.keyboard.press("Escape")
    assert not shown.page.locator("[role=menuitem]").first.is_visible()
    assert focused() == "save"


def test_ctrl_c_ends_cleanly(shown: Shown) -> None:
    shown.process.send_signal(signal.SIGINT)
    assert shown.process.wait(10) == 0
    assert shown.process.stdout.read() == "the program goes on\n"
    assert "Traceback" not in shown.process.stderr.read()


def test_without_the_token_there_is_nothing(shown: Shown) -> None:
    response = shown.page.goto(shown.page.url.partition("?")[0])
    assert response.status == 403
    assert "lacks the right token" in shown.page.content()


def test_view_follows_changes(browser: Any, tmp_path: Path) -> None:
    script = tmp_path / "plot.py"
    text = "import matplotlib.pyplot as plt\nplt.figure('{}')\nplt.plot([1, {}])\n"
    script.write_text(text.format("first", 2), encoding="utf-8")
    command = [sys.executable, "-m", "drypoint", "view", "--no-browser", str(script)]
    env = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env=env, start_new_session=True
    )
    try:
        assert process.stderr is not None
        address = next(
            found[0] for line in process.stderr if (found := re.search(r"http://\S+", line))
        )
        page = browser.new_page()
        page.goto(address)
        wait_until(page, "drypoint._frame.number > 0 && document.title === 'first'")
        before = pixels(page)
        script.write_text(text.format("second", 3), encoding="utf-8")
        wait_until(page, "drypoint._frame.number > 0 && document.title === 'second'")
        eventually(page, lambda: not np.array_equal(pixels(page), before))
        # The terminal's Ctrl-C reaches both processes.
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(60) == 130
        page.close()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
