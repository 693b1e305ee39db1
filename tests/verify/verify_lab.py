"""A small project, and tiny finished sites laid by hand, into which leaks are planted."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from generator.diagnostics import Diagnostic, hint, message
from generator.publish.verify import verify

AS_OF = "2026-03-01"
INSTITUTION = """
name: 示例职业技术学院
audiences:
  - {id: party, title: 党内}
  - {id: campus, title: 校内}
  - {id: public, title: 社会, open: true}
scopes:
  党内: {audiences: [party]}
  校内: {audiences: [party, campus]}
  校内外: {audiences: [party, campus, public], aliases: [社会]}
  校内一定范围: {audiences: [party, campus], group: required}
forms:
  网站: {channel: web, aliases: [网络]}
  公开栏: {channel: board}
  文件: {channel: paper}
units:
  - {id: dzb, name: 党政办公室}
kinds:
  通报: {}
  公示: {until: required}
workflow:
  proposed: {title: 提出}
  approved: {title: 审批}
"""
CATALOG = """
title: 示例职业技术学院党务公开目录
scope: 校内外
items:
  - {id: jbqk-01, category: 一、基本情况, title: 党委工作机构设置情况, forms: 网站, scope: 校内外}
  - {id: gbxb-07, title: 后备干部考察与谈话安排, forms: 网站, scope: 党内, visible: 党内}
"""
APPROVAL = """approval:
  proposed: {{by: 党政办公室, date: 2026-01-03}}
  approved: {{by: 示例党委常务委员会, date: 2026-01-05, reference: {reference}}}
  digest: sha256:{digest}
"""
DIGEST = "5c" * 32
REFERENCE = "院常字第二十七号会议纪要"

SECRET_TITLE = "关于后备干部人选酝酿情况的通报"
SECRET_TEXT = "经酝酿产生的初步人选共十九名，将于四月上旬逐一谈话了解。"
SECRET_CELL = "因健康原因不再列入考察范围的人员"
SECRET_FILE = "谈话人选名册.xlsx"
SECRET_FILE_TITLE = "第一批谈话人选名册"
SECRET_BYTES = b"pretend workbook of the inner circle"
SECRET_ROW = "后备干部考察与谈话安排"
OPEN_TITLE = "党委工作机构设置一览"
OPEN_TEXT = "学院党委设办公室、组织部、宣传部和统战部四个工作机构。"


@dataclass
class Lab:
    """A project and a ``dist`` folder under ``root``."""

    root: Path

    @property
    def dist(self) -> Path:
        return self.root / "dist"

    def item(self, name: str, title: str, body: str, **keys: str) -> None:
        """Write an item; ``keys`` are lines of front matter, ``digest=""`` leaves it unapproved."""
        digest = keys.pop("digest", DIGEST)
        head = {
            "id": name,
            "title": title,
            "catalog": "jbqk-01",
            "scope": "校内外",
            "period": '"2026"',
            "unit": "党政办公室",
            "dates": "{written: 2026-01-02, release: 2026-01-10, until: 永久}",
        } | keys
        lines = "".join(f"{key}: {value}\n" for key, value in head.items())
        approval = APPROVAL.format(reference=REFERENCE, digest=digest) if digest else ""
        path = self.root / f"content/{name}.md"
        path.write_text(f"---\n{lines}{approval}---\n{body}\n", encoding="utf-8")

    def put(self, path: str, data: bytes | str, audience: str = "public") -> None:
        """Lay a file into a site."""
        target = self.dist / audience / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data.encode() if isinstance(data, str) else data)

    def page(self, path: str, inner: str, audience: str = "public") -> None:
        """Lay a page into a site."""
        text = f"<!doctype html><html><head><title>示例</title></head><body>{inner}</body></html>"
        self.put(path, text, audience)

    def seal(self, site_of: str = "public", **changes: object) -> None:
        """Write the manifest of a site as it is now."""
        site = self.dist / site_of
        files = {
            each.relative_to(site).as_posix(): hashlib.sha256(each.read_bytes()).hexdigest()
            for each in sorted(site.rglob("*"))
            if each.is_file() and not each.is_symlink()
        }
        manifest = {"format": 1, "audience": site_of, "as_of": AS_OF, "files": files} | changes
        path = self.dist / f"{site_of}.json"
        path.write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")

    def findings(self, *audiences: str) -> list[Diagnostic]:
        """What verify says of the manifest and site as they are."""
        found = verify(self.dist, self.root, audiences)
        for each in found:  # no message may repeat what is withheld
            for language in ("zh", "en"):
                told = f"{each.span} {message(each, language)} {hint(each, language)}"
                for secret in (SECRET_TITLE, SECRET_TEXT[:12], SECRET_FILE, SECRET_FILE_TITLE):
                    assert secret not in told
                assert SECRET_ROW not in told
                assert REFERENCE not in told
        return found

    def codes(self, audience: str = "public") -> set[tuple[str, str]]:
        """Code and file of each finding, after sealing the site."""
        self.seal(audience)
        return {(each.code, each.span.file) for each in self.findings()}

    def leak(self, path: str, data: bytes | str) -> set[str]:
        """Codes found in a planted file; nothing may be found elsewhere."""
        self.put(path, data)
        found = self.codes()
        assert {file for _, file in found} <= {f"dist/public/{path}"}
        return {code for code, _ in found}


def clean_lab(tmp_path: Path) -> Lab:
    """A clean project with a clean public site under ``tmp_path``."""
    for folder in ("content", "site_config", "dist"):
        (tmp_path / folder).mkdir()
    (tmp_path / "site_config/institution.yml").write_text(INSTITUTION, encoding="utf-8")
    (tmp_path / "site_config/public.yml").write_text(
        "site_url: https://dwgk.example.edu.cn/dang/\n", encoding="utf-8"
    )
    (tmp_path / "catalog.yaml").write_text(CATALOG, encoding="utf-8")
    (tmp_path / "content" / SECRET_FILE).write_bytes(SECRET_BYTES)
    made = Lab(tmp_path)
    made.item("open-0001", OPEN_TITLE, OPEN_TEXT)
    made.item(
        "inner-0002",
        SECRET_TITLE,
        f"# 情况\n\n{SECRET_TEXT}\n\n| 序号 | 事由 |\n| --- | --- |\n| 1 | {SECRET_CELL} |\n",
        scope="党内",
        catalog="gbxb-07",
        attachments=f"[{{file: {SECRET_FILE}, title: {SECRET_FILE_TITLE}}}]",
        lifecycle="[{change: 变更, date: 2026-02-01, by: 组织部, reference: 部务会第6次纪要, "
        "note: 按举报核查结果调整了人选}]",
    )
    made.page("index.html", f'<h1>示例</h1><a href="d/open-0001/">{OPEN_TITLE}</a>')
    made.page(
        "d/open-0001/index.html",
        f'<a href="../../">首页</a><h1>{OPEN_TITLE}</h1><p>{OPEN_TEXT}</p><td>党政办公室</td>'
        '<a href="https://www.gov.cn/">外部网站</a>',
    )
    made.put("assets/site.css", "body{color:#900;background:url('dot.svg')}")
    made.put("assets/dot.svg", '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>')
    made.put("disclosures.json", json.dumps([{"id": "open-0001", "title": OPEN_TITLE}]))
    made.put("disclosures.csv", f"索引号,标题\nopen-0001,{OPEN_TITLE}\n")
    made.put(
        "sitemap.xml",
        "<urlset><url><loc>https://dwgk.example.edu.cn/dang/d/open-0001/</loc></url></urlset>",
    )
    return made
