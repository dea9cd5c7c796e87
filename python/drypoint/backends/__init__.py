"""One short module per selectable backend."""
