"""drypoint: Matplotlib backends on a Rust engine."""
