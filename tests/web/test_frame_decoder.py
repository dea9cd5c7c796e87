"""The view's decoder of frames and files: what is no message of the protocol does no harm."""

import base64
import json
import shutil
import subprocess
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from drypoint import _core
from drypoint.web import assets
from drypoint.web.frame import HEAD, Move, Picture, encode, stamped
from drypoint.web.message import FRAME, file_message
from tests.web.browser import chromium, pixels

FUZZER = Path(__file__).parent / "fuzz_decoder.mjs"
RUNS = 8_000


def picture(number: int, seed: int, colors: int) -> Picture:
    choice = np.random.default_rng(seed).integers(0, colors, (40, 60))
    palette = np.random.default_rng(9).integers(0, 256, (colors, 4), np.uint8)
    palette[:, 3] = 255
    return Picture(number, np.ascontiguousarray(palette[choice]))


def messages() -> list[bytes]:
    """Good ones of every kind."""
    made = [file_message("figure.svg", "image/svg+xml", b"<svg/>")]
    for colors in (2, 200, 3000):
        first, second = picture(1, 0, colors), picture(2, 1, colors)
        moved = Picture(3, np.roll(second.pixels, (2, 3), (0, 1)))
        moves = [Move(0, 0, 60, 40, 3, 2), Move(5, 5, 20, 20, -1, 0)]
        made.append(encode(None, first, (), _core.encode_png))
        made.append(encode(first, second, (), _core.encode_png))
        made.append(stamped(encode(second, moved, moves, _core.encode_png), 7))
    made.append(encode(first, first, (), _core.encode_png))
    return made


def bomb() -> bytes:
    """A patch of one pixel that inflates to 64 MB."""
    head = HEAD.pack(FRAME, 2, 0, 5, 0, 1, 1, 0, 0, 0, 1, 1)
    return head + zlib.compress(b"\1\0\0\0" + bytes(1 << 26))


@pytest.mark.parametrize("seed", [1, 2])
def test_no_message_raises_anything_unexpected(tmp_path: Path, seed: int) -> None:
    node = shutil.which("node") or shutil.which("nodejs")
    if node is None:
        pytest.skip("needs Node.js: apt-get install nodejs")
    exports = "export { decodeBinary, decodeIndexed, INDEXED_ENCODING };\n"
    module = tmp_path / "decoder.mjs"
    module.write_text(assets.script("protocol.js") + exports, encoding="utf-8")
    good = [*messages(), bomb()]
    corpus = tmp_path / "corpus.json"
    corpus.write_text(json.dumps([base64.b64encode(bytes_).decode() for bytes_ in good]))
    command = [node, str(FUZZER), str(module), str(corpus), str(RUNS), str(seed)]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert finished.returncode == 0, finished.stderr
    found = json.loads(finished.stdout)
    assert found["frames"] + found["files"] + found["none"] == RUNS
    # It was not all refused at the door.
    assert found["none"] < RUNS * 0.8
    assert found["patches"] > 50
    assert found["refused"] > 50


SHOW = """async (script) => {
    const { default: widget } = await import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
    window.sent = [];
    window.raised = [];
    addEventListener("unhandledrejection", (event) => raised.push(String(event.reason)));
    let take;
    const model = { send: (content) => sent.push(content), on: (_, callback) => { take = callback }, off: () => {} };
    widget.render({ model, el: document.body });
    window.answer = async (texts) => {
        for (const text of texts) {
            const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
            take({ view: sent[0].view }, [new DataView(bytes.buffer)]);
        }
        await new Promise((done) => setTimeout(done, 300));
    };
}"""


def test_a_view_goes_on_after_nonsense() -> None:
    first, second = picture(1, 0, 200), picture(2, 1, 200)
    whole = encode(None, first, (), _core.encode_png)
    change = encode(first, second, (), _core.encode_png)
    nonsense = [b"", b"\1", b"\2\xff\xff\xff\xff", change[:60], change[:-20], whole[:-30], bomb()]
    nonsense.append(HEAD.pack(FRAME, 1, 65535, 9, 0, 60, 40, 0, 0, 0, 60, 40))

    def texts(*messages: bytes) -> list[str]:
        return [base64.b64encode(message).decode() for message in messages]

    with chromium() as browser:
        page = browser.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.evaluate(SHOW, assets.script("widget.js"))
        page.evaluate("answer", texts(whole, *nonsense))
        # It asked for a whole frame, and shows nothing half done.
        hellos = [text for text in page.evaluate("sent.map(({ text }) => text)") if "hello" in text]
        assert 1 < len(hellos) <= 1 + len(nonsense)
        page.evaluate("answer", texts(whole, change))
        assert np.array_equal(pixels(page), second.pixels)
        assert errors == []
        assert page.evaluate("raised") == []


def test_a_frame_upon_another_is_not_shown() -> None:
    first, second = picture(1, 0, 200), picture(2, 1, 200)
    whole = encode(None, first, (), _core.encode_png)
    skipped = stamped(encode(second, picture(3, 2, 200), (), _core.encode_png), 1)
    with chromium() as browser:
        page: Any = browser.new_page()
        page.evaluate(SHOW, assets.script("widget.js"))
        page.evaluate(
            "answer", [base64.b64encode(message).decode() for message in (whole, skipped)]
        )
        assert np.array_equal(pixels(page), first.pixels)
        assert page.evaluate("sent.filter(({ text }) => text.includes('hello')).length") == 2
