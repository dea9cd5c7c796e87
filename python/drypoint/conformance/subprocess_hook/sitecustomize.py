"""Let the processes that a test starts use the backend under test as well.

Python imports this at start-up when its folder is on ``PYTHONPATH``. Matplotlib is
patched only when, and as far as, such a process imports it (see ``redirect``).
"""

import json
import os
import sys

if os.environ.get("CONFORMANCE_PLAN"):
    from drypoint.conformance import redirect

    sys.meta_path.insert(0, redirect.LazyPatcher(json.loads(os.environ["CONFORMANCE_PLAN"])))
