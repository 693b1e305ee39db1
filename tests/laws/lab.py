"""A small project with one of everything to hide, its twin, and sites built in this process.

The twin differs only in what neither ``campus`` nor ``public`` may see on ``AS_OF``: their sites
must come out the same.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from PIL import Image

from generator import build as conductor
from generator.diagnostics import has_errors
from generator.model.approved import Approved
from generator.model.disclosure import Disclosure
from generator.model.edition import Edition
from generator.site.assemble import assemble
from tests.laws.oracle import fate
from tests.support import INSTITUTION, complete, item, make_project, page, site_config

AS_OF = date(2026, 6, 1)
ENGINE = "search: pagefind\n"
"""One of the sites searches by Pagefind, so that both engines are held to the laws."""

Files = dict[str, str | bytes | None]

CATALOGUE = """title: 示例职业技术学院党务公开目录
version: "{version}"
effective: {effective}
scope: 校内外
columns: {{序号: number, 一级目录: category, 二级目录: title, 公开范围: scope}}
items:
  - {{id: jb-01, category: 一、基本情况, title: 机构设置情况,
     forms: 网站、公开栏、文件, scope: 校内外}}
{inner}  - {{id: zz-01, category: 二、组织建设, title: 党费管理使用情况,
     forms: 网站, scope: 校内外}}
"""
OWN = """kinds:
  通报: {}
  公示: {until: required, invites: 异议, result: {within: 30天}}
  更正: {relations: {corrects: error}}
  制度: {effective: required}
units:
  - {id: dzb, name: 党政办公室, aliases: [党政办], telephone: 0000-0000009}
  - {id: zzb, name: 组织部, email: zzb@example.edu.cn}
  - {id: xcb, name: 宣传部}
  - {id: jiwei, name: 纪委, telephone: 0000-0000008}
"""
INNER_ROW = (
    "  - {id: nb-07, category: 七、内部酝酿事项, title: 后备干部考察与谈话安排, forms: 网站, "
    "scope: 党内, visible: 党内}\n"
)


def picture(colour: str = "#900") -> bytes:
    """A small PNG."""
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(stream, "PNG")
    return stream.getvalue()


def sheet(text: str) -> bytes:
    """Something like an office file: a zip with one text in it, without a clock's trace."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as box:
        box.writestr(zipfile.ZipInfo("xl/sharedStrings.xml"), f"<sst><t>{text}</t></sst>")
    return stream.getvalue()


def approval(reference: str) -> dict[str, object]:
    """A complete record; ``reference`` is the paper nobody outside is told of."""
    return {
        "proposed": {"by": "党政办公室", "date": "2021-01-04"},
        "reviewed": {
            "by": "保密工作领导小组办公室",
            "date": "2021-01-05",
            **dict.fromkeys(("secrecy", "necessity", "accuracy"), "通过"),
            "risk": "低",
        },
        "approved": {"by": "院党委会", "date": "2021-01-06", "reference": reference},
        "digest": "sha256:" + "0" * 64,
    }


def dates(*days: str, until: str = "永久") -> dict[str, object]:
    """One release for all, or one by audience."""
    by_audience = dict(zip(("party", "campus", "public"), days, strict=False))
    release = by_audience if len(days) > 1 else days[0]
    return {"written": "2021-01-03", "release": release, "until": until}


def files(*, twin: bool = False) -> Files:
    """The project, or its twin."""
    found: Files = {
        **_catalogues("另行拟定" if twin else "正在酝酿", "" if twin else INNER_ROW),
        "site_config/institution.yml": complete(OWN, INSTITUTION),
    }
    found["site_config/campus.yml"] = site_config("campus") + ENGINE
    paper = "常字第八号酝酿纪要" if not twin else "常字第九号另一份纪要"
    found |= _seen(paper, party="2025-03-01" if not twin else "2025-02-01")
    found |= _unseen(approval(paper), "甲" if not twin else "乙")
    return found if twin else found | _inner(approval(paper))


def _catalogues(word: str, inner: str) -> Files:
    """The version in force, one before it and one that is yet to begin; what is closed in them
    differs between the twins.
    """
    former = inner.replace("后备干部考察与谈话安排", "历年谈话记录与考察结论")
    next_row = f"  - {{id: xz-09, category: 三、{word}的类别, title: {word}的新增事项}}\n"
    open_now = "  - {id: jf-02, category: 一、基本情况, title: 党员活动经费情况}\n"
    history = "content/catalogs/history/main"
    return {
        "catalog.yaml": CATALOGUE.format(
            version=f"2026-{word}", effective="2026-10-01", inner=next_row + inner
        ),
        f"{history}/2024.yaml": CATALOGUE.format(
            version="2024-1", effective="2024-01-01", inner=inner
        ),
        f"{history}/2021.yaml": CATALOGUE.format(
            version="2021-1", effective="2021-01-01", inner=former + open_now
        ),
    }


def _seen(paper: str, party: str) -> Files:
    return {
        "content/open-0001.md": item(
            "open-0001",
            "机构设置的正文，附图与附表见下。\n\n![示意图](tu.png)\n",
            title="党委工作机构设置一览",
            dates=dates(party, "2025-03-02", "2025-03-03"),
            series={"id": "shezhi", "part": 1, "title": "机构设置工作"},
            attachments=[
                {"file": "tu.png", "title": "示意图"},
                {"file": "biao.xlsx", "title": "表"},
            ],
            keywords="机构、设置",
            approval=approval(paper),
        ),
        "content/tu.png": picture(),
        "content/biao.xlsx": sheet("公开的机构设置明细表内容"),
        "content/open-0002.md": item(
            "open-0002",
            "党费收缴使用的正文，参见[机构设置](open-0001.md)。\n",
            title="上一年度党费收缴使用公示",
            catalog="zz-01",
            kind="公示",
            dates=dates("2026-02-10", until="2026-12-31"),
            responds_to="open-0001",
            approval=approval(paper),
        ),
        "content/fixed-0012.md": item(
            "fixed-0012",
            "机构设置表中的一处数字有误，现予更正。\n",
            title="机构设置一览的更正",
            kind="更正",
            corrects="open-0001",
            dates={**dates("2026-03-05"), "effective": "2026-03-06"},
            approval=approval(paper),
        ),
        "content/pages/guide.md": page(
            "查阅的办法，先看[机构设置](../open-0001.md)。\n\n[表样](yangzhang.docx)\n",
            title="党务公开查阅指南",
            label="指南",
            scope="校内外",
            order=1,
            attachments=[{"file": "yangzhang.docx", "title": "申请表样张"}],
            approval=approval(paper),
        ),
        "content/pages/yangzhang.docx": sheet("申请人自行填写的空白样张"),
        "content/mild-0003.md": item(
            "mild-0003",
            "个别人员外出未按规定履行手续，已作提醒。\n",
            title="外出报备情况的说明",
            dates=dates("2026-04-10"),
            matter="baobei",
            approval=approval(paper),
        ),
    }


def _unseen(record: dict[str, object], word: str) -> Files:
    """Of the audiences' own, but not on the day: their days belong to them, their words do not."""
    return {
        "content/pages/later.md": page(
            f"下半年才开通的意见渠道，{word}号信箱设在门厅。\n",
            title=f"下半年{word}意见渠道说明",
            scope="校内外",
            order=2,
            dates={"release": "2026-09-01"},
            approval=record,
        ),
        "content/later-0004.md": item(
            "later-0004",
            f"尚未到公开日期的安排，{word}方案如下所述。\n",
            title=f"下半年示范党支部创建{word}方案",
            dates=dates("2026-05-01", "2026-09-01", "2026-09-01"),
            approval=record,
        ),
        "content/ended-0005.md": item(
            "ended-0005",
            f"公示期已满的名单说明，{word}组人选在此。\n",
            title=f"拟发展对象{word}组名单公示",
            dates=dates("2026-04-01", until="2026-04-30"),
            approval=record,
        ),
        "content/gone-0006.md": item(
            "gone-0006",
            f"撤销之前的正文，{word}稿内容有误。\n",
            title=f"基层组织换届{word}稿通报",
            dates=dates("2026-03-01"),
            approval=record,
            lifecycle=[
                {
                    "change": "撤销",
                    "date": "2026-05-01",
                    "by": "院党委会",
                    "reference": f"会议记录{word}字第三号附件",
                    "note": "内容有误",
                }
            ],
        ),
    }


def _inner(record: dict[str, object]) -> Files:
    """What neither campus nor society ever sees."""
    return {
        "content/pages/inner-desk.md": page(
            "党内意见由专人登记，不经收发室转交。\n\n[登记簿](dengji.docx)\n",
            title="党员意见直报办法说明",
            label="直报渠道",
            scope="党内",
            order=1,
            attachments=[{"file": "dengji.docx", "title": "直报登记簿样式"}],
            approval=record,
        ),
        "content/pages/dengji.docx": sheet("直报登记簿由支部书记保管不外借"),
        "content/inner-0007.md": item(
            "inner-0007",
            "酝酿产生的初步人选共十九名，将逐一谈话了解。\n\n[名册](谈话人选名册.xlsx)\n",
            title="关于后备干部人选酝酿情况的通报",
            catalog="nb-07",
            scope="党内",
            kind="制度",
            unit="纪委",
            summary="初步人选的酝酿过程与下一步谈话安排。",
            dates={
                "written": "2023-05-01",
                "release": "2023-05-04",
                "until": "永久",
                "effective": "2029-08-17",
            },
            series={"id": "shezhi", "part": 2, "title": "后备人选酝酿全过程"},
            replaces="open-0001",
            republishes="gone-0006",
            aliases=["old/1170"],
            attachments=[{"file": "谈话人选名册.xlsx", "title": "第一批谈话人选名册"}],
            approval=record,
        ),
        "content/谈话人选名册.xlsx": sheet("因健康原因不再列入考察范围的人员"),
        "content/full-0008.md": item(
            "full-0008",
            "张某等三人因私出境未经审批，证件当场收回。\n",
            title="外出报备专项检查详情",
            scope="党内",
            dates=dates("2026-05-30"),
            matter="baobei",
            approval=record,
        ),
        "content/soon-0009.md": item(
            "soon-0009",
            "七月才在党内公开的安排。\n",
            title="党内民主生活会准备情况通报",
            scope="党内",
            dates=dates("2026-07-01"),
            approval=record,
        ),
        "content/paper-0010.md": item(
            "paper-0010",
            "只以文件形式印发的会议决定内容。\n",
            title="常委会会议决定事项摘要",
            forms=["文件"],
            dates=dates("2026-05-02"),
            approval=record,
        ),
        "content/group-0011.md": item(
            "group-0011",
            "只在课题组范围内公开的评议意见。\n",
            title="课题组评议意见反馈",
            scope="校内一定范围",
            group="某课题组",
            dates=dates("2026-05-03"),
            approval=record,
        ),
    }


@dataclass
class World:
    """One project on disk and what a leaky program could get hold of."""

    root: Path
    audience: str = "public"
    twin: bool = False

    @cached_property
    def approved(self) -> Approved:
        checked = conductor.check(self.root)
        assert checked.approved is not None
        assert not has_errors(checked.diagnostics), checked.diagnostics
        return checked.approved

    @property
    def all(self) -> list[Disclosure]:
        """Every disclosure, whoever may see it."""
        return [each.disclosure for each in self.approved.items]

    @property
    def hidden(self) -> list[Disclosure]:
        """Those this audience may not see today."""
        states = ((each, fate(each, self.audience, AS_OF)) for each in self.approved.items)
        return [each.disclosure for each, state in states if state == "hidden"]

    def edition(self, audience: str = "party", day: date = AS_OF) -> Edition:
        """What another audience sees, or this one on another day."""
        return conductor.edition(self.approved, audience, day)


def lay(folder: Path, extra: Mapping[str, str | bytes], *, twin: bool) -> World:
    """The project in ``folder``, with further files."""
    folder.mkdir(parents=True)
    root = make_project(folder, {**files(twin=twin), **extra})
    return World(root, twin=twin)


def sites(world: World, work: Path, audiences: Sequence[str]) -> Path:
    """Build in this process, one audience after the other, as the conductor would; the ``dist``.

    Refuses what the conductor refuses.
    """
    for audience in audiences:
        seen = conductor.edition(world.approved, audience, AS_OF)
        order = conductor._order(world.root, world.approved, seen, work)
        conductor.stock(world.root, conductor.documents(world.approved), seen, order.shelf.root)
        assert assemble(order) == []
    return work / "next"
