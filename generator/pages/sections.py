"""The pages around the items: home, archive, categories, units, search; all of them in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from generator.model.edition import Edition, Item
from generator.model.outline import Chapter, Outline, loose
from generator.model.page import Anchor, HomeData, ListData, Page, SearchData, SiteFrame
from generator.pages.items import item_chapters
from generator.pages.lists import NEWEST, ToLine, by_year, grouped_list, lines_once
from generator.pages.register import CATALOGUE, catalogue_chapters
from generator.pages.standing import led_to, standing_pages

ARCHIVE = Anchor("历年归档", "archive/")
CATEGORIES = Anchor("分类", "category/")
UNITS = Anchor("责任单位", "unit/")
SEARCH = Anchor("检索", "search/")


def frame(edition: Edition) -> SiteFrame:
    """What every page of the site shares."""
    lists = (Anchor("首页", ""), CATALOGUE, ARCHIVE, CATEGORIES, UNITS, SEARCH)
    sections = (*lists, *led_to(edition, "栏目"))
    return SiteFrame(edition.face, edition.audience, sections, led_to(edition, "页脚"))


def all_pages(edition: Edition) -> Iterator[Page]:
    """Every page of the site, each once, in a fixed order."""
    return (each.page() for each in outlines(edition))


def outlines(edition: Edition) -> Iterator[Outline]:
    """The outlines of all pages, in that order."""
    return (each for chapter in chapters(edition) for each in chapter.outlines())


def chapters(edition: Edition) -> Iterator[Chapter]:
    """The same in chapters."""
    line = lines_once()
    categories = _by_category(edition)
    units = _by_unit(edition)
    yield loose([_home(edition, categories, units, line)])
    yield from catalogue_chapters(edition, line)
    yield from grouped_list(ARCHIVE.url, ARCHIVE.label, edition.items, (), line)
    yield from _groups(CATEGORIES, categories, line)
    yield from _groups(UNITS, units, line)
    yield loose([_search(edition, categories, units), *standing_pages(edition)])
    yield loose([Page("404.html", "404.html", "页面不存在", None)])
    yield from item_chapters(edition, line)


Groups = Mapping[Anchor, Sequence[Item]]


def _by_category(edition: Edition) -> Groups:
    """Categories in the order of the catalogue, then those outside it."""
    order = [row.category for view in edition.catalogues for row in view.rows]
    found: dict[tuple[str, str], list[Item]] = defaultdict(list)
    for item in edition.items:
        found[item.category.title, item.category.slug].append(item)
    place = {category.title: number for number, category in reversed(list(enumerate(order)))}
    last = len(order)
    return dict(
        sorted(
            _grouped(CATEGORIES, found),
            key=lambda each: (place.get(each[0].label, last), each[0].url),
        )
    )


def _by_unit(edition: Edition) -> Groups:
    """Units with items, by the ASCII name of their page."""
    found: dict[tuple[str, str], list[Item]] = defaultdict(list)
    for item in edition.items:
        for unit in item.units:
            found[unit.name, unit.id].append(item)
    return dict(sorted(_grouped(UNITS, found), key=lambda each: each[0].url))


def _grouped(
    section: Anchor, found: Mapping[tuple[str, str], Sequence[Item]]
) -> Iterator[tuple[Anchor, Sequence[Item]]]:
    """Items by what leads to their lists, from those by label and ASCII name."""
    for (label, name), items in found.items():
        yield Anchor(label, f"{section.url}{name}/"), items


def _counted(groups: Groups) -> tuple[Anchor, ...]:
    return tuple(Anchor(each.label, each.url, len(items)) for each, items in groups.items())


def _years(edition: Edition) -> tuple[Anchor, ...]:
    years = by_year(edition.items)
    return tuple(Anchor(f"{y}年", f"archive/{y}/", len(items)) for y, items in years.items())


def _home(edition: Edition, categories: Groups, units: Groups, line: ToLine) -> Page:
    face = edition.face
    data = HomeData(
        latest=tuple(line(item) for item in edition.items[:NEWEST]),
        categories=_counted(categories),
        years=_years(edition),
        units=_counted(units),
        total=len(edition.items),
        standing=led_to(edition, "首页"),
    )
    meta = (("SiteName", f"{face.name}党务公开"), ("SiteIDCode", face.footer.site_code))
    return Page("", "home.html", "首页", data, meta=meta)


def _groups(section: Anchor, groups: Groups, line: ToLine) -> Iterator[Chapter]:
    """A section's landing page (all its groups) and each group's lists."""
    data = ListData(section.label, section.label, _counted(groups), (), len(groups), None)
    yield loose([Page(section.url, "list.html", section.label, data)])
    for each, items in groups.items():
        yield from grouped_list(each.url, each.label, items, (section,), line)


def _search(edition: Edition, categories: Groups, units: Groups) -> Page:
    data = SearchData(
        years=_years(edition),
        categories=_counted(categories),
        units=_counted(units),
        kinds=tuple(sorted({item.kind for item in edition.items})),
    )
    return Page(SEARCH.url, "search.html", SEARCH.label, data)
