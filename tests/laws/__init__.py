"""The laws of docs/architecture.md, tested against the program rather than believed."""
