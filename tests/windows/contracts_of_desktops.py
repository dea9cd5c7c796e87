"""What every toolkit's window must do with the rest of the desktop: screens, clipboard, dialogs, its frame."""

import io
import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.windows.dialogs import REPLACE, Offered
from tests.windows.window import Window, contract, when_show_waits, with_tool_manager

# --- screens of more pixels


@contract
def a_screen_of_more_pixels(window: Window) -> None:
    """On a screen with a ratio of two, which the environment says (test_contracts.py)."""
    ratio = int(os.environ.get("DRYPOINT_TEST_RATIO", "1"))
    window.show()
    assert window.canvas.device_pixel_ratio == ratio
    assert window.figure.dpi == 100 * ratio
    size = window.canvas.get_width_height(physical=True)
    assert size == (400 * ratio, 300 * ratio)
    assert window.canvas.get_width_height() == (400, 300)
    assert window.shown().shape == (300 * ratio, 400 * ratio, 3)
    np.testing.assert_array_equal(window.shown(), window.saved())
    window.listen("button_press_event")
    window.move(150, 90)
    window.press_buttons("click", 1)
    window.until(lambda: window.heard("button_press_event"))
    (event,) = window.heard("button_press_event")
    np.testing.assert_allclose((event.x, event.y), (150, 90), atol=ratio)
    # Files do not depend on the screen.
    file = io.BytesIO()
    window.figure.savefig(file, format="png")
    assert Image.open(file).size == (400, 300)


def tell_qt(canvas: Any, ratio: int) -> None:
    canvas.devicePixelRatioF = lambda: float(ratio)
    canvas._update_pixel_ratio()


def tell_tk(canvas: Any, ratio: int) -> None:
    canvas._tkcanvas.winfo_fpixels = lambda unit: 96.0 * ratio
    canvas._update_device_pixel_ratio()


def tell_gtk(canvas: Any, ratio: int) -> None:
    canvas.get_scale_factor = lambda: ratio
    if canvas.device_pixel_ratio != ratio:
        canvas.notify("scale-factor")
        canvas._update_device_pixel_ratio()


def tell_wx(canvas: Any, ratio: int) -> None:
    canvas.GetDPIScaleFactor = canvas.GetContentScaleFactor = lambda: float(ratio)
    if canvas._set_device_pixel_ratio(ratio):
        canvas.draw_idle()


#: What each toolkit does when its window comes to a screen of another ratio.
TELL: dict[str, Callable[[Any, int], None]] = {
    "gtk3": tell_gtk,
    "gtk4": tell_gtk,
    "qt": tell_qt,
    "tk": tell_tk,
    "wx": tell_wx,
}


@contract
def the_ratio_changes_while_running(window: Window) -> None:
    window.show()
    before = window.drawn()
    height, width, _ = before.shape
    for ratio in (2, 1):
        TELL[window.toolkit](window.canvas, ratio)
        assert window.canvas.device_pixel_ratio == ratio
        assert window.figure.dpi == 100 * ratio
        # Some toolkits come to the new size by steps.
        size = (height * ratio, width * ratio, 3)
        window.until(lambda size=size: window.drawn().shape == size and _is_drawn_as_saved(window))
        file = io.BytesIO()
        window.figure.savefig(file, format="png")
        assert Image.open(file).size == (width, height)
    np.testing.assert_array_equal(window.drawn(), before)


def _is_drawn_as_saved(window: Window) -> bool:
    return np.array_equal(window.drawn(), window.saved())


# --- clipboard and dialogs


@contract
def the_picture_is_copied_to_the_clipboard(window: Window) -> None:
    with_tool_manager(window)
    window.canvas.manager.toolmanager.trigger_tool("copy")
    command = ["xclip", "-selection", "clipboard", "-target", "image/png", "-out"]
    with tempfile.TemporaryFile() as file:
        # The toolkit has to answer meanwhile.
        reader = subprocess.Popen(command, stdout=file)
        window.until(lambda: reader.poll() is not None)
        assert reader.returncode == 0
        file.seek(0)
        pasted = np.asarray(Image.open(file).convert("RGB"))
    np.testing.assert_array_equal(pasted, window.saved())
    np.testing.assert_array_equal(window.drawn(), pasted)


@contract
def the_save_dialog_offers_every_format(window: Window) -> None:
    window.show()
    offered: Offered = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chosen.png"
        REPLACE[window.toolkit](str(path), offered)
        window.canvas.toolbar.save_figure()
        window.until(path.exists)
        saved = np.asarray(Image.open(path).convert("RGB"))
    np.testing.assert_array_equal(saved, window.saved())
    kinds = window.canvas.get_supported_filetypes_grouped()
    assert {"Portable Network Graphics", "Web page with the picture in it"} <= kinds.keys()
    for kind in kinds:
        assert any(kind in entry for entry in offered), (kind, offered)


# --- the frame


@contract
def the_window_has_an_icon(window: Window) -> None:
    window.show()
    done = subprocess.run(
        ["xprop", "-name", "Figure 1", "_NET_WM_ICON", "WM_HINTS"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert "Icon (" in done.stdout or "bitmap id" in done.stdout, done.stdout


def close_gtk(manager: Any) -> None:
    manager.window.close()


def close_qt(manager: Any) -> None:
    manager.window.close()


def close_tk(manager: Any) -> None:
    window = manager.window
    window.tk.call(window.protocol("WM_DELETE_WINDOW"))


def close_wx(manager: Any) -> None:
    manager.frame.Close()


#: What each toolkit does when the button in the frame is pressed.
CLOSE: dict[str, Callable[[Any], None]] = {
    "gtk3": close_gtk,
    "gtk4": close_gtk,
    "qt": close_qt,
    "tk": close_tk,
    "wx": close_wx,
}


@contract
def the_user_closes_the_window(window: Window) -> None:
    closed: list[Any] = []
    window.canvas.mpl_connect("close_event", closed.append)
    manager = window.canvas.manager
    when_show_waits(window, lambda: CLOSE[window.toolkit](manager))
    window.plt.show()
    assert len(closed) == 1
    assert window.plt.get_fignums() == []
    # The figure is still one.
    file = io.BytesIO()
    window.figure.savefig(file, format="png")
    assert Image.open(file).size == tuple(np.rint(window.figure.get_size_inches() * 100))
