"""Corpus to Approved: one small module per family of checks, listed once in ``checks``."""
