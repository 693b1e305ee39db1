"""The servers as the project knows them: their settings, checked against those of the sites."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from generator.diagnostics import Diagnostic, Span, UnknownName, fault, has_errors
from generator.model.institution import Institution
from generator.model.servers import Servers
from generator.publish.server.render import Kind, configuration
from generator.site.configuration import search_engine, settings
from generator.site.faults import ConfigurationFault
from generator.source.project import read_settings
from generator.source.servers import SERVERS, read_servers


def read_service(root: Path, institution: Institution) -> tuple[Servers, list[Diagnostic]]:
    """The servers of a project; with faults nothing of them may be used."""
    servers, faults = read_servers(root, institution)
    return servers, [*faults, *_differing(root, servers)]


def _differing(root: Path, servers: Servers) -> Iterator[Diagnostic]:
    """Where a server's address is not the one its site was built for."""
    for server in servers.servers.values():
        file = f"site_config/{server.audience}.yml"
        try:
            built = str(settings(root / file)["site_url"])
        except ConfigurationFault:
            continue  # a fault of that file, told there
        url = server.address.url
        if server.address.host and built.rstrip("/") != url.rstrip("/"):
            yield fault("S36", server.span, key="url", value=url, file=file, other=built)


def server_config(root: Path, kind: Kind, name: str) -> tuple[str | None, list[Diagnostic]]:
    """The configuration of ``kind`` for the audience ``name``, or the faults in its way.

    Raises UnknownName.
    """
    institution, faults = read_settings(root)
    if institution is None:
        return None, faults
    audience = next((each for each in institution.audiences if each.id == name), None)
    if audience is None:
        raise UnknownName(name)
    servers, faults = read_service(root, institution)
    server = servers.servers.get(name)
    if server is None and not has_errors(faults):
        faults.append(fault("D31", Span(SERVERS), audience=name))
    if server is None or has_errors(faults):
        return None, faults
    try:
        engine = search_engine(root / f"site_config/{name}.yml")
    except ConfigurationFault as problem:
        return None, [fault("B02", Span(f"site_config/{name}.yml"), value=problem)]
    made = configuration(kind, server, audience, engine)
    return (made, faults) if isinstance(made, str) else (None, made)
