"""What ``dwgk server-config`` writes: the example's configurations word for word, and that no
setting can say more in them than its value.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.cli import cli
from generator.diagnostics import has_errors
from generator.model.institution import Audience, Institution
from generator.publish.server.render import Kind, configuration, policy
from generator.publish.server.service import server_config
from generator.source.project import read_settings
from generator.source.servers import SERVERS, read_servers
from tests.servers import lab
from tests.support import make_project

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
OIDC = """servers:
  campus:
    url: https://campus.example.edu.cn/
    target: /srv/dwgk/campus
    tls: {certificate: /etc/ssl/a.pem, key: /etc/ssl/a.key}
    sign_on:
      oidc: {metadata: https://id.example.edu.cn/.well-known/openid-configuration, client: dwgk,
        secrets: /etc/dwgk/oidc.conf, scope: openid profile, account: preferred_username}
    require: {attribute: politicalStatus, value: 中共党员}
"""
CAS = """servers:
  party:
    url: https://party.example.edu.cn/dwgk/
    target: dwgk@web.example.edu.cn:/srv/dwgk/party
    tls: {certificate: /etc/ssl/a.pem, key: /etc/ssl/a.key}
    sign_on:
      cas: {login: https://cas.example.edu.cn/cas/login,
        validate: https://cas.example.edu.cn/cas/p3/serviceValidate}
    require: {group: party, file: /etc/dwgk/groups}
"""
CASES = (
    *((kind, name, "") for kind in ("apache", "nginx") for name in ("public", "party")),
    ("apache", "campus", ""),
    ("apache", "campus", OIDC),
    ("apache", "party", CAS),
)


def _root(folder: Path, text: str) -> Path:
    """The example project's settings, with other servers where a text is given."""
    shutil.copytree(ROOT / "site_config", folder / "site_config")
    shutil.copyfile(ROOT / "mkdocs.yml", folder / "mkdocs.yml")
    if text:
        (folder / SERVERS).write_text(text, encoding="utf-8")
    if text == OIDC:
        campus = folder / "site_config" / "campus.yml"
        campus.write_text(campus.read_text("utf-8").replace("edu.cn/dwgk/", "edu.cn/"), "utf-8")
    return folder


@pytest.mark.parametrize(("kind", "name", "text"), CASES)
def test_the_examples_configurations_are_as_agreed(
    tmp_path: Path, kind: Kind, name: str, text: str
) -> None:
    """After a change wanted: GOLDEN=write pytest tests/servers/test_config.py; read the diff."""
    written, faults = server_config(_root(tmp_path, text), kind, name)
    assert not faults
    variant = {"": "", OIDC: "-oidc", CAS: "-alone"}[text]
    golden = GOLDEN / f"{kind}-{name}{variant}.conf"
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(written or "", encoding="utf-8")
    assert written == golden.read_text(encoding="utf-8")


def test_the_command_writes_a_file_or_the_terminal(tmp_path: Path) -> None:
    root, out = _root(tmp_path, ""), tmp_path / "party.conf"
    told = CliRunner().invoke(cli, ["server-config", "apache", "party", "--project", str(root)])
    made = CliRunner().invoke(
        cli, ["server-config", "apache", "party", "--project", str(root), "--out", str(out)]
    )
    assert (told.exit_code, made.exit_code) == (0, 0)
    assert told.output == out.read_text(encoding="utf-8")
    assert str(out) in made.output


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nginx", "party"], 1, "D30"),
        (["apache", "nobody"], 2, "nobody"),
        (["caddy", "party"], 2, "caddy"),
    ],
)
def test_what_cannot_be_written_is_said(
    tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    root = _root(tmp_path, CAS)
    answer = CliRunner().invoke(cli, ["server-config", *arguments, "--project", str(root)])
    assert answer.exit_code == code
    assert said in answer.output


def test_an_audience_without_a_server_is_said(tmp_path: Path) -> None:
    root = _root(tmp_path, "servers: {}\n")
    answer = CliRunner().invoke(cli, ["server-config", "apache", "party", "--project", str(root)])
    assert answer.exit_code == 1
    assert "D31" in answer.output


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["apache", "nginx"])
def test_the_servers_take_the_usual_ports_too(tmp_path: Path, kind: str) -> None:
    """Syntax only: 80 and 443 may not be free here. The other tests start what is configured."""
    lab.certificates(tmp_path)
    secrets = tmp_path / "oidc.conf"
    secrets.write_text('OIDCClientSecret "a"\nOIDCCryptoPassphrase "b"\n')
    values = _TEMPLATE | {
        "certificate": f"{tmp_path}/leaf.pem",
        "key": f"{tmp_path}/leaf.key",
        "ca": f"{tmp_path}/ca.pem",
        "sessions": str(lab.give(tmp_path / "sessions")),
        "secrets": str(secrets),
        "backend": "127.0.0.1:8081" if kind == "nginx" else "",
    }
    for oidc in (False, True):
        texts = _texts(tmp_path / str(oidc), values, oidc, oidc)
        assert texts is not None
        server = {"apache": lab.Apache, "nginx": lab.Nginx}[kind]
        made = server(tmp_path / f"run-{oidc}", [texts[kind == "nginx"]], [])
        tried = subprocess.run([*made.command(), "-t"], check=False, capture_output=True, text=True)
        assert re.search("syntax (is )?ok", tried.stdout + tried.stderr, re.IGNORECASE), (
            tried.stderr
        )


def test_only_pagefind_may_compile_and_fetch() -> None:
    assert "wasm-unsafe-eval" in policy("pagefind")
    assert "connect-src 'self'" in policy("pagefind")
    for part in ("wasm", "connect-src", "unsafe-inline", "http"):
        assert part not in policy("exact")


def test_every_module_told_to_enable_is_needed(tmp_path: Path) -> None:
    """Each directive's module is among those of the a2enmod line."""
    for golden in sorted(GOLDEN.glob("apache-*.conf")):
        text = golden.read_text(encoding="utf-8")
        (modules,) = re.findall(r"^#   a2enmod (.*)$", text, re.MULTILINE)
        named = set(modules.split())
        for directive, module in {
            "CASVersion": "auth_cas",
            "OIDCClientID": "auth_openidc",
            "AuthGroupFile": "authz_groupfile",
            "SSLEngine": "ssl",
            "RemoteIPHeader": "remoteip",
        }.items():
            assert (directive in text) == (module in named), (golden.name, directive)


# One setting at a time takes any value at all.
_TEMPLATE = {
    "url": "https://party.example.edu.cn/dwgk/",
    "target": "/srv/dwgk/party",
    "certificate": "/etc/a.pem",
    "key": "/etc/a.key",
    "backend": "127.0.0.1:8081",
    "login": "https://cas.example.edu.cn/cas/login",
    "validate": "https://cas.example.edu.cn/cas/p3/serviceValidate",
    "ca": "/etc/ca.pem",
    "sessions": "/var/cache/a/",
    "metadata": "https://id.example.edu.cn/o",
    "client": "dwgk",
    "secrets": "/etc/dwgk/oidc.conf",
    "scope": "openid",
    "account": "sub",
    "group": "party",
    "file": "/etc/dwgk/groups",
    "attribute": "memberOf",
    "value": "party",
}
_NASTY = st.text(
    alphabet=st.sampled_from([*"aZ0/.:@-_ \t\"'`\\$%{}()<>#;,|&?!*=~^\n\r\x00", "党", "\u2028"]),
    max_size=24,
)


def _yaml(values: dict[str, str], oidc: bool, attribute: bool) -> str:
    def quoted(key: str) -> str:
        text = "".join(
            each if each.isprintable() and each not in '"\\' else f"\\U{ord(each):08x}"
            for each in values[key]
        )
        return f'{key}: "{text}"'

    def table(*keys: str) -> str:
        return "{" + ", ".join(map(quoted, keys)) + "}"

    sign_on = (
        "{oidc: " + table("metadata", "client", "secrets", "scope", "account", "ca") + "}"
        if oidc
        else "{cas: " + table("login", "validate", "ca", "sessions") + "}"
    )
    require = table("attribute", "value") if attribute else table("group", "file")
    lines = [quoted("url"), quoted("target"), quoted("backend")]
    lines += [f"tls: {table('certificate', 'key')}", f"sign_on: {sign_on}", f"require: {require}"]
    return "servers:\n  party:\n" + "".join(f"    {line}\n" for line in lines)


def _bones(text: str) -> list[str]:
    """The first word of each line: what the server is told to do."""
    return [(line.split() or [""])[0] for line in text.splitlines()]


@given(
    st.sampled_from(sorted(_TEMPLATE)),
    _NASTY,
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
@settings(max_examples=200)
def test_no_value_can_say_more_than_itself(
    tmp_path_factory: pytest.TempPathFactory,
    key: str,
    value: str,
    oidc: bool,
    attribute: bool,
    inside: bool,
) -> None:
    """Any text in any setting is a fault, or leaves every other word of the text as it was."""
    value = _TEMPLATE[key][:-1] + value + _TEMPLATE[key][-1] if inside else value
    absent = {"backend": ""} if (key, value.strip()) == ("backend", "") else {}
    plain = _written(tmp_path_factory, _TEMPLATE | absent, oidc, attribute)
    other = _written(tmp_path_factory, _TEMPLATE | {key: value}, oidc, attribute)
    assert plain
    if other is None:
        return
    for mine, theirs in zip(plain, other, strict=True):
        assert _bones(mine) == _bones(theirs)
        assert [line.count('"') for line in mine.splitlines()] == [
            line.count('"') for line in theirs.splitlines()
        ]
        for mark in "$%`\\{};<>":
            assert mine.count(mark) == theirs.count(mark), mark
    paths = [each for each in re.findall(r'"(/[^"]*)"', other[0]) if each.startswith("/srv")]
    assert not [each for each in paths if ".." in each.split("/")]


_FOLDER: list[Path] = []


def _written(
    factory: pytest.TempPathFactory, values: dict[str, str], oidc: bool, attribute: bool
) -> list[str] | None:
    if not _FOLDER:
        _FOLDER.append(factory.mktemp("nasty"))
    return _texts(_FOLDER[0], values, oidc, attribute)


@cache
def _institution(folder: Path) -> Institution:
    institution, faults = read_settings(make_project(folder, {}))
    assert institution is not None, faults
    return institution


def _texts(folder: Path, values: dict[str, str], oidc: bool, attribute: bool) -> list[str] | None:
    """Both configurations of such settings; None where they have a fault."""
    institution, root = _institution(folder), folder / "project"
    (root / SERVERS).write_bytes(_yaml(values, oidc, attribute).encode("utf-8"))
    servers, faults = read_servers(root, institution)
    if has_errors(faults):
        return None
    audience = Audience("party", "党内")
    made = [
        configuration(kind, servers.servers["party"], audience, "exact") for kind in get_args(Kind)
    ]
    return [each for each in made if isinstance(each, str)]
