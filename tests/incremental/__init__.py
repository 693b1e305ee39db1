"""Incremental builds: what a build keeps, and that nobody can tell."""
