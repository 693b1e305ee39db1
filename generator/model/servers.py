"""Where each audience's site lives on the institution's servers: ``site_config/servers.yml``.

Private settings: nothing here is content, and no site shows any of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from generator.diagnostics import Span

KEEP = 5
"""Releases kept at a target where nothing else is said."""
VALID_DAYS = 30
"""Days a signed manifest stays valid where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Address:
    """``https://host[:port]/base/``; ``base`` begins and ends with a slash."""

    host: str
    port: int
    base: str

    @property
    def origin(self) -> str:
        """Scheme, host, and the port where it is not the usual one."""
        return f"https://{self.host}" + ("" if self.port == 443 else f":{self.port}")

    @property
    def url(self) -> str:
        """The whole address, with its slash at the end."""
        return self.origin + self.base


@dataclass(frozen=True, slots=True)
class Target:
    """A folder for one audience, here or at ``host`` (``user@host``) over ssh."""

    folder: str
    host: str = ""

    def __str__(self) -> str:
        return f"{self.host}:{self.folder}" if self.host else self.folder


@dataclass(frozen=True, slots=True)
class Tls:
    """The server's certificate chain and its private key, as paths on the server."""

    certificate: str
    key: str


@dataclass(frozen=True, slots=True)
class Cas:
    """Sign-on by CAS 3: where readers sign in, where tickets are validated."""

    login: str
    validate: str
    ca: str
    sessions: str


@dataclass(frozen=True, slots=True)
class Oidc:
    """Sign-on by OpenID Connect. ``secrets`` is a file on the server with the client's secret;
    ``account`` the claim that is the account's name.
    """

    metadata: str
    client: str
    secrets: str
    scope: str
    account: str
    ca: str


@dataclass(frozen=True, slots=True)
class Require:
    """Who of those signed on may read: a group of a group file, those with a value of an
    attribute, or everyone with an account. With nothing said, nobody.
    """

    group: str = ""
    file: str = ""
    attribute: str = ""
    value: str = ""
    everyone: bool = False


@dataclass(frozen=True, slots=True)
class Server:
    """One audience's site in service. ``tls`` None: the host is shared, its owner has the rest.

    ``backend`` (``127.0.0.1:port``) says that nginx stands in front and Apache, which knows the
    sign-on, behind it. ``key`` signs releases; it lies outside the project. ``idle`` and
    ``longest`` are minutes after which readers sign on again.
    """

    audience: str
    address: Address
    target: Target
    span: Span
    keep: int = KEEP
    valid_days: int = VALID_DAYS
    key: str = ""
    tls: Tls | None = None
    backend: str = ""
    sign_on: Cas | Oidc | None = None
    require: Require = Require()
    idle: int = 60
    longest: int = 480


@dataclass(frozen=True, slots=True)
class Notify:
    """Whom to tell when a scheduled run failed; empty where nobody is named.

    ``smtp`` (``host`` or ``host:port``) takes the mail. ``webhook`` is a file on the server whose
    first line is the address to post to: such an address is a password.
    """

    to: tuple[str, ...] = ()
    sender: str = ""
    webhook: str = ""
    smtp: str = "localhost"


@dataclass(frozen=True, slots=True)
class Servers:
    """Everything ``servers.yml`` says, by audience."""

    servers: Mapping[str, Server] = field(default_factory=dict)
    notify: Notify = Notify()
