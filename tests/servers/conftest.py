"""The example's sites in service: Apache, nginx before Apache, nginx alone; CAS and OIDC."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from generator.publish.server.render import Kind
from generator.publish.server.service import server_config
from tests.conftest import SitesOf
from tests.servers import idp, lab

ROOT = Path(__file__).parents[2]
AUDIENCES = ("party", "campus", "public")
GUARDED = ("cas", "oidc", "nginx-cas", "nginx-oidc")
"""Sign-on, with Apache alone or with nginx in front."""
OPEN = ("apache", "nginx", "apache-shared", "nginx-shared")
"""How the open site is served: by a host of its own, or below somebody else's."""


@dataclass
class Stage:
    """Everything that runs; addresses by variant and audience."""

    folder: Path
    sites: Path
    tls: Path
    urls: dict[tuple[str, str], str] = field(default_factory=dict)
    groups: Path = Path()
    identity: str = ""

    @property
    def authority(self) -> Path:
        return self.tls / "ca.pem"

    def target(self, audience: str) -> Path:
        return self.folder / "srv" / audience

    def paths(self, audience: str) -> list[str]:
        """Every path of the manifest, as a reader asks for it, and the manifest itself."""
        files = json.loads((self.sites / f"{audience}.json").read_text("utf-8"))["files"]
        own = ["dwgk-release.json", "dwgk-release.json.sig"]
        return sorted({path.removesuffix("index.html") for path in files} | set(own))

    def visitor(self, account: str = "") -> lab.Visitor:
        return lab.Visitor(self.authority, account)

    def members(self, *accounts: str) -> None:
        """What the organisation department's list says."""
        self.groups.write_text(f"party: {' '.join(accounts)}\n")


@pytest.fixture(scope="session")
def sites(sites_of: SitesOf) -> Path:
    """The example's three sites."""
    return sites_of(ROOT)


@pytest.fixture(scope="session")
def stage(sites: Path) -> Iterator[Stage]:
    """All servers, for all tests of a worker; in a folder that the servers' account may enter."""
    folder = Path(tempfile.mkdtemp(prefix="dwgk-servers-"))
    folder.chmod(0o755)
    try:
        with lab.local_names():
            yield from _play(folder, sites)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _play(folder: Path, sites: Path) -> Iterator[Stage]:
    tls = folder / "tls"
    tls.mkdir()
    lab.certificates(tls)
    made = Stage(folder, sites, tls, groups=folder / "groups")
    made.members("member")
    for audience in AUDIENCES:
        manifest = sites / f"{audience}.json"
        lab.put_in_service(made.target(audience), sites / audience, manifest, audience)
    apache, nginx, redirects = _configurations(made)
    with _identity(made, redirects), apache, nginx:
        yield made
        for server in (apache, nginx):
            assert "[crit]" not in server.log()


class _identity:  # noqa: N801 - a context manager
    """The identity provider as a process of its own."""

    def __init__(self, made: Stage, redirects: list[str]) -> None:
        state = made.folder / "idp"
        state.mkdir()
        port = made.identity.rpartition(":")[2]
        leaf, key = str(made.tls / "leaf.pem"), str(made.tls / "leaf.key")
        arguments = [str(state), port, leaf, key, *redirects]
        self._command = [sys.executable, "-m", "tests.servers.idp", *arguments]
        self._environment = {
            "REQUESTS_CA_BUNDLE": str(made.authority),
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
        }

    def __enter__(self) -> None:
        self._process = subprocess.Popen(
            self._command, cwd=ROOT, env=self._environment, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(20)


def _configurations(made: Stage) -> tuple[lab.Apache, lab.Nginx, list[str]]:
    """Both servers with every variant on ports of its own, and the addresses OIDC returns to."""
    ports = iter(lab.free_ports(32))
    made.identity = f"https://{idp.HOST}:{next(ports)}"
    secrets = made.folder / "oidc-secrets.conf"
    secrets.write_text(f'OIDCClientSecret "{idp.SECRET}"\nOIDCCryptoPassphrase "only-for-tests"\n')
    texts: dict[Kind, list[str]] = {"apache": [], "nginx": []}
    listening: dict[Kind, list[int]] = {"apache": [], "nginx": []}
    redirects = []
    for variant in GUARDED:
        front: Kind = "nginx" if variant.startswith("nginx") else "apache"
        for audience in ("party", "campus"):
            port, backend = next(ports), next(ports) if front == "nginx" else 0
            made.urls[variant, audience] = url = f"https://{audience}.localhost:{port}/dwgk/"
            redirects.append(f"{url}sign-on")
            root = _project(made, f"{variant}-{audience}", audience, url)
            _write(root, audience, _guarded(made, variant, audience, url, backend))
            listening[front].append(port)
            texts["apache"].append(configuration(root, "apache", audience))
            if backend:
                listening["apache"].append(backend)
                texts["nginx"].append(configuration(root, "nginx", audience))
    shared: dict[Kind, dict[int, str]] = {"apache": {}, "nginx": {}}
    for variant in OPEN:
        kind: Kind = "nginx" if variant.startswith("nginx") else "apache"
        port = next(ports)
        own = not variant.endswith("shared")
        host, base = ("public", "/") if own else ("www", "/about/dwgk/")
        made.urls[variant, "public"] = url = f"https://{host}.localhost:{port}{base}"
        root = _project(made, variant, "public", url)
        lines = [f"url: {url}", f"target: {made.target('public')}", _tls(made, own)]
        _write(root, "public", lines)
        text = configuration(root, kind, "public")
        if own:
            texts[kind].append(text)
            listening[kind].append(port)
        else:
            shared[kind][port] = text
    run = made.folder / "run"
    apache = lab.Apache(
        run / "apache", texts["apache"], listening["apache"], shared["apache"], made.tls
    )
    nginx = lab.Nginx(run / "nginx", texts["nginx"], listening["nginx"], shared["nginx"], made.tls)
    return apache, nginx, redirects


def configuration(root: Path, kind: Kind, audience: str) -> str:
    """What ``dwgk server-config`` writes."""
    text, faults = server_config(root, kind, audience)
    assert text is not None, faults
    return text


def _project(made: Stage, name: str, audience: str, url: str) -> Path:
    """The example's settings, its site at another address."""
    root = made.folder / "settings" / name
    shutil.copytree(ROOT / "site_config", root / "site_config")
    shutil.copyfile(ROOT / "mkdocs.yml", root / "mkdocs.yml")
    text = f"INHERIT: ../mkdocs.yml\nsite_name: 党务公开\nsite_url: {url}\n"
    (root / "site_config" / f"{audience}.yml").write_text(text, encoding="utf-8")
    return root


def _write(root: Path, audience: str, lines: list[str]) -> None:
    body = "\n".join(f"    {line}" for line in lines if line)
    text = f"servers:\n  {audience}:\n{body}\n"
    (root / "site_config" / "servers.yml").write_text(text, encoding="utf-8")


def _tls(made: Stage, own: bool) -> str:
    pair = f"{{certificate: {made.tls}/leaf.pem, key: {made.tls}/leaf.key}}"
    return f"tls: {pair}" if own else "host: shared"


def _guarded(made: Stage, variant: str, audience: str, url: str, backend: int) -> list[str]:
    """Settings of a guarded site. The party reads by the list of a file, or by an attribute where
    nginx stands in front.
    """
    sessions = lab.give(made.folder / "sessions" / f"{variant}-{audience}")
    place, ca = made.identity, made.authority
    sign_on = {
        "cas": f"{{cas: {{login: {place}/cas/login, validate: {place}/cas/p3/serviceValidate,"
        f" ca: {ca}, sessions: {sessions}}}}}",
        "oidc": f"{{oidc: {{metadata: {place}/o/.well-known/openid-configuration, client:"
        f" {idp.CLIENT}, secrets: {made.folder}/oidc-secrets.conf, scope: openid groups,"
        f" account: preferred_username, ca: {ca}}}}}",
    }
    require = "any"
    if audience == "party":
        require = {
            "nginx-cas": "{attribute: memberOf, value: party}",
            "nginx-oidc": "{attribute: politicalStatus, value: 中共党员}",
        }.get(variant, f"{{group: party, file: {made.groups}}}")
    return [
        f"url: {url}",
        f"target: {made.target(audience)}",
        _tls(made, own=True),
        f"backend: 127.0.0.1:{backend}" if backend else "",
        f"sign_on: {sign_on[variant.removeprefix('nginx-')]}",
        f"require: {require}",
    ]
