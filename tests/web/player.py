"""A view in Python: what a browser makes of frames, and somebody who uses it."""

import io
import struct
import zlib
from typing import Any

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from drypoint.web.frame import HEAD
from drypoint.web.message import FILE, FRAME, VERSION
from drypoint.web.message import decode as decode_message
from drypoint.web.session import Session, View

MOVE = struct.Struct("<6i")


def apply(frame: bytes, before: NDArray[np.uint8] | None) -> NDArray[np.uint8]:
    """The picture after a frame, as docs/web-protocol.md describes it."""
    kind, encoding, move_count, _, base, width, height, _, x, y, w, h = HEAD.unpack_from(frame)
    assert kind == FRAME
    at = HEAD.size
    picture = np.zeros((height, width, 4), np.uint8)
    if base:
        assert before is not None
        picture[:] = before
    for _ in range(move_count):
        mx, my, mw, mh, dx, dy = MOVE.unpack_from(frame, at)
        at += MOVE.size
        old = picture.copy()
        for row in range(my, my + mh):
            for column in range(mx, mx + mw):
                r, c = row - dy, column - dx
                is_inside = my <= r < my + mh and mx <= c < mx + mw
                has_rows = min(r, row) >= 0 and max(r, row) < height
                has_columns = min(c, column) >= 0 and max(c, column) < width
                if is_inside and has_rows and has_columns:
                    picture[row, column] = old[r, c]
    payload = frame[at:]
    part = picture[y : y + h, x : x + w]
    if encoding == 1:
        part[:] = np.asarray(PIL.Image.open(io.BytesIO(payload)).convert("RGBA"))
    elif encoding == 2:
        data = zlib.decompress(payload)
        (count,) = struct.unpack_from("<I", data)
        colors = np.frombuffer(data, np.uint8, 4 * count, 4).reshape(-1, 4)
        planes = np.frombuffer(data, np.uint8, offset=4 + 4 * count).reshape(-1, h, w)
        index = planes[0].astype(int) + (256 * planes[1].astype(int) if len(planes) > 1 else 0)
        part[index > 0] = colors[index[index > 0] - 1]
    return picture


class Watcher:
    """A view that shows frames, and notes everything else."""

    def __init__(self, session: Session, *, ratio: float = 1.0) -> None:
        self.session = session
        self.view = View(self._take)
        self.messages: list[dict[str, Any]] = []
        self.frames: list[bytes] = []
        self.files: list[bytes] = []
        self.picture: NDArray[np.uint8] | None = None
        self._number = 0
        session.attach(self.view)
        self.send(type="hello", version=VERSION, ratio=ratio)

    def _take(self, message: Any) -> None:
        if not isinstance(message, bytes):
            self.messages.append(message)
        elif message[0] == FILE:
            self.files.append(message)
        else:
            self.frames.append(message)
            self.picture = apply(message, self.picture)

    def send(self, **fields: Any) -> None:
        import json

        self.session.receive(self.view, decode_message(json.dumps(fields)))

    def input(self, **fields: Any) -> None:
        self._number += 1
        self.send(number=self._number, **fields)

    def pointer(self, action: str, x: float, y: float, **fields: Any) -> None:
        self.input(
            **{
                "type": "pointer",
                "action": action,
                "x": x,
                "y": y,
                "button": -1,
                "buttons": 0,
                **fields,
            }
        )

    def answer(self) -> None:
        """Say that the last frame is shown."""
        self.send(type="shown", frame=HEAD.unpack_from(self.frames[-1])[3])

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["type"] == kind]
