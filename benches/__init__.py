"""Whole-figure benchmarks: drypoint, Matplotlib's Agg and a backend that does nothing."""
