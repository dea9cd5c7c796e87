"""A live figure for each visitor, in a Django project.

    pip install 'drypoint[web]' django
    uvicorn --app-dir examples/servers django_app:application

What belongs into a project's `asgi.py` is at the foot: /plot goes to drypoint, with WebSockets, all else to Django.
Neither Channels nor a worker of its own is needed; the server must be an ASGI server (uvicorn, hypercorn, daphne).
"""

import numpy as np
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from matplotlib.figure import Figure
from starlette.applications import Starlette
from starlette.routing import Mount

from drypoint.backends.web import figure_app

# --- a project in one file

PAGE = """<!doctype html>
<html lang="en"><title>A figure of your own</title>
<h1>A figure of your own</h1>
<iframe src="/plot/" title="Figure" width="680" height="520" style="border: 0"></iframe>
"""


def page(request: HttpRequest) -> HttpResponse:
    """A page that shows the figure."""
    return HttpResponse(PAGE)


urlpatterns = [path("", page)]

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["localhost", "127.0.0.1"])

# --- figures


def make() -> Figure:
    """The figure of a new visitor."""
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    x = np.linspace(0, 10, 500)
    axes.plot(x, np.sin(x), label="sin x")
    axes.legend(loc="upper right")
    return figure


# --- asgi.py

application = Starlette(
    routes=[
        Mount("/plot", figure_app(make)),
        Mount("/", get_asgi_application()),
    ]
)
