"""An identity provider for tests: CAS 3 and OpenID Connect, real implementations, one process.

``python -m tests.servers.idp FOLDER PORT CERTIFICATE KEY REDIRECT…`` serves
``https://id.localhost:PORT/cas/`` (django-cas-server) and ``…/o/`` (django-oauth-toolkit, PKCE
demanded) on loopback, with TLS. Accounts are in ``ACCOUNTS``; passwords ``pw-<account>``.
"""

# ruff: noqa: PLC0415 - Django must be configured before its parts are imported
from __future__ import annotations

import socket
import ssl
import subprocess
import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

HOST = "id.localhost"
CLIENT, SECRET = "dwgk-test", "only-for-tests-0123456789abcdef"
ACCOUNTS: dict[str, dict[str, Any]] = {
    "member": {"memberOf": ["campus", "party"], "politicalStatus": "中共党员"},
    "teacher": {"memberOf": ["campus"], "politicalStatus": "群众"},
    "applicant": {"memberOf": ["campus", "party-applicant"], "politicalStatus": "入党积极分子"},
    "bare": {},
}
"""Account → attributes. The applicant's group begins like the one that may read; the bare account
has no attributes at all.
"""


def configure(folder: Path) -> None:
    """Django for both protocols, its state in ``folder``."""
    from django.conf import settings

    key = folder / "signing.key"
    if not key.exists():
        command = ["openssl", "genrsa", "-out", str(key), "2048"]
        subprocess.run(command, check=True, capture_output=True)
    apps = ("admin", "auth", "contenttypes", "sessions", "messages", "staticfiles")
    engine = "django.template.backends.django.DjangoTemplates"
    context = "django.contrib.{}.context_processors.{}"
    processors = ["django.template.context_processors.request"]
    processors += [context.format("auth", "auth"), context.format("messages", "messages")]
    plain = (
        "django.template.loaders.locmem.Loader",
        {"registration/login.html": "<form method=post>{% csrf_token %}{{ form }}<button>登录"},
    )
    loaders = [plain, "django.template.loaders.app_directories.Loader"]
    options = {"loaders": loaders, "context_processors": processors}
    settings.configure(
        SECRET_KEY="only-for-tests",
        ALLOWED_HOSTS=[HOST],
        INSTALLED_APPS=[
            *(f"django.contrib.{each}" for each in apps),
            "cas_server",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.middleware.common.CommonMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[{"BACKEND": engine, "OPTIONS": options}],
        MIGRATION_MODULES=dict.fromkeys([*apps, "cas_server", "oauth2_provider"]),  # tables at once
        ROOT_URLCONF="tests.servers.idp_urls",
        STATIC_URL="/static/",
        LOGIN_URL="/login/",
        USE_TZ=True,
        LANGUAGE_CODE="en",
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(folder / "idp.sqlite3"),
                "OPTIONS": {"timeout": 20},
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        CAS_AUTH_CLASS="tests.servers.idp_urls.CasAccount",
        CAS_NEW_VERSION_HTML_WARNING=False,
        CAS_SLO_TIMEOUT=5,
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_RSA_PRIVATE_KEY": key.read_text(),
            "OAUTH2_VALIDATOR_CLASS": "tests.servers.idp_urls.Claims",
            "SCOPES": {"openid": "sign-on", "groups": "attributes"},
            "PKCE_REQUIRED": True,
        },
    )
    import django

    django.setup()


def fill(redirects: list[str]) -> None:
    """The database: accounts, the sites as CAS services and as one OIDC client."""
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)
    from cas_server.models import ServicePattern
    from django.contrib.auth.models import User
    from oauth2_provider.models import Application

    pattern = r"^https://[a-z-]+\.localhost:\d+/"
    sites = ServicePattern.objects.create(name="sites", pattern=pattern, single_log_out=True)
    for name in ("memberOf", "politicalStatus"):
        sites.attributs.create(name=name)
    for name in ACCOUNTS:
        User.objects.create_user(name, password=f"pw-{name}")
    Application.objects.create(
        client_id=CLIENT,
        client_secret=SECRET,
        client_type="confidential",
        authorization_grant_type="authorization-code",
        redirect_uris=" ".join(redirects),
        skip_authorization=True,
        algorithm="RS256",
    )


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64
    context: ssl.SSLContext

    def finish_request(self, request: Any, address: Any) -> None:
        """TLS is spoken in the thread of the request: a silent client holds up nobody."""
        try:
            with self.context.wrap_socket(request, server_side=True) as spoken:
                super().finish_request(spoken, address)
        except OSError:
            return

    def handle_error(self, request: Any, address: Any) -> None:
        """A client that went away is no news."""


class _Quiet(WSGIRequestHandler):
    def get_environ(self) -> dict[str, Any]:
        return {**super().get_environ(), "HTTPS": "on"}

    def log_message(self, format: str, *args: object) -> None:
        pass


def main(folder: str, port: str, certificate: str, key: str, *redirects: str) -> None:
    """Serve until ended; says ``ready`` when it does."""
    usual = socket.getaddrinfo  # single logout calls the sites by names that have no entry

    def here(host: Any, *rest: Any, **more: Any) -> Any:
        return usual("127.0.0.1" if str(host).endswith(".localhost") else host, *rest, **more)

    socket.getaddrinfo = here
    configure(Path(folder))
    fill(list(redirects))
    from django.core.wsgi import get_wsgi_application

    server = _Server(("127.0.0.1", int(port)), _Quiet)
    server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.context.load_cert_chain(certificate, key)
    server.base_environ["HTTPS"] = "on"
    server.set_app(get_wsgi_application())
    print("ready", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
