"""The desk: what the clerk's commands write into the project."""
