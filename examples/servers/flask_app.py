"""A figure for each request, with Flask.

    pip install flask
    flask --app examples/servers/flask_app run
    curl 'localhost:5000/wave.png?frequency=3' > wave.png

No pyplot: the figure belongs to the request and goes with it, so any number of threads may answer.
"""

import io

import numpy as np
from flask import Flask, Response, abort, request
from matplotlib.figure import Figure

import drypoint

drypoint.install()  # before the first request

app = Flask(__name__)

TYPES = {"png": "image/png", "svg": "image/svg+xml"}


def wave(frequency: float) -> Figure:
    """What the server draws."""
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    x = np.linspace(0, 10, 500)
    axes.plot(x, np.sin(frequency * x), label=f"sin {frequency:g}x")
    axes.legend(loc="upper right")
    return figure


@app.get("/wave.<ending>")
def picture(ending: str) -> Response:
    """The figure as PNG or SVG."""
    if ending not in TYPES:
        abort(404)
    frequency = request.args.get("frequency", 1.0, type=float)
    if not 0 < frequency <= 100:  # sizes and amounts that come from outside have bounds
        abort(400)
    file = io.BytesIO()
    wave(frequency).savefig(file, format=ending)
    return Response(file.getvalue(), mimetype=TYPES[ending])
