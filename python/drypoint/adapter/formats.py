"""From finished pixels to the bytes of an image file, with Matplotlib's defaults and errors.

PNG is written by the engine unless the caller asks for something that only Pillow can do; all
other formats are Pillow's. What is said here about metadata and keywords is what
`matplotlib.image.imsave` does for Agg, except that it neither reads nor changes rcParams, so that
figures may be saved in several threads at once.
"""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from typing import Any

import matplotlib as mpl
import PIL.Image
from PIL.PngImagePlugin import PngInfo, iTXt

from drypoint.adapter.compat import warn_external
from drypoint.adapter.renderer import Renderer
from drypoint.adapter.saving import Target, is_path, write
from drypoint.options import options

__all__ = ["require_avif", "save_pillow", "save_png", "save_raw"]


def save_raw(target: Target, picture: Renderer) -> None:
    """Write the pixels and nothing else: 4 bytes for each, top row first."""
    data: bytes | memoryview = picture.buffer_rgba()
    name = os.fsdecode(target) if is_path(target) else ""
    if name.endswith((".gz", ".bz2")):
        # Matplotlib compresses what it opens by such a name.
        if name.endswith(".gz"):
            import gzip

            data = gzip.compress(bytes(data))
        else:
            import bz2

            data = bz2.compress(bytes(data))
    write(target, data)


def save_png(
    target: Target,
    picture: Renderer,
    metadata: Mapping[str | bytes, Any] | None,
    pil_kwargs: Mapping[str, Any] | None,
) -> None:
    """Write a PNG file.

    Parameters
    ----------
    target : str, path-like or binary file object
        Where to.
    picture : Renderer
        What; its dpi goes into the file.
    metadata : dict or None
        Texts by key, in this order, after "Software"; a text of None takes a key out.
    pil_kwargs : dict or None
        If there are any, Pillow writes the file, with them.
    """
    _refuse_empty(picture, "png")
    if pil_kwargs and "pnginfo" in pil_kwargs:
        if metadata:
            warn_external("'metadata' is overridden by the 'pnginfo' entry in 'pil_kwargs'.")
        return _save(target, picture, _image(picture), "png", pil_kwargs)
    software = f"Matplotlib version{mpl.__version__}, https://matplotlib.org/"
    texts = {"Software": software, **(metadata or {})}
    texts = {key: text for key, text in texts.items() if text is not None}
    if pil_kwargs or any(isinstance(text, iTXt) for text in texts.values()):
        info = PngInfo()
        for key, text in texts.items():
            info.add_text(key, text)
        return _save(
            target, picture, _image(picture), "png", {**(pil_kwargs or {}), "pnginfo": info}
        )
    level = options.png_compression
    file = picture.encode_png(
        dpi=picture.dpi,
        text=list(texts.items()),
        compression=None if level == "auto" else level,
    )
    write(target, file)


def save_pillow(
    target: Target,
    picture: Renderer,
    format: str,
    metadata: object,
    pil_kwargs: Mapping[str, Any] | None,
) -> None:
    """Write a file of a format that Pillow knows.

    Parameters
    ----------
    target : str, path-like or binary file object
        Where to.
    picture : Renderer
        What; its dpi goes into the file, if the format has a place for it.
    format : {"gif", "jpeg", "tiff", "webp", "avif"}
        As Pillow calls it. JPEG has no alpha: the picture is blended on white.
    metadata : None
        There is none in these formats.
    pil_kwargs : dict or None
        Keywords of `PIL.Image.Image.save`, which win over ours.

    Raises
    ------
    ValueError
        If there is metadata, or no pixel.
    RuntimeError
        If the installed Pillow cannot write AVIF.
    """
    if metadata is not None:
        raise ValueError(f"metadata not supported for format {format!r}")
    _refuse_empty(picture, format)
    image = _image(picture)
    if format == "jpeg":
        opaque = PIL.Image.new("RGB", image.size, (255, 255, 255))
        opaque.paste(image, image)
        image = opaque
    _save(target, picture, image, format, pil_kwargs or {})


def require_avif() -> None:
    """Raise `RuntimeError` if the installed Pillow cannot write AVIF."""
    import PIL.features  # seldom needed

    if not PIL.features.check("avif"):
        raise RuntimeError(
            "The installed pillow version does not support avif; pillow 11.3 and later do."
        )


def _refuse_empty(picture: Renderer, format: str) -> None:
    width, height = int(picture.width), int(picture.height)
    if width <= 0 or height <= 0:
        raise ValueError(f"cannot save an empty image: {width} x {height} pixels as {format}")


def _image(picture: Renderer) -> PIL.Image.Image:
    size = int(picture.width), int(picture.height)
    # Shares the pixels; nothing draws while the file is written.
    pixels: Any = picture.buffer_rgba()
    return PIL.Image.frombuffer("RGBA", size, pixels, "raw", "RGBA", 0, 1)


class _NamedBuffer(io.BytesIO):
    """A file in memory whose name Pillow may put into it."""

    def __init__(self, name: Any) -> None:
        super().__init__()
        self.name = name


def _save(
    target: Target,
    picture: Renderer,
    image: PIL.Image.Image,
    format: str,
    pil_kwargs: Mapping[str, Any],
) -> None:
    keywords = {"format": format, "dpi": (picture.dpi, picture.dpi), **pil_kwargs}
    if keywords.get("append"):
        # The old file is to be read and changed: only Pillow can do that.
        image.save(target, **keywords)
        return
    name = target if is_path(target) else getattr(target, "name", None)
    buffer = _NamedBuffer(name)
    image.save(buffer, **keywords)
    write(target, buffer.getvalue())
