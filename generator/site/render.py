"""MkDocs and Material: pages to HTML files. But for the YAML of configurations the one module that
knows either.

MkDocs' own build keeps every page in memory and renders the navigation on each; here pages
stream through its Markdown, plugin and template machinery one at a time, so memory is flat and
a page costs the same whatever their number. Plugins get the events of a build, with pages one
by one and an empty list of files.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import CodeType
from typing import Any

import jinja2
from jinja2.bccache import Bucket
from markupsafe import Markup
from mkdocs.commands.build import get_context
from mkdocs.config.base import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, MkDocsException
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.theme import Theme
from mkdocs.utils import get_relative_url

from generator.model.edition import PageView
from generator.model.identity import made_by
from generator.model.kept import read_table, write_table
from generator.model.page import ItemData, Page, SiteFrame
from generator.model.shelf import Shelf
from generator.site.configuration import THEME, settings
from generator.site.faults import ConfigurationFault, PageFault, one_line
from generator.site.markup import converter
from generator.site.renditions import OWN, Renditions
from generator.site.sanitise import Sanitiser
from generator.site.tree import Tree

Seen = Callable[[Page, str], None]
"""Called with every page written and its content (sanitised HTML, "" where it has none)."""


class Renderer:
    """One site's MkDocs, loaded once; ``page`` may be called for any pages in any order."""

    def __init__(
        self,
        config_file: Path,
        frame: SiteFrame,
        shelf: Shelf,
        engine: str,
        tree: Tree,
        *,
        pdf: bool = False,
        renditions: Renditions = OWN,
    ) -> None:
        self._frame = frame
        self._shelf = shelf
        self._tree = tree
        self._out = tree.out
        self._config = _load(config_file, tree.out)
        self._engine = engine
        self._pdf = pdf
        self._renditions = renditions
        self._files = Files([])
        self._nav = Navigation([], [])
        _our_theme_first(self._config.theme)
        plugins = self._config.plugins
        plugins.on_startup(command="build", dirty=False)
        self._config = plugins.on_config(self._config)
        plugins.on_pre_build(config=self._config)
        self._files = plugins.on_files(self._files, config=self._config)
        self._nav = plugins.on_nav(self._nav, config=self._config, files=self._files)
        env = _environment(self._config.theme)
        self._env = plugins.on_env(env, config=self._config, files=self._files)
        self._convert = converter(self._config.markdown_extensions, self._config.mdx_configs or {})
        self._material_css = _material_css(self._config)

    @property
    def site_url(self) -> str:
        """The site's address, ending in a slash."""
        return str(self._config.site_url)

    def warm(self) -> None:
        """Read the templates now, so that helpers forked afterwards need not."""
        _read_templates(self._env)

    def static(self) -> None:
        """Copy the theme's own files and Material's style sheets."""
        for folder in reversed(self._config.theme.dirs):
            for path in _assets(Path(folder)):
                self._tree.put(path.relative_to(folder).as_posix(), path.read_bytes())

    def page(self, sheet: Page, seen: Seen) -> list[PageFault]:
        """Write one page; what makes it unfit for publication is returned.

        ``seen`` is told the page's content as it stands there, sanitised.
        """
        config, plugins = self._config, self._config.plugins
        page = self._mkdocs_page(sheet)
        page = plugins.on_pre_page(page, config=config, files=self._files)
        faults = self._fill(page, sheet)
        seen(sheet, page.content or "")
        context: Any = get_context(self._nav, self._files, config, page)
        context.update(
            frame=self._frame,
            sheet=sheet,
            data=sheet.data,
            content=Markup(page.content or ""),
            material_css=self._material_css,
            search_engine=self._engine,
            pdf=self._pdf,
        )
        template = _template(self._env, sheet.template)
        context = plugins.on_page_context(context, page=page, config=config, nav=self._nav)
        output = plugins.on_post_page(_rendered(template, context), page=page, config=config)
        self._tree.put(page.file.dest_uri, output.encode("utf-8"))
        return faults

    def fragment(self, sheet: Page) -> tuple[str, list[PageFault]]:
        """A page's content alone, as it would stand there, and what makes it unfit."""
        page = self._mkdocs_page(sheet)
        page = self._config.plugins.on_pre_page(page, config=self._config, files=self._files)
        faults = self._fill(page, sheet)
        return page.content or "", faults

    def finish(self) -> None:
        """Tell the plugins that the build is over."""
        self._config.plugins.on_post_build(config=self._config)

    def _mkdocs_page(self, sheet: Page) -> MkDocsPage:
        target = address_file(sheet.url)
        file = File.generated(self._config, target.removesuffix(".html") + ".md", content="")
        file.dest_uri = target
        page = MkDocsPage(sheet.title, file, self._config)
        page.meta = dict(sheet.meta)
        return page

    def _fill(self, page: MkDocsPage, sheet: Page) -> list[PageFault]:
        page.content = ""
        if not sheet.text_digest:
            return []
        key = self._renditions.key(page.url, sheet.text_digest, _links(sheet))
        page.content = self._renditions.find(key)
        if page.content is not None:
            return []
        faults = self._make(page, sheet)
        if not faults:
            self._renditions.keep(key, page.content or "")
        return faults

    def _make(self, page: MkDocsPage, sheet: Page) -> list[PageFault]:
        config, plugins, files = self._config, self._config.plugins, self._files
        text = self._shelf.text(sheet.text_digest)
        page.markdown = plugins.on_page_markdown(text, page=page, config=config, files=files)
        safe = Sanitiser(_links(sheet), lambda address: get_relative_url(address, page.url))
        cleaned = safe.clean(self._convert(page.markdown or ""))
        page.content = plugins.on_page_content(cleaned, page=page, config=config, files=files)
        faults = [PageFault(sheet.url, "B01", value) for value in safe.unseen]
        return faults + [PageFault(sheet.url, "B03", value) for value in safe.foreign]


def address_file(url: str) -> str:
    """The file of a site behind a page's address."""
    return f"{url}index.html" if url == "" or url[-1] == "/" else url


def _template(env: jinja2.Environment, name: str) -> jinja2.Template:
    try:
        return env.get_template(name)
    except jinja2.TemplateError as error:
        raise ConfigurationFault(f"{name}: {one_line(error)}") from None


def _rendered(template: jinja2.Template, context: Any) -> str:
    """The page; a fault in a template is the institution's to mend, so it is told as one."""
    try:
        return template.render(context)
    except jinja2.TemplateError as error:
        raise ConfigurationFault(f"{template.name}: {one_line(error)}") from None


def _links(sheet: Page) -> Mapping[str, str]:
    if isinstance(sheet.data, PageView):
        return sheet.data.links
    return sheet.data.item.links if isinstance(sheet.data, ItemData) else {}


def _load(config_file: Path, out: Path) -> MkDocsConfig:
    given = settings(config_file)
    docs = out.with_name(f".{out.name}.docs")
    docs.mkdir(exist_ok=True)
    # MkDocs adds its search plugin where none is named; the search page here is our own.
    plugins: dict[str, Any] = {} if "plugins" in given else {"plugins": []}
    with _complaints() as said:
        try:
            return load_config(str(config_file), docs_dir=str(docs), site_dir=str(out), **plugins)
        except (Abort, MkDocsException) as error:
            raise ConfigurationFault(" ".join(said) or one_line(error)) from None
        finally:
            docs.rmdir()


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """What MkDocs logs while reading a configuration: the reason is there, not in its exception.

    Its warning of keys it does not know (ours) goes nowhere.
    """
    said: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    log = logging.getLogger("mkdocs.config")
    log.addHandler(handler)
    try:
        yield said
    finally:
        log.removeHandler(handler)


def _our_theme_first(theme: Theme) -> None:
    """Our templates go before Material's, and after the institution's own ``custom_dir``."""
    theme.dirs.insert(1 if theme.custom_dir else 0, str(THEME))


class _Compiled(jinja2.BytecodeCache):
    """Templates compiled in this process or in the one it was forked from, by their text."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Let Jinja have the code, if there is any."""
        bucket.code = self.known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it in memory only: an institution's templates lie where others write, too."""
        self.known[bucket.key, bucket.checksum] = bucket.code


_compiled = _Compiled()
_KEPT = Path(__file__).with_name("__pycache__") / "templates"
"""Beside the program's compiled modules: whoever may write there may write the program."""


def compile_templates() -> None:
    """Compile our theme, for sites of processes that are forked from this one; kept and found again
    as Python does with modules.
    """
    with suppress(OSError, ValueError):
        _compiled.known.update(read_table(_KEPT, made_by()))
    found = len(_compiled.known)
    theme = Theme("material")
    _our_theme_first(theme)
    _read_templates(_environment(theme))
    if len(_compiled.known) > found and not sys.dont_write_bytecode:
        with suppress(OSError):
            write_table(_KEPT, made_by(), _compiled.known)


def _read_templates(env: jinja2.Environment) -> None:
    for path in sorted(THEME.rglob("*.html")):
        _template(env, path.relative_to(THEME).as_posix())


def _environment(theme: Theme) -> jinja2.Environment:
    env = theme.get_env()
    env.bytecode_cache = _compiled
    ours = {path.relative_to(THEME).as_posix() for path in THEME.rglob("*.html")}
    # MkDocs renders without escaping; a title is text, never markup.
    env.autoescape = lambda name: name in ours
    env.trim_blocks = env.lstrip_blocks = True
    env.auto_reload = False  # a build reads a template once, not its time for each page
    return env


def _material_css(config: MkDocsConfig) -> list[str]:
    folders = (Path(each) / "assets" / "stylesheets" for each in config.theme.dirs)
    sheets = (sheet for each in folders for sheet in sorted(each.glob("main.*.min.css")))
    return [f"assets/stylesheets/{sheet.name}" for sheet in sheets]


def _assets(folder: Path) -> Iterable[Path]:
    """A theme folder's assets; of Material's only the style sheet, for no script of it runs."""
    if (folder / "partials" / "palette.html").is_file():
        return sorted((folder / "assets" / "stylesheets").glob("main.*.min.css"))
    return sorted(path for path in (folder / "assets").rglob("*") if path.is_file())


def fixed_build_date(epoch: int) -> None:
    """MkDocs reads its build date from the environment; without it outputs carry the clock."""
    os.environ["SOURCE_DATE_EPOCH"] = str(epoch)
