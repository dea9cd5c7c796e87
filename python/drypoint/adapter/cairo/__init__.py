"""Figures through the Cairo library: a player of recorded documents, its pixels and its files."""
