"""What can be done from a shell: ``python -m drypoint install-hook`` and ``uninstall-hook``."""

import argparse
import sys
from collections.abc import Sequence

from drypoint import hook

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the result is the exit status.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those of the process.
    """
    parser = argparse.ArgumentParser(prog="python -m drypoint", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser(
        "install-hook", help="every program of this environment draws with drypoint"
    )
    commands.add_parser("uninstall-hook", help="take that back")
    command = parser.parse_args(arguments).command
    try:
        if command == "install-hook":
            print(f"installed {hook.install_hook()}")
        else:
            removed = hook.uninstall_hook()
            print("\n".join(f"removed {path}" for path in removed) or "there is no hook")
    except OSError as error:
        print(f"drypoint: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
