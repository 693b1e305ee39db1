"""The command ``dwgk``: every verb, and the module it is loaded from when it is asked for."""

from __future__ import annotations

from generator.terminal import cli

cli.modules = {
    f"generator.verbs.{module}": verbs.split()
    for module, verbs in {
        "building": "build",
        "making": "check serve search explain",
        "office": "approve show due status report",
        "copies": "offline offline-copies archive",
        "record": "publish-log",
        "paper": "print",
        "serving": "server-config",
        "proof": "verify probe",
        "release": "deploy rollback purge",
        "renewal": "renew sbom",
    }.items()
}


def main() -> None:
    """The ``dwgk`` command."""
    cli()
