"""Disk to model: front matter, content, catalogue, settings; every fault placed."""
