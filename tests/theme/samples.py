"""Hand-made pages of one institution: every template, long and short, with and without.

Everything is invented (示例). ``HOSTILE`` stands in every place an author can write to.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from generator.model.catalogue import Column, Filing
from generator.model.edition import (
    Call,
    Category,
    Item,
    Notice,
    PageView,
    PublishedFile,
    Related,
)
from generator.model.institution import Audience, Contact, Footer, PublicFace, Unit
from generator.model.page import (
    Anchor,
    CatalogueData,
    CellChange,
    HomeData,
    ItemData,
    Line,
    ListData,
    MatrixData,
    MovedData,
    NoticeData,
    Page,
    Pager,
    RegisterData,
    RowChange,
    RowData,
    RowGroup,
    RowGroupsData,
    RowLine,
    SearchData,
    SeriesData,
    SiteFrame,
    VersionData,
    VersionsData,
)

HOSTILE = "\"'><script>alert(1)</script>&amp;"

PUBLIC = Audience("public", "社会", open=True)
CAMPUS = Audience("campus", "校内")
FACE = PublicFace(
    name="示例职业技术学院",
    party_body="中共示例职业技术学院委员会",
    contact=Contact(
        unit="党政办公室",
        telephone="0000-0000001",
        address="示例省示例市示例路1号",
        email="dwgk@example.edu.cn",
        postcode="000000",
    ),
    supervision=Contact(unit="纪委", telephone="0000-0000002"),
    footer=Footer(sponsor="示例职业技术学院党政办公室", icp="示例ICP备00000000号"),
)
BARE_FACE = PublicFace("示例学院", "", Contact(), Contact(), Footer())

SECTIONS = (
    Anchor("公开目录", "catalog/"),
    Anchor("按年度", "archive/"),
    Anchor("按类别", "category/"),
    Anchor("按单位", "unit/"),
    Anchor("检索", "search/"),
)

UNITS = (
    Unit("dzb", "党政办公室"),
    Unit("zzb", "组织部"),
    Unit("jw", "纪委"),
    Unit("xcb", "宣传部"),
)
CATEGORIES = (
    Category("一、基本情况", "basics"),
    Category("二、重大决策", "decisions"),
    Category("三、组织建设", "organisation"),
    Category("四、党风廉政建设", "integrity"),
    Category("五、制度建设", "rules"),
)
STANDING = (Anchor("依申请公开", "about/apply/"),)
KINDS = ("通报", "公示", "征求意见", "制度")
TITLES = (
    "2025年度党费收缴、使用和管理情况",
    "关于2025年下半年拟发展对象的公示",
    "学院党委理论学习中心组2025年学习计划执行情况及2026年学习安排",
    "学院党委会议事规则（示例）",
    "中层领导人员选拔任用工作程序与结果",
    "2025年度意识形态工作责任制落实情况",
    "党支部标准化建设验收结果",
    "关于修订《党务公开实施办法》征求意见的通知",
    "2025年群众反映问题办理情况",
    "基层党组织换届选举结果",
)


def frame(audience: Audience = CAMPUS, face: PublicFace = FACE) -> SiteFrame:
    return SiteFrame(face, audience, (*SECTIONS, *STANDING), STANDING)


def line(n: int, title: str = "") -> Line:
    return Line(
        id=f"X-2025-{n:04}",
        title=title or TITLES[n % len(TITLES)],
        url=f"d/X-2025-{n:04}/",
        kind=KINDS[n % len(KINDS)],
        unit=UNITS[n % len(UNITS)].name if n % 5 else "组织部、纪委",
        release=date(2025, 11, 20) - timedelta(days=9 * n),
    )


LINES = tuple(line(n) for n in range(20))
YEARS = tuple(Anchor(f"{y}年", f"archive/{y}/", n) for y, n in ((2025, 31), (2024, 26), (2023, 11)))
BY_CATEGORY = tuple(Anchor(c.title, f"category/{c.slug}/", 14) for c in CATEGORIES)
BY_UNIT = tuple(Anchor(u.name, f"unit/{u.id}/", 9) for u in UNITS)


def item(n: int = 0, title: str = "", summary: str = "", **changes: object) -> Item:
    of = line(n, title)
    values: dict[str, object] = {
        "id": of.id,
        "title": of.title,
        "row": "zzjs-04",
        "category": CATEGORIES[2],
        "scope": "校内",
        "period": "2025年",
        "units": (UNITS[1], UNITS[2]),
        "forms": ("网站", "公开栏"),
        "kind": of.kind,
        "number": "院党发〔2025〕3号",
        "written": date(2025, 11, 10),
        "release": of.release,
        "last": date(2025, 12, 3) if n % 2 else None,
        "series": None,
        "changes": (),
        "related": (
            Related("replaces", False, "X-2025-0003", TITLES[3]),
            Related("interprets", True, "X-2025-0005", TITLES[5]),
        ),
        "attachments": (
            PublishedFile("fujian-1.xlsx", "明细表.xlsx", "2025年度党费收支明细表", "0", 24_576),
            PublishedFile("form.pdf", "form.pdf", "意见反馈表", "1", 1_310_000),
        ),
        "summary": summary,
        "keywords": ("党费", "收缴"),
        "call": Call("意见建议", Contact("组织部", "0000-0000003")) if n % 4 == 2 else None,
        "effective": date(2026, 1, 1) if n % 4 == 3 else None,
        "aliases": (),
        "links": {},
        "text_digest": "",
    }
    return Item(**(values | changes))  # type: ignore[arg-type]


def item_page(n: int = 0, title: str = "", **changes: object) -> Page:
    of = item(n, title, **changes)
    data = ItemData(
        item=of,
        category=BY_CATEGORY[2],
        units=(BY_UNIT[1], BY_UNIT[2]),
        year=YEARS[0],
        row=Anchor("党费收缴、使用和管理情况", "catalog/zzjs-04/"),
        related=of.related,
        parts=LINES[n : n + 3],
        newer=LINES[n - 1] if n else None,
        older=LINES[n + 1],
    )
    crumbs = (Anchor("首页", ""), YEARS[0])
    meta = (("ArticleTitle", of.title), ("PubDate", "2025-11-20 00:00"))
    return Page(f"d/{of.id}/", "item.html", of.title, data, crumbs, meta, "text")


COLUMNS = (
    Column("一级目录", "category"),
    Column("二级目录", "title"),
    Column("公开形式", "forms"),
    Column("公开范围", "scope"),
    Column("公开时限", "time"),
    Column("责任单位", "units"),
)
ROWS = (
    RowData(
        "jbqk-01",
        (
            "一、基本情况",
            "学院党委领导机构、工作机构设置情况",
            "网站、公开栏",
            "校内外",
            "年度",
            "党政办公室",
        ),
        (2, 1, 1, 1, 1, 2),
        True,
        LINES[:3],
        7,
        "catalog/jbqk-01/",
    ),
    RowData(
        "jbqk-02",
        (
            "一、基本情况",
            "学院党委年度工作要点",
            "文件、会议",
            "党内、校内一定范围",
            "即时",
            "党政办公室",
        ),
        (0, 1, 1, 1, 1, 0),
        False,
        (),
        0,
        "",
    ),
    RowData(
        "zzjs-04",
        (
            "三、组织建设",
            "党费收缴、使用和管理情况",
            "网站、公开栏",
            "党内、校内",
            "年度",
            "组织部",
        ),
        (1, 1, 1, 1, 1, 1),
        True,
        (),
        0,
        "",
    ),
)
CATALOGUE = CatalogueData(
    "示例职业技术学院党务公开目录",
    Filing("2024-1", date(2024, 1, 1), "院党委会 2023年第19次党委会", "上级党组织 2023-12-28"),
    COLUMNS,
    ROWS,
)
UNIT_CATALOGUE = CatalogueData("组织部党务公开目录（示例）", Filing("", None), COLUMNS[1:], ())
WAYS = (Anchor("按所属年度", "catalog/by-year/"), Anchor("版本与变动", "catalog/versions/"))
FILES = (Anchor("CSV", "catalog/catalog.csv"), Anchor("JSON", "catalog/catalog.json"))
REGISTER = RegisterData(CATALOGUE, WAYS, FILES)
WHOLE_REGISTER = RegisterData(
    CATALOGUE,
    WAYS,
    FILES,
    (Anchor("组织部党务公开目录（示例）", "catalog/zzb/"),),
    LINES[:2],
    Anchor("目录外事项", "category/off-catalogue/", 7),
)
CLOSED_REGISTER = RegisterData(None, others=WHOLE_REGISTER.others)
ROW_LINES = (
    RowLine(Anchor(ROWS[0].cells[1], "catalog/#jbqk-01"), Anchor("", "catalog/jbqk-01/", 7), True),
    RowLine(Anchor(ROWS[1].cells[1], "catalog/#jbqk-02"), None, False),
    RowLine(Anchor(ROWS[2].cells[1], "catalog/#zzjs-04"), None, True),
)
GROUPS = RowGroupsData(
    "按责任单位",
    (
        RowGroup("党政办公室", Anchor("党政办公室", "unit/dzb/"), ROW_LINES[:2]),
        RowGroup("组织部", None, ROW_LINES[2:]),
    ),
)
MATRIX = MatrixData(
    "按所属年度",
    ("2025", "2024", "2023", "长期"),
    (
        (ROW_LINES[0], (Anchor("通报", "d/X-2025-0001/", 1), None, BY_CATEGORY[0], None)),
        (ROW_LINES[1], ()),
        (ROW_LINES[2], (None, None, None, None)),
    ),
)
CELLS = tuple(
    CellChange(column.heading, "", text)
    for column, text in zip(COLUMNS, ROWS[0].cells, strict=True)
)
ALTERED = (CellChange("公开形式", "文件、会议", "网站"), CellChange("备注", "", "新增备注"))
VERSIONS = VersionsData(
    "版本与变动",
    (
        VersionData(
            CATALOGUE.filing,
            CATALOGUE.title,
            3,
            False,
            (("类别", "内容"), ("一级目录", "二级目录")),
            (RowChange("jbqk-01", ROWS[0].cells[1], Anchor("", "catalog/jbqk-01/", 7), CELLS),),
            (RowChange("jbqk-09", "学院党委会议纪要", None, CELLS[:3]),),
            (RowChange("zzjs-04", ROWS[2].cells[1], None, ALTERED),),
        ),
        VersionData(Filing("2022-1", None), "目录", 1, True, None, (), (), ()),
    ),
)

HOME = HomeData(LINES[:12], BY_CATEGORY, YEARS, BY_UNIT, 68, STANDING)
LIST = ListData(
    "2025年", "按类别", BY_CATEGORY, LINES, 31, Pager(2, 3, "archive/2025/", "archive/2025/3/")
)
OVERVIEW = ListData("按年度查阅", "年度", YEARS, (), 68, None)
EMPTY = ListData("宣传部", "", (), (), 0, None)
SEARCH = SearchData(YEARS, BY_CATEGORY, BY_UNIT, KINDS)
APPLY = PageView(
    url="about/apply/",
    title="依申请公开",
    label="依申请公开",
    nav=("栏目", "首页", "页脚"),
    layout="文章",
    release=date(2026, 2, 24),
    attachments=(PublishedFile("fujian-1.docx", "申请表.docx", "党务公开申请表", "f", 9000),),
    links={},
    text_digest="b",
)
FORM = replace(
    APPLY, url="about/form/", title="申请表", layout="表单", release=None, attachments=()
)

PAGES = (
    Page("", "home.html", "党务公开", HOME),
    Page("catalog/", "catalogue.html", CATALOGUE.title, REGISTER),
    Page(APPLY.url, "standing.html", APPLY.title, APPLY, text_digest="b"),
    Page(FORM.url, "standing.html", FORM.title, FORM, text_digest="b"),
    Page("catalog/more/", "catalogue.html", "公开目录", WHOLE_REGISTER),
    Page("catalog/closed/", "catalogue.html", "公开目录", CLOSED_REGISTER),
    Page("catalog/zzb/", "catalogue.html", "组织部党务公开目录", RegisterData(UNIT_CATALOGUE)),
    Page("catalog/by-unit/", "catalogue-groups.html", "公开目录（按责任单位）", GROUPS),
    Page("catalog/by-year/", "catalogue-years.html", "公开目录（按所属年度）", MATRIX),
    Page("catalog/versions/", "catalogue-versions.html", "公开目录（版本与变动）", VERSIONS),
    Page("archive/", "list.html", "按年度查阅", OVERVIEW),
    Page("archive/2025/2/", "list.html", "2025年", LIST, (Anchor("按年度查阅", "archive/"),)),
    Page("unit/xcb/", "list.html", "宣传部", EMPTY),
    Page("search/", "search.html", "检索", SEARCH),
    Page(
        "d/X-2024-0001/",
        "notice.html",
        "公开事项已撤销",
        NoticeData(Notice("X-2024-0001", "撤销", date(2025, 3, 1), "内容有误，另行公开。")),
    ),
    Page("old/address/", "moved.html", "地址已变更", MovedData(TITLES[0], "d/X-2025-0000/")),
    Page("series/lou/", "series.html", "实训楼建设", SeriesData("实训楼建设", LINES[:4])),
    Page("404.html", "404.html", "未找到页面", None),
    *(item_page(n) for n in range(12)),
)

BODY = """<p>按照《关于中国共产党党费收缴、使用和管理的规定》，现将学院2025年度党费收缴、
使用和管理情况公布如下（示例）。</p>
<h2>一、收缴情况</h2>
<p>全年共收缴党费若干元，各党总支、直属党支部均按月足额上缴，
<a href="fujian-1.xlsx">明细见附件</a>。</p>
<table><thead><tr><th>党组织</th><th>应缴（元）</th><th>实缴（元）</th><th>备注</th></tr></thead>
<tbody><tr><td>机关党总支</td><td>12 345.00</td><td>12 345.00</td><td>按月上缴</td></tr>
<tr><td>教学系第一党总支</td><td>23 456.00</td><td>23 456.00</td><td>按月上缴</td></tr>
</tbody></table>
<p>一览（示例）：</p>
<table><thead><tr>{heads}</tr></thead><tbody><tr>{cells}</tr></tbody></table>
<h2>二、使用情况</h2>
<ol><li>培训党员和入党积极分子；</li><li>订阅和购买用于开展党员教育的报刊、资料；</li></ol>
<blockquote><p>党员对党费收缴有异议的，可以向组织部反映。</p></blockquote>""".format(
    heads="".join(f"<th>第{n}季度情况</th>" for n in range(1, 11)),
    cells="".join("<td>按月足额收缴</td>" for _ in range(10)),
)
