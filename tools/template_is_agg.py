"""A pytest plugin: who asks Matplotlib for the backend "template", which draws nothing, gets "agg".

pandas' tests do. With it the same tests draw, on whichever engine.
"""

from typing import Any

import matplotlib as mpl

_use = mpl.use


def _use_agg_for_template(backend: Any, *, force: bool = True) -> None:
    _use("agg" if backend == "template" else backend, force=force)


mpl.use = _use_agg_for_template
