"""The theme as the site's renderer uses it: MkDocs' own environment, autoescape for our files."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jinja2
import material
from markupsafe import Markup
from mkdocs.theme import Theme

from generator.model.page import Page, SiteFrame

from . import samples

THEME = Path(__file__).parents[2] / "themes" / "disclosure"


def environment() -> jinja2.Environment:
    """MkDocs' environment for Material with our folder in front; escaping for our files only."""
    theme = Theme(name="material", custom_dir=str(THEME))
    env = theme.get_env()
    env.autoescape = lambda name: name is not None and (THEME / name).is_file()
    env.trim_blocks = env.lstrip_blocks = True
    env.undefined = jinja2.StrictUndefined
    return env


def material_css() -> list[str]:
    """Material's stylesheet, as the renderer names it."""
    folder = Path(material.__file__).parent / "templates"
    return [p.relative_to(folder).as_posix() for p in folder.glob("assets/stylesheets/main.*.css")]


def render(
    env: jinja2.Environment,
    page: Page,
    frame: SiteFrame | None = None,
    body: str = samples.BODY,
    **config: Any,
) -> str:
    """One page as text. ``config`` overrides MkDocs' settings."""
    settings: dict[str, Any] = {
        "site_url": "",
        "extra_css": [],
        "extra_javascript": [],
        "theme": SimpleNamespace(favicon="assets/images/favicon.png", logo=None),
    }
    return env.get_template(page.template).render(
        config=SimpleNamespace(**(settings | config)),
        page=SimpleNamespace(url=page.url),
        base_url=".",
        frame=frame or samples.frame(),
        sheet=page,
        data=page.data,
        content=Markup(body) if page.text_digest else "",
        material_css=material_css(),
        search_engine="pagefind",
        pdf=False,
    )


def write_site(root: Path, pages: Iterable[Page], frame: SiteFrame | None = None) -> None:
    """A small site on disk: pages, the theme's assets, Material's stylesheet."""
    env = environment()
    for page in pages:
        target = root / (page.url if page.url.endswith(".html") else f"{page.url}index.html")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(render(env, page, frame), encoding="utf-8")
    shutil.copytree(THEME / "assets", root / "assets", dirs_exist_ok=True)
    source = Path(material.__file__).parent / "templates"
    for path in material_css():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / path, root / path)
