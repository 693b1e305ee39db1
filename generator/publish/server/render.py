"""Configurations of Apache and nginx for one audience's site: equal settings give equal text.

Who may read is decided by Apache (mod_auth_cas, mod_auth_openidc); nginx serves open sites, or
stands before Apache. Values were matched against lists of allowed characters when they were read
(``source.servers``), so none can end a directive or a quotation.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined

from generator.diagnostics import Diagnostic, fault
from generator.model.institution import Audience
from generator.model.release import MANIFEST, SIGNATURE
from generator.model.servers import Cas, Oidc, Server
from generator.publish.release.issue import NUMBER

Kind = Literal["apache", "nginx"]


_REFUSAL = (
    "不能查阅",
    "您的账号不在本站的查阅范围内，或者地址有误。如有疑问，请与本单位党务公开负责部门联系。",
)
_MISSING = "未找到页面", "您访问的地址不存在。请检查地址，或从首页、公开目录或检索重新查找。"
_YEAR = 365 * 24 * 3600


def configuration(
    kind: Kind, server: Server, audience: Audience, engine: str
) -> str | list[Diagnostic]:
    """The whole text, or why there can be none. ``engine`` is the search engine of the site."""
    if kind == "nginx" and not audience.open and not server.backend:
        return [fault("D30", server.span, audience=audience.id)]
    text = (
        _templates()
        .get_template(f"{kind}.conf.j2")
        .render(
            server=server,
            audience=audience,
            address=server.address,
            base=server.address.base,
            within=re.escape(server.address.base),
            folder=server.target.folder,
            number=NUMBER,
            own_files=(MANIFEST, SIGNATURE),
            headers=headers(server, audience, engine),
            cas=server.sign_on if isinstance(server.sign_on, Cas) else None,
            oidc=server.sign_on if isinstance(server.sign_on, Oidc) else None,
            refusal=_page(*_REFUSAL),
            missing=_page(*_MISSING),
            name=f"dwgk-{audience.id}",
        )
    )
    return re.sub(r"\n{3,}", "\n\n", text)


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("generator.publish.server", "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # no HTML: values were matched when they were read
    )


def _page(title: str, sentence: str) -> str:
    """A page that fits between the quotes of a directive and needs no file of the site."""
    text = (
        "<!doctype html><html lang='zh-CN'><meta name='viewport' content='width=device-width'>"
        f"<title>{title}</title><h1>{title}</h1><p>{sentence}</p>"
    )
    return text.encode("ascii", "xmlcharrefreplace").decode()


def headers(server: Server, audience: Audience, engine: str) -> dict[str, str]:
    """What every answer says to browsers, by name of the header."""
    found = {
        "Content-Security-Policy": policy(engine),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if audience.open:
        found["Referrer-Policy"] = "strict-origin-when-cross-origin"
        found["Cache-Control"] = "no-cache"
    else:
        found["Referrer-Policy"] = "same-origin"
        found["Cache-Control"] = "private, no-store"
        found["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    if server.tls:
        found["Strict-Transport-Security"] = f"max-age={_YEAR}"
    return found


def policy(engine: str) -> str:
    """The Content-Security-Policy of a site: nothing but its own files, no inline script.

    Pagefind compiles WebAssembly and fetches its index in a worker; the exact index needs neither.
    """
    wasm = " 'wasm-unsafe-eval'" if engine == "pagefind" else ""
    parts = [
        "default-src 'none'",
        f"script-src 'self'{wasm}",
        "style-src 'self'",
        "img-src 'self' data:",
        *(["connect-src 'self'", "worker-src 'self'"] if engine == "pagefind" else []),
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
    return "; ".join(parts)
