"""Releases at a target: staged, switched, kept, taken back, purged."""
