"""Edits of what stands around the disclosures: pages, catalogue, settings, theme, the day."""

from __future__ import annotations

import re

from tests.incremental.office import DAYS, Office, an_edit, keyed, replaced, there_and_back
from tests.laws.lab import CATALOGUE, ENGINE, INNER_ROW, approval, sheet
from tests.support import page, site_config


@an_edit
def move_day(office: Office) -> None:
    office.day = office.chance.choice(DAYS)


@an_edit
def change_theme(office: Office) -> None:
    sheet = office.root / "own/assets/own.css"
    sheet.write_text(f"p {{ margin: {office.chance.random()}px }}", encoding="utf-8")


@an_edit
def change_template(office: Office) -> None:
    text = f"{{% extends 'base.html' %}}{{% block main %}}{office.chance.random()}{{% endblock %}}"
    (office.root / "own/notice.html").write_text(text, encoding="utf-8")


@an_edit
def change_setting(office: Office) -> None:
    number = f"0000-{office.chance.randrange(10**6, 10**7)}"
    replaced(
        office.root / "site_config/institution.yml", r"telephone: [\d-]+", f"telephone: {number}"
    )


@an_edit
def change_configuration(office: Office) -> None:
    name = office.chance.choice(["party", "campus", "public"])
    path = office.root / "site_config" / f"{name}.yml"
    replaced(path, r"(?m)^site_name: .*$", f"site_name: 党务公开{office.chance.random()}")


@an_edit
def add_standing(office: Office) -> None:
    number = office.number()
    text = page(
        f"第{number}页的办法，先看[机构设置](../open-0001.md)。\n\n[表](biao-{number}.docx)\n",
        title=f"第{number}页说明",
        scope=office.chance.choice(["党内", "校内", "校内外"]),
        order=office.chance.randrange(9),
        nav=office.chance.choice(["[]", "页脚"]),
        attachments=[{"file": f"biao-{number}.docx", "title": "表样"}],
        approval=approval("第一次会议"),
    )
    folder = office.root / "content/pages"
    (folder / f"extra-{number}.md").write_text(text, encoding="utf-8")
    (folder / f"biao-{number}.docx").write_bytes(sheet(f"第{number}张"))


@an_edit
def change_standing(office: Office) -> None:
    path = office.chance.choice(sorted((office.root / "content/pages").glob("*.md")))
    keyed(path, "title", f"说明{office.chance.random()}")
    path.write_text(path.read_text(encoding="utf-8") + "\n又一段。\n", encoding="utf-8")


@an_edit
def change_sheet(office: Office) -> None:
    """Of a standing page."""
    path = office.chance.choice(sorted((office.root / "content/pages").glob("*.docx")))
    path.write_bytes(sheet(f"另一张{office.chance.random()}"))


@an_edit
def remove_standing(office: Office) -> None:
    for path in sorted((office.root / "content/pages").glob("extra-*.md"))[:1]:
        path.with_name(path.stem.replace("extra", "biao") + ".docx").unlink()
        path.unlink()


@an_edit
def new_version(office: Office) -> None:
    """Of the catalogue, with one more row."""
    number = office.number()
    row = f"  - {{id: add-{number}, category: 一、基本情况, title: 新增事项{number}}}\n"
    begins = f"2025-0{office.chance.randrange(1, 9)}-{number % 27 + 1:02}"
    text = CATALOGUE.format(version=f"2025-{number}", effective=begins, inner=INNER_ROW + row)
    folder = office.root / "content/catalogs/history/main"
    (folder / f"2025-{number}.yaml").write_text(text, encoding="utf-8")


@an_edit
def change_row(office: Office) -> None:
    files = sorted((office.root / "content/catalogs/history/main").glob("*.yaml"))
    replaced(files[-1], r"title: 党费管理\w+", f"title: 党费管理第{office.number()}种情况")


@an_edit
def change_filing(office: Office) -> None:
    files = sorted((office.root / "content/catalogs/history/main").glob("*.yaml"))
    line = f"filed: {{to: 上级党委, date: 2026-01-{office.chance.randrange(10, 28)}}}\n"
    replaced(files[-1], r"(?m)\A(filed: .*\n)?", line)


@an_edit
def change_register(office: Office) -> None:
    """Of applications: seen on no site."""
    path = office.root / "registers/applications.yaml"
    path.parent.mkdir(exist_ok=True)
    entry = f"{{number: '{office.number()}', received: 2025-03-03, matter: 某事, outcome: 办理中}}"
    path.write_text(f"applications:\n  - {entry}\n", encoding="utf-8")


@there_and_back
def change_helpers(office: Office) -> None:
    office.cores = 3 - office.cores


@there_and_back
def change_engine(office: Office) -> None:
    """From the exact index to Pagefind's and back."""
    path = office.root / "site_config/public.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(ENGINE, "") if ENGINE in text else text + ENGINE, "utf-8")


@there_and_back
def change_audiences(office: Office) -> None:
    """One more, and each second time one less."""
    path = office.root / "site_config/institution.yml"
    there, line = "campus, alumni, public], aliases", "  - {id: alumni, title: 校友}\n"
    if line in path.read_text(encoding="utf-8"):
        replaced(path, re.escape(line), "")
        replaced(path, re.escape(there), there.replace("alumni, ", ""))
        day, days = r', "alumni": "[\d-]+"', ""
    else:
        replaced(path, r"(?m)^(  - \{id: campus.*\n)", rf"\1{line}")
        replaced(path, re.escape(there.replace("alumni, ", "")), there)
        day, days = r'("campus": )("[\d-]+")', r'\1\2, "alumni": \2'
        (office.root / "site_config/alumni.yml").write_text(site_config("alumni"), "utf-8")
    for text in (office.root / "content").glob("*.md"):
        replaced(text, day, days)
