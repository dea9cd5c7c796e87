"""A live figure for each visitor, in a FastAPI application.

    pip install 'drypoint[web]' fastapi
    uvicorn --app-dir examples/servers fastapi_app:app

Who opens localhost:8000 gets a figure of their own, to move and to zoom; reloading the page makes a new one. The
figure's page, script and WebSocket all come from the mounted application.
"""

import numpy as np
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from matplotlib.figure import Figure

from drypoint.backends.web import figure_app


def make() -> Figure:
    """The figure of a new visitor."""
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    x = np.linspace(0, 10, 500)
    axes.plot(x, np.sin(x), label="sin x")
    axes.legend(loc="upper right")
    return figure


PAGE = """<!doctype html>
<html lang="en"><title>A figure of your own</title>
<h1>A figure of your own</h1>
<iframe src="/plot/" title="Figure" width="680" height="520" style="border: 0"></iframe>
"""

app = FastAPI()
app.mount("/plot", figure_app(make))


@app.get("/")
def page() -> HTMLResponse:
    """A page that shows the figure."""
    return HTMLResponse(PAGE)
