"""Edits of disclosures: their texts and attachments, what they refer to, where they lie."""

from __future__ import annotations

import os
import re
import shutil
import unicodedata

from tests.incremental.office import Office, an_edit, keyed, replaced, settle, there_and_back
from tests.laws.lab import approval, dates
from tests.support import item

RENAMED = unicodedata.normalize("NFC", "更名é.md")
PLACES = ("mild-0003.md", "Mild-0003.md", "2026/mild-0003.md", RENAMED)
ADDRESSES = ("", "[x.htm]", "[x.htm/y]", "[old, old/1.html]", "[old/1.html/2]", "[old/1]")


@an_edit
def add(office: Office) -> None:
    office.number()
    name = f"new-{1000 + office.made}"
    scope = office.chance.choice(["党内", "校内", "校内外"])
    day = office.chance.choice(["2021-02-03", "2025-12-30", "2026-05-31", "2026-06-02"])
    text = item(
        name,
        f"新公开的第{office.made}件，参见[机构设置](open-0001.md)。\n",
        title=f"第{office.made}件新事项",
        scope=scope,
        dates=dates(day),
        approval=approval("第一次会议"),
    )
    (office.root / "content" / f"{name}.md").write_text(text, encoding="utf-8")


@an_edit
def change_text(office: Office) -> None:
    path = office.text()
    path.write_text(
        path.read_text(encoding="utf-8") + f"\n补充{office.chance.random()}。\n", "utf-8"
    )


@an_edit
def change_title(office: Office) -> None:
    replaced(
        office.text(), r"(?m)^title: \"?([^\"\n]*)\"?$", rf"title: \1之{office.chance.random()}"
    )


@an_edit
def rescope(office: Office) -> None:
    scope = office.chance.choice(["党内", "校内", "校内外"])
    replaced(office.root / "content/open-0002.md", r"(?m)^scope: .*$", f"scope: {scope}")


@an_edit
def withdraw(office: Office) -> None:
    entry = (
        "lifecycle: [{change: 撤销, date: 2026-04-20, by: 院党委会, "
        "reference: 决定一号, note: 撤下}]\n"
    )
    path = office.text()
    if "lifecycle:" not in path.read_text(encoding="utf-8"):
        replaced(path, r"\A---\n", f"---\n{entry}")


@an_edit
def rename_attachment(office: Office) -> None:
    page = office.root / "content/open-0001.md"
    match = re.search(r"biao\d*\.xlsx", page.read_text(encoding="utf-8"))
    assert match
    name = f"biao{office.chance.randrange(100)}.xlsx"
    if name != match[0]:
        replaced(page, re.escape(match[0]), name)
        (office.root / "content" / match[0]).rename(office.root / "content" / name)


@an_edit
def change_attachment(office: Office) -> None:
    picture = office.chance.choice(sorted((office.root / "content").rglob("*.png")))
    picture.write_bytes(picture.read_bytes() + b"\0")


@an_edit
def remove(office: Office) -> None:
    for path in sorted((office.root / "content").glob("new-*.md"))[:1]:
        path.unlink()


@an_edit
def change_aliases(office: Office) -> None:
    """An old address comes, goes, and becomes a folder where it was a file, or a file again."""
    keyed(office.holding("open-0002"), "aliases", office.chance.choice(ADDRESSES))


@there_and_back
def file_to_folder(office: Office) -> None:
    """Each time the other way round."""
    path = office.holding("open-0002")
    was = "aliases: [x.htm]\n" in path.read_text(encoding="utf-8")
    keyed(path, "aliases", "[x.htm/y, x.htm/z.html]" if was else "[x.htm]")


@there_and_back
def swap_aliases(office: Office) -> None:
    one, other = office.holding("fixed-0012"), office.holding("open-0001")
    was = "aliases: [p, r/s.htm]\n" in one.read_text(encoding="utf-8")
    keyed(one, "aliases", "[r/q]" if was else "[p, r/s.htm]")
    keyed(other, "aliases", "[p, r/s.htm]" if was else "[r/q]")


@an_edit
def change_series(office: Office) -> None:
    path = office.holding("open-0001")
    found = re.search(r'"title": "机构设置工作\d*"', path.read_text(encoding="utf-8"))
    assert found
    replaced(path, found[0], f'"title": "机构设置工作{office.number()}"')


@there_and_back
def join_series(office: Office) -> None:
    path = office.holding("fixed-0012")
    joined = "\nseries: " in path.read_text(encoding="utf-8")
    keyed(path, "series", "" if joined else "{id: shezhi, part: 3}")


@there_and_back
def change_matter(office: Office) -> None:
    """The text told outside is the same matter as the full one inside, or one of its own."""
    path = office.holding("mild-0003")
    same = "\nmatter: baobei\n" in path.read_text(encoding="utf-8")
    keyed(path, "matter", "waichu" if same else "baobei")


@an_edit
def change_relations(office: Office) -> None:
    path = office.holding("open-0002")
    keyed(path, "responds_to", office.chance.choice(["", "open-0001", "fixed-0012"]))
    keyed(path, "interprets", office.chance.choice(["", "open-0001"]))


@there_and_back
def replace_item(office: Office) -> None:
    path = office.holding("fixed-0012")
    replaces = "\nreplaces: " in path.read_text(encoding="utf-8")
    keyed(path, "replaces", "" if replaces else "open-0001")


@an_edit
def change_lifecycle(office: Office) -> None:
    entry = (
        f"{{change: 变更, date: 2026-03-0{office.chance.randrange(4, 9)}, by: 院党委会, "
        f"reference: 第{office.number()}次, note: 改了一处数字{office.made}}}"
    )
    keyed(office.holding("open-0001"), "lifecycle", f"[{entry}]")


@an_edit
def extend(office: Office) -> None:
    path, until = office.holding("ended-0005"), f"2026-0{office.chance.randrange(5, 10)}-20"
    facts = f"date: 2026-04-20, by: 院党委会, reference: 第三次, until: {until}"
    keyed(path, "lifecycle", f"[{{change: 延期, {facts}}}]")
    replaced(path, r'"until": "[^"]*"', f'"until": "{until}"')


@an_edit
def move_text(office: Office) -> None:
    """Into another folder, or to a name that differs in the case or the form of a letter."""
    path = office.holding("mild-0003")
    forms = [unicodedata.normalize(form, RENAMED) for form in ("NFC", "NFD")]
    names = [name for name in (*PLACES, *forms) if office.root / "content" / name != path]
    target = office.root / "content" / office.chance.choice(names)
    target.parent.mkdir(exist_ok=True)
    path.rename(target)


@an_edit
def move_picture(office: Office) -> None:
    """The same of an attachment, which is a picture of the text."""
    path = office.holding("open-0001")
    text = path.read_text(encoding="utf-8")
    found = re.search(r"\]\((\S+\.png)\)", text)
    assert found
    names = ["tu.png", "Tu.png", "tu/tu.png", *("图é.png", unicodedata.normalize("NFD", "图é.png"))]
    name = office.chance.choice([each for each in names if each != found[1]])
    target = office.root / "content" / name
    target.parent.mkdir(exist_ok=True)
    (office.root / "content" / found[1]).rename(target)
    path.write_text(text.replace(found[1], name), encoding="utf-8")


@there_and_back
def swap_ids(office: Office) -> None:
    one, other = office.holding("mild-0003"), office.holding("ended-0005")
    replaced(one, r"(?m)^id: .*$", "id: ended-0005")
    replaced(other, r"(?m)^id: .*$", "id: mild-0003")


@an_edit
def change_in_secret(office: Office) -> None:
    """A text and a picture of the same size and the same time of writing as before."""
    path = office.holding("fixed-0012")
    pictures = sorted((office.root / "content").rglob("*.png"))
    before = {each: each.stat() for each in (path, *pictures)}
    if not replaced(path, "有误", "出错"):
        replaced(path, "出错", "有误")
    for picture in pictures:
        data = bytearray(picture.read_bytes())
        data[-1] ^= 1
        picture.write_bytes(data)
    settle(office)
    for each, facts in before.items():
        assert each.stat().st_size == facts.st_size
        os.utime(each, ns=(facts.st_atime_ns, facts.st_mtime_ns))


@an_edit
def touch(office: Office) -> None:
    """Nothing but the times."""
    for path in office.root.glob("content/*.md"):
        path.touch()


@an_edit
def exchange_texts(office: Office) -> None:
    """Two files swap their names: each is there with times and size that the other had."""
    one, other, by = office.holding("open-0002"), office.text(), office.root / "content/by"
    if one != other:
        for source, target in ((one, by), (other, one), (by, other)):
            source.rename(target)


@an_edit
def copy_texts(office: Office) -> None:
    """As a checkout or a restored backup does: every file another one with the same bytes."""
    folder = office.root / "content"
    shutil.copytree(folder, folder.with_name("copy"))
    shutil.rmtree(folder)
    folder.with_name("copy").rename(folder)
