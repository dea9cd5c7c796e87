"""``python -m drypoint`` is the program ``drypoint``."""

import sys

from drypoint.cli import main

if __name__ == "__main__":
    sys.exit(main())
