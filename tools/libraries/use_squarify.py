"""Shares as rectangles."""

import squarify

colors = [f"C{i}" for i in range(6)]
squarify.plot([500, 433, 78, 25, 25, 7], label=list("ABCDEF"), color=colors, alpha=0.7, pad=True)
