"""Pictures in a terminal: what it can draw, and how it is told. Knows nothing of Matplotlib."""
