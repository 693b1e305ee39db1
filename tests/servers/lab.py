"""Real servers on loopback, started on the configurations that ``dwgk server-config`` writes.

``Apache`` and ``Nginx`` take the generated texts as they are: the frame around them is what a
freshly installed Debian has. Settings (``servers.yml``) alone bring ports and paths.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import connection

_MODULES = Path("/usr/lib/apache2/modules")
_NGINX_TYPES = Path("/etc/nginx/mime.types")


def free_ports(count: int) -> list[int]:
    """Ports nobody uses, each another."""
    held = [socket.socket() for _ in range(count)]
    for each in held:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


def certificates(folder: Path) -> None:
    """A certificate authority (``ca.pem``) and a certificate of it for the names of the lab."""
    names = ("id", "party", "campus", "public", "www", "localhost")
    alternatives = ",".join(f"DNS:{name}.localhost" for name in names) + ",IP:127.0.0.1"
    curve = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 7".split()
    authority = "-addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign"
    _openssl(
        folder, "req -x509 -keyout ca.key -out ca.pem -subj /CN=lab", *authority.split(), *curve
    )
    extensions = f"subjectAltName={alternatives}\nextendedKeyUsage=serverAuth\n"
    (folder / "extensions").write_text(extensions)
    request = (
        "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout leaf.key -out leaf.csr"
    )
    _openssl(folder, request, "-subj", "/CN=leaf")
    sign = "x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 7"
    _openssl(folder, sign, "-extfile", "extensions", "-out", "leaf.pem")
    for path in folder.iterdir():
        path.chmod(0o644)


def _openssl(folder: Path, words: str, *more: str) -> None:
    command = ["openssl", *words.split(), *more]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def servant() -> dict[str, str]:
    """Whom a server runs as: never root, who could read what others may not."""
    return {"user": "www-data", "group": "www-data"} if os.geteuid() == 0 else {}


def give(path: Path) -> Path:
    """A folder in which the servers may write."""
    path.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        owner = pwd.getpwnam("www-data")
        os.chown(path, owner.pw_uid, owner.pw_gid)
    return path


class Server:
    """A server process with its folder; ``with`` starts and stops it."""

    def __init__(self, folder: Path, ports: Iterable[int]) -> None:
        self.folder = give(folder)
        self.ports = tuple(ports)
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        """What runs in the foreground."""
        raise NotImplementedError

    def start(self) -> None:
        """Start it and wait until it listens everywhere."""
        with (self.folder / "said").open("ab") as said:
            self._process = subprocess.Popen(
                self.command(), stdout=said, stderr=said, cwd="/", **servant()
            )
        deadline = time.monotonic() + 60
        while not all(map(_listening, self.ports)):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"{type(self).__name__} does not start: {self.log()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(60)
            self._process = None

    def log(self) -> str:
        """What it wrote."""
        found = [self.folder / name for name in ("said", "error.log")]
        return "".join(each.read_text("utf-8", "replace") for each in found if each.exists())

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


class Apache(Server):
    """Apache with the modules that the configurations tell to enable, and no others.

    ``sites`` are whole configurations; ``shared`` maps a port to one for a host of somebody else.
    """

    def __init__(
        self,
        folder: Path,
        sites: Iterable[str],
        ports: Iterable[int],
        shared: Mapping[int, str] | None = None,
        tls: Path | None = None,
    ) -> None:
        super().__init__(folder, [*ports, *(shared or {})])
        texts = [*sites, *(shared or {}).values()]
        modules = {"mpm_event"}
        for text in texts:
            modules.update(re.findall(r"^#   a2enmod (.*)$", text, re.MULTILINE)[0].split())
        if shared:
            modules.add("ssl")
        lines = [
            f'ServerRoot "{folder}"\nDefaultRuntimeDir "{folder}"\nPidFile pid\nErrorLog error.log',
            "ServerName localhost\nTypesConfig /etc/mime.types\nLogLevel warn",
            "ThreadsPerChild 25\nStartServers 1\nMaxRequestWorkers 50",
            *map(_load, sorted(modules, key=_rank)),
            '<Directory "/">\n  Options FollowSymLinks\n  AllowOverride None\n'
            "  Require all denied\n</Directory>",
        ]
        for number, text in enumerate(texts):
            path = folder / f"site-{number}.conf"
            path.write_text(text, encoding="utf-8")
            if number < len(texts) - len(shared or {}):
                lines.append(f'Include "{path}"')
                continue
            port = list(shared or {})[number - len(texts)]
            lines.append(
                f"Listen {port}\n<VirtualHost *:{port}>\nSSLEngine on\n"
                f'SSLCertificateFile "{tls}/leaf.pem"\nSSLCertificateKeyFile "{tls}/leaf.key"\n'
                f'Include "{path}"\n</VirtualHost>'
            )
        (folder / "apache.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def command(self) -> list[str]:
        return [_program("apache2"), "-f", str(self.folder / "apache.conf"), "-DFOREGROUND"]


def _load(module: str) -> str:
    return f"LoadModule {module}_module {_MODULES}/mod_{module}.so"


def _rank(module: str) -> tuple[bool, str]:
    return (not module.startswith(("mpm_", "auth", "socache", "filter")), module)


class Nginx(Server):
    """nginx with whole configurations; ``shared`` maps a port to one for somebody else's host."""

    def __init__(
        self,
        folder: Path,
        sites: Iterable[str],
        ports: Iterable[int],
        shared: Mapping[int, str] | None = None,
        tls: Path | None = None,
    ) -> None:
        super().__init__(folder, [*ports, *(shared or {})])
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        parts = [f"{kind}_temp_path {folder}/{kind};" for kind in kinds]
        parts += [f"include {_NGINX_TYPES};", "access_log off;"]
        for number, text in enumerate(sites):
            path = folder / f"site-{number}.conf"
            path.write_text(text, encoding="utf-8")
            parts.append(f"include {path};")
        for port, text in (shared or {}).items():
            path = folder / f"shared-{port}.conf"
            path.write_text(text, encoding="utf-8")
            parts.append(
                f"server {{ listen {port} ssl; ssl_certificate {tls}/leaf.pem;"
                f" ssl_certificate_key {tls}/leaf.key; include {path}; }}"
            )
        text = (
            f"daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 2;\n"
            "events { worker_connections 512; }\nhttp {\n" + "\n".join(parts) + "\n}\n"
        )
        (folder / "nginx.conf").write_text(text, encoding="utf-8")

    def command(self) -> list[str]:
        log = ["-e", str(self.folder / "error.log")]
        return [_program("nginx"), "-c", str(self.folder / "nginx.conf"), *log]


def _program(name: str) -> str:
    path = os.environ.get("PATH", "") + ":/usr/sbin"
    found = shutil.which(name, path=path)
    assert found, f"{name} is missing: sh tests/system-packages.sh"
    return found


def put_in_service(target: Path, site: Path, manifest: Path, audience: str) -> Path:
    """A release of ``site`` at ``target``, in the form every deployment gives it, and the switch.

    For tests of the servers alone; what a deployment owes beside it is tested with the deployment.
    """
    releases = target / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    number = len(list(releases.iterdir())) + 1
    release = releases / f"{number:06d}"
    shutil.copytree(site, release / "site")
    shutil.copyfile(manifest, release / "build.json")
    shutil.copyfile(manifest, release / "dwgk-release.json")
    (release / "dwgk-release.json.sig").write_text("signature\n")
    (release / "number").write_text(f"{number:06d}\n")
    (target / "dwgk-target.json").write_text(f'{{"audience": "{audience}", "format": 1}}\n')
    switch(target, number)
    return release


def switch(target: Path, number: int) -> None:
    """Put the release ``number`` of a target into service."""
    link = target / ".current"
    link.symlink_to(f"releases/{number:06d}")
    link.rename(target / "current")


@contextmanager
def local_names() -> Iterator[None]:
    """``*.localhost`` leads here in this process too, as in browsers and libcurl."""
    usual = connection.create_connection

    def here(address: tuple[str, int], *rest: Any, **more: Any) -> Any:
        host, port = address
        return usual(("127.0.0.1" if host.endswith("localhost") else host, port), *rest, **more)

    connection.create_connection = here
    try:
        yield
    finally:
        connection.create_connection = usual


class Visitor:
    """Somebody with a browser's cookies, and an account or none."""

    def __init__(self, authority: Path, account: str = "") -> None:
        self.account = account
        self.session = requests.Session()
        self.session.verify = str(authority)
        self.session.trust_env = False
        self.session.headers["Accept"] = "text/html,*/*"
        self.session.mount("https://", HTTPAdapter(pool_maxsize=4))

    def ask(self, url: str, **more: Any) -> requests.Response:
        """One request, redirections not followed."""
        return self.session.get(url, allow_redirects=False, timeout=30, **more)

    def open(self, url: str) -> requests.Response:
        """As a reader does: follow redirections, fill the sign-on form where one is shown."""
        answer = self.session.get(url, timeout=30)
        for _ in range(2):
            form = re.search(r'<form[^>]*method="?post', answer.text)
            if not self.account or form is None or "assword" not in answer.text:
                return answer
            given = re.findall(r'name="(\w+)" value="([^"]*)"', answer.text)
            fields = {name: unescape(value) for name, value in given}
            fields |= {"username": self.account, "password": f"pw-{self.account}"}
            action = re.search(r'<form[^>]*action="([^"]+)"', answer.text)
            place = urljoin(answer.url, action[1]) if action else answer.url
            answer = self.session.post(
                place, data=fields, headers={"Referer": answer.url}, timeout=30
            )
        return answer
