"""Leaks, planted: each makes one function of the program tell what it must not.

A plant gets ``patch`` (pytest's monkeypatch) and ``world``, a stand-in for whatever a careless
change could reach: the whole corpus, other audiences' editions, the content folder. ``told`` names
what ``dwgk verify`` must find, ``compared`` whether the site differs from its twin's.
"""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import io
import json
import shutil
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from generator import build as conductor
from generator import project as door
from generator import views
from generator.gate.context import Context
from generator.model.edition import Category, Edition, Item, Related
from generator.model.outline import Chapter, Outline, outlined
from generator.model.page import Anchor, ItemData, Line, ListData, MovedData, NoticeData, Page
from generator.pages import lists, sections
from generator.pages.items import item_pages
from generator.site import assemble as site
from generator.site import feeds, survey
from generator.site.exact.write import Texts
from generator.site.order import SiteOrder
from generator.site.render import Renderer
from tests.laws.lab import AS_OF, World

Patch = pytest.MonkeyPatch
Install = Callable[[Patch, World], None]


@dataclass(frozen=True)
class Plant:
    """A leak, what catches it, and what it needs: other audiences' builds first, further
    files of the project.
    """

    leak: str
    install: Install
    told: tuple[str, ...] = ()
    compared: bool = True
    repeated: bool = False
    refused: str = ""
    audiences: tuple[str, ...] = ("public",)
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def caught_by(self) -> str:
        """The last cells of its row in the table."""
        told = f"`verify` {', '.join(self.told)}" if self.told else ""
        compared = "comparison with the twin" if self.compared else ""
        repeated = "two builds of the same" if self.repeated else ""
        refused = f"the build stops with {self.refused}" if self.refused else ""
        return "; ".join(filter(None, (told, compared, repeated, refused)))


PLANTS: list[Plant] = []


def plant(leak: str, *told: str, **more: Any) -> Callable[[Install], Install]:
    """Put a leak on the list."""

    def listed(install: Install) -> Install:
        PLANTS.append(Plant(leak, install, told, **more))
        return install

    return listed


# What several plants do.


def change_pages(patch: Patch, change: Callable[[Page], Iterable[Page]]) -> None:
    """Let every page of the site pass through ``change``."""
    pages = site.outlines
    _outlines(patch, lambda seen: (outlined(p) for q in pages(seen) for p in change(q.page())))


def add_pages(patch: Patch, more: Callable[[], Iterable[Page]]) -> None:
    """Write further pages after the site's own."""
    pages = site.outlines
    _outlines(patch, lambda seen: [*pages(seen), *map(outlined, more())])


def _outlines(patch: Patch, pages: Callable[[Edition], Iterable[Outline]]) -> None:
    """Both for the look at what is to be made and for the making."""
    patch.setattr(survey, "chapters", lambda seen: [Chapter(lambda: pages(seen), None)])
    patch.setattr(site, "outlines", pages)


def change_items(patch: Patch, change: Callable[[Item], Item]) -> None:
    """Let every item of the edition pass through ``change``."""
    project = conductor.project

    def leaky(*order: Any) -> Edition:
        seen = project(*order)
        return dataclasses.replace(seen, items=tuple(map(change, seen.items)))

    patch.setattr(conductor, "project", leaky)


def afterwards(patch: Patch, more: Callable[[SiteOrder], None]) -> None:
    """Do something to the site when its attachments are there."""
    attachments = site._attachments

    def leaky(order: SiteOrder, survey: site.Survey) -> None:
        attachments(order, survey)
        more(order)

    patch.setattr(site, "_attachments", leaky)


def with_data(page: Page, **changes: Any) -> Page:
    return dataclasses.replace(page, data=dataclasses.replace(page.data, **changes))


def hidden_lines(world: World) -> list[Line]:
    return [
        Line(each.id, each.title, f"d/{each.id}/", "", "", date(2023, 5, 4))
        for each in world.hidden
    ]


def bare(pages: Iterable[Page], world: World) -> Iterator[Page]:
    """Pages of hidden items without their texts, which are not on this audience's shelf."""
    hidden = {f"d/{each.id}/" for each in world.hidden}
    for page in pages:
        if page.url in hidden:
            yield dataclasses.replace(page, text_digest="")


def attachments_of(world: World) -> list[Path]:
    return [world.root / each.path for item in world.hidden for each in item.attachments]


# The plants.


@plant("a count on the home page that includes hidden items")
def _count(patch: Patch, world: World) -> None:
    home = sections._home
    patch.setattr(sections, "_home", lambda *of: with_data(home(*of), total=len(world.all)))


@plant("previous and next over all items", "VF01", "VF02", "VF10")
def _neighbours(patch: Patch, world: World) -> None:
    def change(page: Page) -> Iterator[Page]:
        lines = hidden_lines(world)
        mine = isinstance(page.data, ItemData) and lines
        yield with_data(page, older=lines[0]) if mine else page

    change_pages(patch, change)


@plant("a line of the sitemap", "VF01", "VF10")
def _sitemap(patch: Patch, world: World) -> None:
    write = feeds.write_sitemap

    def leaky(seen: Edition, pages: Mapping[str, None], *more: Any) -> None:
        write(seen, {**pages, **{f"d/{each.id}/": None for each in world.hidden}}, *more)

    patch.setattr(feeds, "write_sitemap", leaky)


@plant("a page for a hidden item that nothing links to", "VF01", "VF02")
def _orphan(patch: Patch, world: World) -> None:
    add_pages(patch, lambda: bare(item_pages(world.edition()), world))


@plant("standing pages of another audience in the menus", "VF01", "VF02", "VF10")
def _menus(patch: Patch, world: World) -> None:
    frame = site.frame
    patch.setattr(
        site, "frame", lambda seen: frame(dataclasses.replace(seen, pages=world.edition().pages))
    )


@plant("a record of the exact search", "VF02")
def _record(patch: Patch, world: World) -> None:
    put = Texts.put
    titles = [each.title for each in world.hidden]
    patch.setattr(Texts, "put", lambda self, item, blocks: put(self, item, [*blocks, *titles]))


@plant("a Pagefind fragment of a page that was removed again", "VF02", audiences=("campus",))
def _fragment(patch: Patch, world: World) -> None:
    index = site.pagefind.index

    def leaky(out: Path) -> None:
        made = [out / "d" / f"n{number}" for number, _ in enumerate(world.hidden)]
        for folder, each in zip(made, world.hidden, strict=True):
            folder.mkdir()
            text = f"<html><body data-pagefind-body><h1>{each.title}</h1></body></html>"
            (folder / "index.html").write_text(text, encoding="utf-8")
        index(out)
        for folder in made:
            shutil.rmtree(folder)

    patch.setattr(site.pagefind, "index", leaky)


@plant("an entry of the feed", "VF01", "VF02")
def _entry(patch: Patch, world: World) -> None:
    feed = feeds._feed
    patch.setattr(feeds, "_feed", lambda seen, *more: feed(world.edition(), *more))


@plant("the day the feed was last updated, taken over all items")
def _updated(patch: Patch, world: World) -> None:
    feed = feeds._feed
    newest = max(each.release for each in world.edition().items).isoformat()

    def leaky(seen: Edition, *more: Any) -> bytes:
        first, _, rest = feed(seen, *more).partition(b"<updated>")
        return first + b"<updated>" + newest.encode() + rest[10:]

    patch.setattr(feeds, "_feed", leaky)


@plant("a row of disclosures.json", "VF01", "VF02")
def _json(patch: Patch, world: World) -> None:
    def leaky(order: SiteOrder) -> None:
        path = order.out / "disclosures.json"
        table = json.loads(path.read_text(encoding="utf-8"))
        table["disclosures"] += [{"id": each.id, "title": each.title} for each in world.hidden]
        path.write_text(json.dumps(table), encoding="utf-8")

    afterwards(patch, leaky)


@plant("a row of disclosures.csv", "VF01", "VF02")
def _csv(patch: Patch, world: World) -> None:
    csv, hidden = feeds._csv, [feeds._spelled(each)[1] for each in world.edition().items]
    patch.setattr(feeds, "_csv", lambda rows: csv([*rows, *hidden]))


@plant("another audience's disclosures.json left compressed beside ours", "VF01", "VF02")
def _packed(patch: Patch, world: World) -> None:
    def leaky(order: SiteOrder) -> None:
        rows = json.dumps([feeds._row(each) for each in world.edition().items])
        packed = gzip.compress(rows.encode(), mtime=0)
        (order.out / "disclosures.json.gz").write_bytes(packed)

    afterwards(patch, leaky)


@plant("a hidden address forbidden to robots by name", "VF01")
def _robots(patch: Patch, world: World) -> None:
    robots = feeds._robots
    lines = "".join(f"Disallow: /d/{each.id}/\n" for each in world.hidden)
    patch.setattr(feeds, "_robots", lambda *of: robots(*of) + lines)


@plant("an attachment of a hidden item", "VF04")
def _attachment(patch: Patch, world: World) -> None:
    def leaky(order: SiteOrder) -> None:
        for path in attachments_of(world):
            shutil.copyfile(path, order.out / "d" / "open-0001" / f"more{path.suffix}")

    afterwards(patch, leaky)


@plant("an attachment of a hidden item under another name, inside a zip", "VF04")
def _zipped(patch: Patch, world: World) -> None:
    def leaky(order: SiteOrder) -> None:
        with zipfile.ZipFile(order.out / "assets" / "all.zip", "w") as box:
            for number, path in enumerate(attachments_of(world)):
                box.writestr(zipfile.ZipInfo(f"{number}.bin"), path.read_bytes())

    afterwards(patch, leaky)


@plant("the name of a hidden attachment, offered for saving", "VF03")
def _file_name(patch: Patch, world: World) -> None:
    names = [path.name for path in attachments_of(world)]

    def change(item: Item) -> Item:
        files = (dataclasses.replace(each, download=names[0]) for each in item.attachments)
        return dataclasses.replace(item, attachments=tuple(files)) if names else item

    change_items(patch, change)


@plant("a folder named after a hidden title", "VF02", "VF26")
def _folder(patch: Patch, world: World) -> None:
    def leaky(order: SiteOrder) -> None:
        for each in world.hidden:
            (order.out / each.title).mkdir()
            (order.out / each.title / "index.html").write_text("<p></p>", encoding="utf-8")

    afterwards(patch, leaky)


@plant("the release date of the audience that came first")
def _date(patch: Patch, world: World) -> None:
    first = {
        each.disclosure.id: each.terms["party"].release
        for each in world.approved.items
        if "party" in each.terms
    }
    change_items(patch, lambda item: dataclasses.replace(item, release=first[item.id]))


@plant(
    "rendered pages cached by address across audiences",
    "VF01",
    "VF02",
    audiences=("party", "public"),
)
def _cache(patch: Patch, world: World) -> None:
    cache: dict[str, bytes] = {}
    page = Renderer.page

    def leaky(self: Renderer, sheet: Page, *more: Any) -> Any:
        faults = page(self, sheet, *more)
        name = f"{sheet.url}index.html" if sheet.url in ("", "archive/") else ""
        if name:
            path = self._out / name
            path.write_bytes(cache.setdefault(name, path.read_bytes()))
        return faults

    patch.setattr(Renderer, "page", leaky)


@plant(
    "one shelf for all audiences, published whole", "VF04", "VF05", audiences=("party", "public")
)
def _shelf(patch: Patch, world: World) -> None:
    stock = conductor.stock
    common: list[Path] = []

    def leaky_stock(root: Path, sources: Any, seen: Edition, folder: Path) -> Any:
        common.append(folder)
        return stock(root, sources, seen, folder)

    def leaky(order: SiteOrder) -> None:
        for folder in common:
            for path in (each for each in folder.rglob("*") if each.is_file()):
                shutil.copyfile(path, order.out / "assets" / path.name)

    patch.setattr(conductor, "stock", leaky_stock)
    afterwards(patch, leaky)


@plant("a page of an earlier build left in the folder", "VF01", "VF02")
def _stale(patch: Patch, world: World) -> None:
    add_pages(patch, lambda: bare(item_pages(world.edition("public", date(2026, 4, 15))), world))


HOOK = """from pathlib import Path
def on_post_page(output, page, config):
    for path in sorted((Path(__file__).parent.parent / "content").glob("*.md")):
        output += f"<!-- {path.read_text(encoding='utf-8').split('title: ')[1].splitlines()[0]} -->"
    return output
"""
PUBLIC = """INHERIT: ../mkdocs.yml
site_name: 示例
site_url: https://public.example.edu.cn/dwgk/
"""


@plant(
    "titles in HTML comments, by a MkDocs hook that reads content/",
    "VF02",
    files={"hooks/leak.py": HOOK, "site_config/public.yml": PUBLIC + "hooks: [../hooks/leak.py]\n"},
)
def _comment(patch: Patch, world: World) -> None:
    pass


@plant("the approval record in the register block", "VF07")
def _approval(patch: Patch, world: World) -> None:
    records = {each.id: each.approval for each in world.all}

    def change(item: Item) -> Item:
        record = records[item.id]
        return dataclasses.replace(item, number=record.acts["approved"].reference if record else "")

    change_items(patch, change)


@plant("a title among the keywords of every page's head", "VF02")
def _meta(patch: Patch, world: World) -> None:
    words = ",".join(each.title for each in world.hidden)

    def change(page: Page) -> Iterator[Page]:
        yield dataclasses.replace(page, meta=(*page.meta, ("Keywords", words)))

    change_pages(patch, change)


@plant("a related link to a hidden item", "VF01", "VF02", "VF10")
def _related(patch: Patch, world: World) -> None:
    links = [Related("replaces", True, each.id, each.title) for each in world.hidden]
    change_items(patch, lambda item: dataclasses.replace(item, related=(*item.related, *links)))


@plant("a hidden part of a series", "VF01", "VF02", "VF10")
def _series(patch: Patch, world: World) -> None:
    def change(page: Page) -> Iterator[Page]:
        mine = isinstance(page.data, ItemData) and page.data.item.series
        parts = page.data.parts if isinstance(page.data, ItemData) else ()
        yield with_data(page, parts=(*parts, *hidden_lines(world))) if mine else page

    change_pages(patch, change)


@plant("the name a hidden part gives its series", "VF02")
def _series_name(patch: Patch, world: World) -> None:
    names = [each.series.title for each in world.hidden if each.series]

    def change(page: Page) -> Iterator[Page]:
        told = names and page.template == "series.html"
        yield dataclasses.replace(page, title=names[0]) if told else page

    change_pages(patch, change)


@plant("an empty year in the archive", "VF10")
def _year(patch: Patch, world: World) -> None:
    by_year = lists.by_year
    years = {day.year for each in world.hidden for day in each.release.values()}

    def leaky(items: Sequence[Item]) -> Mapping[int, Sequence[Item]]:
        return {**{year: [] for year in sorted(years)}, **by_year(items)}

    patch.setattr(lists, "by_year", leaky)


@plant("the category of an invisible row")
def _category(patch: Patch, world: World) -> None:
    groups = sections._by_category
    rows = [row for each in world.approved.catalogues for row in each.rows]

    def leaky(seen: Edition) -> Any:
        named = {Anchor(row.category, f"category/{row.id[:2]}/"): () for row in rows}
        known = groups(seen)
        labels = {each.label for each in known}
        return {**known, **{key: value for key, value in named.items() if key.label not in labels}}

    patch.setattr(sections, "_by_category", leaky)


@plant("an invisible row of the catalogue", "VF06")
def _row(patch: Patch, world: World) -> None:
    seen = views._seen

    def leaky(catalogue: Any, audience: str) -> Any:
        now = catalogue.filing.version == "2024-1"
        return iter(catalogue.rows) if now else seen(catalogue, audience)

    patch.setattr(views, "_seen", leaky)


@plant("a version of the catalogue that is yet to begin", "VF06")
def _version(patch: Patch, world: World) -> None:
    look = views.look_at_catalogues
    later = date(2026, 12, 31)
    patch.setattr(door, "look_at_catalogues", lambda all_, who, day: look(all_, who, later))


@plant("what an invisible row said in an earlier version", "VF06")
def _former_row(patch: Patch, world: World) -> None:
    seen = views._seen

    def leaky(catalogue: Any, audience: str) -> Any:
        return (
            iter(catalogue.rows)
            if catalogue.file.endswith("2021.yaml")
            else seen(catalogue, audience)
        )

    patch.setattr(views, "_seen", leaky)


@plant("items numbered by their place among all items")
def _numbering(patch: Patch, world: World) -> None:
    places = {each.id: number for number, each in enumerate(world.all, start=1)}
    change_items(patch, lambda item: dataclasses.replace(item, number=f"第{places[item.id]}号"))


@plant("rows numbered by their place among all rows")
def _row_numbers(patch: Patch, world: World) -> None:
    view = views._row
    rows = [row.id for each in world.approved.catalogues for row in each.rows]

    def leaky(row: Any, *more: Any) -> Any:
        seen = view(row, *more)
        return dataclasses.replace(seen, cells=(str(rows.index(row.id)), *seen.cells[1:]))

    patch.setattr(views, "_row", leaky)


@plant("an embargoed item", "VF01", "VF02", "VF05")
def _embargoed(patch: Patch, world: World) -> None:
    _other_terms(patch, lambda term: dataclasses.replace(term, release=min(term.release, AS_OF)))


@plant("an expired item", "VF01", "VF02", "VF05")
def _expired(patch: Patch, world: World) -> None:
    _other_terms(patch, lambda term: dataclasses.replace(term, last=None))


def _other_terms(patch: Patch, change: Callable[[Any], Any]) -> None:
    project = conductor.project

    def leaky(approved: Any, *more: Any) -> Edition:
        items = tuple(
            dataclasses.replace(
                each, terms={name: change(term) for name, term in each.terms.items()}
            )
            for each in approved.items
        )
        return project(dataclasses.replace(approved, items=items), *more)

    patch.setattr(conductor, "project", leaky)


@plant("the title on the notice of a withdrawn item", "VF02")
def _notice(patch: Patch, world: World) -> None:
    titles = {each.id: each.title for each in world.all}

    def change(page: Page) -> Iterator[Page]:
        gone = isinstance(page.data, NoticeData)
        yield dataclasses.replace(page, title=titles[page.data.notice.id]) if gone else page

    change_pages(patch, change)


@plant("a former address of a hidden item", "VF01", "VF02", "VF10")
def _alias(patch: Patch, world: World) -> None:
    add_pages(
        patch,
        lambda: [
            Page(f"{alias}/", "moved.html", each.title, MovedData(each.title, f"d/{each.id}/"))
            for each in world.hidden
            for alias in each.aliases
        ],
    )


@plant("the clock in a page", compared=False, repeated=True)
def _clock(patch: Patch, world: World) -> None:
    def change(page: Page) -> Iterator[Page]:
        yield dataclasses.replace(page, meta=(*page.meta, ("Generated", str(time.time_ns()))))

    change_pages(patch, change)


@plant("a revision of the whole repository in the manifest")
def _revision(patch: Patch, world: World) -> None:
    manifest = site.manifest
    whole = hashlib.sha256()
    for path in sorted((world.root / "content").rglob("*.*")):
        whole.update(path.read_bytes())

    def leaky(*order: Any) -> str:
        table = json.loads(manifest(*order))
        return json.dumps({**table, "source": whole.hexdigest()}, ensure_ascii=False, indent=1)

    patch.setattr(site, "manifest", leaky)


@plant("the next change of any audience in the manifest")
def _next_change(patch: Patch, world: World) -> None:
    following = conductor.next_change

    def leaky(approved: Any, audience: Any, day: date) -> date | None:
        found = (following(approved, each, day) for each in approved.institution.audiences)
        return min(filter(None, found), default=None)

    patch.setattr(conductor, "next_change", leaky)


@plant("a file of content/ that no item lists", "VF04")
def _unlisted(patch: Patch, world: World) -> None:
    def leaky(order: SiteOrder) -> None:
        if not world.twin:
            (world.root / "content" / "draft.txt").write_text("nobody lists this draft")
        for path in (world.root / "content").glob("*.txt"):
            shutil.copyfile(path, order.out / "d" / "open-0001" / path.name)

    afterwards(patch, leaky)


@plant("a hidden title in the text of an image", "VF02")
def _image(patch: Patch, world: World) -> None:
    def leaky(order: SiteOrder) -> None:
        for path in (order.out / "d").rglob("*.png"):
            chunks = PngImagePlugin.PngInfo()
            chunks.add_itxt("Description", world.hidden[0].title)
            stream = io.BytesIO()
            Image.open(path).save(stream, "PNG", pnginfo=chunks)
            path.write_bytes(stream.getvalue())

    afterwards(patch, leaky)


@plant("a hidden title in the EXIF of a photograph", "VF02")
def _exif(patch: Patch, world: World) -> None:
    def leaky(order: SiteOrder) -> None:
        exif = Image.Exif()
        exif[0x9C9B] = world.hidden[0].title.encode("utf-16-le")  # XPTitle
        Image.new("RGB", (8, 8)).save(order.out / "assets" / "foto.jpg", "JPEG", exif=exif)

    afterwards(patch, leaky)


@plant("an item disclosed on paper only", "VF01", "VF02", "VF05")
def _paper(patch: Patch, world: World) -> None:
    patch.setattr(
        Context,
        "sites",
        lambda self, item, *channel: item.scope.everyone if item.scope else frozenset(),
    )


@plant(
    "an item for a named group, on the site of everybody",
    "VF01",
    "VF02",
    "VF05",
    audiences=("campus",),
)
def _group(patch: Patch, world: World) -> None:
    sites = Context.sites
    patch.setattr(
        Context,
        "sites",
        lambda self, item, *channel: (
            item.scope.reach
            if item.scope and item.scope.needs_group
            else sites(self, item, *channel)
        ),
    )


@plant("a kind of hidden items among the filters of the search page")
def _kind(patch: Patch, world: World) -> None:
    search = sections._search
    kinds = tuple(sorted({each.kind.word for each in world.all if each.kind}))
    patch.setattr(sections, "_search", lambda *of: with_data(search(*of), kinds=kinds))


@plant("a unit that has only hidden items, in the list of units")
def _unit(patch: Patch, world: World) -> None:
    groups = sections._by_unit
    units = {Anchor(u.name, f"unit/{u.id}/"): () for each in world.all for u in each.units}
    patch.setattr(sections, "_by_unit", lambda seen: {**units, **groups(seen)})


@plant("pages of a list counted over all items")
def _pager(patch: Patch, world: World) -> None:
    def change(page: Page) -> Iterator[Page]:
        listed = isinstance(page.data, ListData) and page.data.pager is not None
        yield with_data(page, total=len(world.all)) if listed else page

    change_pages(patch, change)


@plant("the address of a category made from its place in the whole catalogue")
def _slug(patch: Patch, world: World) -> None:
    order = [row.category for each in world.approved.catalogues for row in each.rows]

    def change(item: Item) -> Item:
        slug = f"c{order.index(item.category.title)}" if item.category.title in order else "x"
        return dataclasses.replace(item, category=Category(item.category.title, slug))

    change_items(patch, change)


@plant(
    "the full text of a matter in the place of the one told to all", compared=False, refused="E02"
)
def _matter(patch: Patch, world: World) -> None:
    full = {each.matter: each for each in world.all if each.matter and each in world.hidden}
    sources = {each.id: each for each in world.all}

    def change(item: Item) -> Item:
        other = full.get(sources[item.id].matter)
        return dataclasses.replace(item, text_digest=other.text_digest) if other else item

    change_items(patch, change)
