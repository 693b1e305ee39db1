"""Configurations of web servers: what stands between a release and its readers."""
