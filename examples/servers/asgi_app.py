"""A figure for each request, in an ASGI application (Starlette; FastAPI is used the same way).

    pip install starlette uvicorn
    uvicorn --app-dir examples/servers asgi_app:app
    curl 'localhost:8000/wave.svg?frequency=3' > wave.svg

The figure is drawn in a thread, so the loop goes on answering; the engine draws and compresses without the
interpreter lock.
"""

import asyncio
import io

import numpy as np
from matplotlib.figure import Figure
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import drypoint

drypoint.install()  # before the first request

TYPES = {"png": "image/png", "svg": "image/svg+xml"}


def wave(frequency: float, ending: str) -> bytes:
    """What the server draws, as the bytes of a file."""
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    x = np.linspace(0, 10, 500)
    axes.plot(x, np.sin(frequency * x), label=f"sin {frequency:g}x")
    axes.legend(loc="upper right")
    file = io.BytesIO()
    figure.savefig(file, format=ending)
    return file.getvalue()


async def picture(request: Request) -> Response:
    """The figure as PNG or SVG."""
    ending = request.path_params["ending"]
    if ending not in TYPES:
        raise HTTPException(404)
    try:
        frequency = float(request.query_params.get("frequency", 1))
    except ValueError:
        raise HTTPException(400) from None
    if not 0 < frequency <= 100:  # sizes and amounts that come from outside have bounds
        raise HTTPException(400)
    return Response(await asyncio.to_thread(wave, frequency, ending), media_type=TYPES[ending])


app = Starlette(routes=[Route("/wave.{ending}", picture)])
