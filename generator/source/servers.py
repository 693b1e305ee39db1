"""``site_config/servers.yml``: servers of the sites. Optional, private, no build opens it.

Every value ends up in the configuration of a web server, so each must match a list of allowed
characters: nothing that could end a directive, quote, or expand a variable gets through.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from generator.diagnostics import Diagnostic
from generator.model.institution import Audience, Institution
from generator.model.servers import (
    KEEP,
    VALID_DAYS,
    Address,
    Cas,
    Notify,
    Oidc,
    Require,
    Server,
    Servers,
    Target,
    Tls,
)
from generator.source.project import read_sheet
from generator.source.sheet import Fields

SERVERS = "site_config/servers.yml"

_KEYS = (
    "url",
    "target",
    "keep",
    "valid_days",
    "key",
    "host",
    "tls",
    "backend",
    "sign_on",
    "require",
    "idle",
    "longest",
)
_SIGN_ONS = {
    "cas": ("login", "validate", "ca", "sessions"),
    "oidc": ("metadata", "client", "secrets", "scope", "account", "ca"),
}
_CA = "/etc/ssl/certs/ca-certificates.crt"
_SESSIONS = "/var/cache/apache2/mod_auth_cas/"

_HOST = r"[a-z0-9]+(?:[.-][a-z0-9]+)*"
_ADDRESS = re.compile(rf"https://({_HOST})(?::([0-9]{{1,5}}))?(/(?:[A-Za-z0-9_-]+/)*)")
_URL = re.compile(rf"https://{_HOST}(?::[0-9]{{1,5}})?(?:/[A-Za-z0-9._~-]+)*/?")
_PATH = re.compile(r"(?:/(?!\.\.?(?:/|$))[A-Za-z0-9._+-]+)+/?")
_REMOTE = re.compile(rf"([a-z_][a-z0-9_-]*@{_HOST}):(/.*)")
_BACKEND = re.compile(r"127\.0\.0\.1:([0-9]{1,5})")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@/-]*")
_SCOPE = re.compile(r"[A-Za-z0-9_.:/-]+(?: [A-Za-z0-9_.:/-]+)*")
_VALUE = re.compile(r"[\w（）()·.@,=-]+(?: [\w（）()·.@,=-]+)*")
_SMTP = re.compile(rf"{_HOST}(?::[0-9]{{1,5}})?")
_MAIL = re.compile(rf"[A-Za-z0-9._+-]+@{_HOST}")


def read_servers(root: Path, institution: Institution) -> tuple[Servers, list[Diagnostic]]:
    """The servers of a project and every fault of their file; no file is no fault."""
    if not (root / SERVERS).is_file():
        return Servers(), []
    sheet, faults = read_sheet(root, SERVERS)
    if sheet is None:
        return Servers(), faults
    fields = sheet.fields(("servers", "notify"))
    audiences = {each.id: each for each in institution.audiences}
    table = fields.map("servers", tuple(audiences))
    found = {name: _server(table.map(name, _KEYS), audiences[name]) for name in table.names()}
    _apart(table, found)
    notify = _notify(fields.map("notify", ("to", "from", "smtp", "webhook")))
    return Servers(found, notify), sheet.faults


def _matching(pattern: re.Pattern[str]) -> Callable[[str], str | None]:
    return lambda text: text if pattern.fullmatch(text) else None


def _path(fields: Fields, key: str, default: str = "") -> str:
    return fields.parsed(key, _matching(_PATH), "S29") or default


def _link(fields: Fields, key: str) -> str:
    return fields.parsed(key, _matching(_URL), "S28") or ""


def _name(fields: Fields, key: str, pattern: re.Pattern[str] = _NAME) -> str:
    return fields.parsed(key, _matching(pattern), "S37") or ""


def _number(fields: Fields, key: str, default: int, most: int) -> int:
    def parse(text: str) -> int | None:
        return int(text) if text.isascii() and text.isdigit() and 1 <= int(text) <= most else None

    text = fields.text(key)
    number = parse(text) if text else default
    if number is None:
        fields.fail("S30", key, key=key, value=text, most=most)
    return number or default


def _server(fields: Fields, audience: Audience) -> Server:
    fields.require("url", "target")
    shared = fields.word("host", ("own", "shared"), "host") == "shared"
    _fitting(fields, audience, shared)
    node = fields.at()
    assert node is not None  # a mapping names it
    return Server(
        audience=audience.id,
        address=fields.parsed("url", _address, "S28") or Address("", 443, "/"),
        target=fields.parsed("target", _target, "S29") or Target(""),
        span=fields.sheet.span(node),
        keep=_number(fields, "keep", KEEP, 1000),
        valid_days=_number(fields, "valid_days", VALID_DAYS, 3660),
        key=_path(fields, "key"),
        tls=None if shared else _tls(fields),
        backend=fields.parsed("backend", _backend, "S31") or "",
        sign_on=_sign_on(fields),
        require=_require(fields),
        idle=_number(fields, "idle", 60, 1440),
        longest=_number(fields, "longest", 480, 10080),
    )


def _fitting(fields: Fields, audience: Audience, shared: bool) -> None:
    """An open site has no sign-on, any other has one and says who may read; unsure is closed."""
    if audience.open:
        for key in ("sign_on", "require", "backend"):
            if key in fields:
                fields.fail("S34", key, key=key, audience=audience.id)
    else:
        fields.require("sign_on", "require")
    if not shared:
        fields.require("tls")
    elif "tls" in fields:
        fields.fail("S33", "tls", key="tls", other="host: shared")


def _address(text: str) -> Address | None:
    match = _ADDRESS.fullmatch(text)
    if match is None or not 0 < int(match[2] or 443) < 65536:
        return None
    return Address(match[1], int(match[2] or 443), match[3])


def _target(text: str) -> Target | None:
    remote = _REMOTE.fullmatch(text)
    folder = remote[2] if remote else text
    if not _PATH.fullmatch(folder):
        return None
    return Target(folder.rstrip("/"), remote[1] if remote else "")


def _backend(text: str) -> str | None:
    """A port of this machine only: what passes there is not encrypted."""
    match = _BACKEND.fullmatch(text)
    return text if match and 0 < int(match[1]) < 65536 else None


def _tls(fields: Fields) -> Tls:
    tls = fields.map("tls", ("certificate", "key"))
    tls.require("certificate", "key")
    return Tls(_path(tls, "certificate"), _path(tls, "key"))


def _sign_on(fields: Fields) -> Cas | Oidc | None:
    if "sign_on" not in fields:
        return None
    choice = fields.map("sign_on", tuple(_SIGN_ONS))
    names = list(choice.names())
    if len(names) != 1:
        fields.fail("S32", "sign_on", key="sign_on", choices="cas、oidc")
        return None
    each = choice.map(names[0], _SIGN_ONS[names[0]])
    if names[0] == "cas":
        each.require("login", "validate")
        sessions = _path(each, "sessions", _SESSIONS).rstrip("/") + "/"
        return Cas(_link(each, "login"), _link(each, "validate"), _path(each, "ca", _CA), sessions)
    each.require("metadata", "client", "secrets")
    return Oidc(
        metadata=_link(each, "metadata"),
        client=_name(each, "client"),
        secrets=_path(each, "secrets"),
        scope=_name(each, "scope", _SCOPE) or "openid",
        account=_name(each, "account") or "sub",
        ca=_path(each, "ca", _CA),
    )


def _require(fields: Fields) -> Require:
    """A group of a file, an attribute's value, or in so many words every account."""
    if fields.is_text("require"):
        return Require(everyone=fields.word("require", ("any",), "require") == "any")
    chosen = fields.map("require", ("group", "file", "attribute", "value"))
    keys = {"group", "file"} if "group" in chosen else {"attribute", "value"}
    if "require" in fields and set(chosen.names()) != keys:
        fields.fail(
            "S32", "require", key="require", choices="group 和 file、attribute 和 value、any"
        )
    chosen.require(*sorted(keys))
    return Require(
        group=_name(chosen, "group"),
        file=_path(chosen, "file"),
        attribute=_name(chosen, "attribute"),
        value=_name(chosen, "value", _VALUE),
    )


def _apart(table: Fields, found: dict[str, Server]) -> None:
    """No two sites at one address, in one folder, or behind one port; and not nginx before one
    and Apache before the other at the same port of one machine.
    """
    seen: dict[tuple[str, str], str] = {}
    fronts: dict[tuple[str, int], str] = {}
    for name, server in found.items():
        marks = {"url": server.address.url, "target": str(server.target), "backend": server.backend}
        for key, value in marks.items():
            other = seen.setdefault((key, value), name)
            if value and other != name:
                table.fail("S35", name, key=key, value=value, other=other)
        if server.tls and server.sign_on:
            front = found[fronts.setdefault((server.target.host, server.address.port), name)]
            if bool(front.backend) != bool(server.backend):
                table.fail("S39", name, other=front.audience, port=server.address.port)


def _notify(fields: Fields) -> Notify:
    to = tuple(text for text, _ in fields.texts("to") if _mail(fields, "to", text))
    sender = fields.text("from")
    return Notify(
        to=to,
        sender=sender if _mail(fields, "from", sender) else "",
        webhook=_path(fields, "webhook"),
        smtp=_name(fields, "smtp", _SMTP) or "localhost",
    )


def _mail(fields: Fields, key: str, text: str) -> bool:
    if text and not _MAIL.fullmatch(text):
        fields.fail("S38", key, key=key, value=text)
        return False
    return bool(text)
