"""Scripts for working on drypoint."""
