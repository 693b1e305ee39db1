"""Each kind of file and disguise: a planted leak is found, in that file, by its code."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import urllib.parse
import zipfile
import zlib

import docx
import openpyxl
import pytest
from PIL import Image, PngImagePlugin
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject
from verify_lab import (
    DIGEST,
    REFERENCE,
    SECRET_BYTES,
    SECRET_CELL,
    SECRET_FILE,
    SECRET_FILE_TITLE,
    SECRET_ROW,
    SECRET_TEXT,
    SECRET_TITLE,
    Lab,
)

from generator.site.exact.packing import pack

ENTITIES = "".join(f"&#{ord(sign)};" for sign in SECRET_TITLE)
SPACED = "\u200b ".join(SECRET_TITLE)


@pytest.mark.parametrize(
    "inner",
    [
        f"<p>{SECRET_TITLE}</p>",
        f'<img alt="{SECRET_TITLE}">',
        f"<!-- {SECRET_TITLE} -->",
        f"<p>{ENTITIES}</p>",
        f"<p>{html.escape(ENTITIES)}</p>",
        f"<p>{SECRET_TITLE[:4]}<b>{SECRET_TITLE[4:8]}</b>\n  {SECRET_TITLE[8:]}</p>",
        f"<p>{SECRET_TITLE[:4]}&shy;{SECRET_TITLE[4:]}</p>",
        f"<p>{SPACED}</p>",
        f"<script>var t={json.dumps(SECRET_TITLE)}</script>",
        f'<a href="https://example.com/?q={urllib.parse.quote(SECRET_TITLE)}">q</a>',
        f"<p>阅读《{SECRET_TITLE}》后提出意见</p>",
    ],
)
def test_title_in_page(lab: Lab, inner: str) -> None:
    lab.page("x/index.html", inner)
    assert lab.codes() == {("VF02", "dist/public/x/index.html")}


def test_title_in_encodings(lab: Lab) -> None:
    assert lab.leak("a.txt", SECRET_TITLE.encode("gb18030")) == {"VF02"}
    (lab.dist / "public/a.txt").unlink()
    assert lab.leak("b.txt", SECRET_TITLE.encode("utf-16")) == {"VF02"}


def test_json_escapes(lab: Lab) -> None:
    data = json.dumps({"title": SECRET_TITLE})
    assert "\\u" in data
    assert lab.leak("search.json", data) == {"VF02"}


def test_pagefind_fragment(lab: Lab) -> None:
    body = json.dumps({"content": SECRET_TEXT}, ensure_ascii=False).encode()
    data = gzip.compress(b"pagefind_dcd" + body)
    assert lab.leak("pagefind/fragment/zh_1.pf_fragment", data) == {"VF05"}


def test_pagefind_index_and_meta(lab: Lab) -> None:
    data = gzip.compress(b"pagefind_dcd\x81\x84" + SECRET_TITLE.encode() + b"\x81\xff\x00")
    assert lab.leak("pagefind/index/zh_1.pf_index", data) == {"VF02"}


def test_deflated_base64_in_script(lab: Lab) -> None:
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(json.dumps([SECRET_TEXT]).encode()) + packer.flush()
    assert lab.leak("search/c1.js", f'dwgk("{base64.b64encode(packed).decode()}")') == {"VF05"}


def test_text_in_the_search_index(lab: Lab) -> None:
    words = json.dumps(["示例", SECRET_TEXT[:4]], ensure_ascii=False).encode()
    text = json.dumps(["T-1", SECRET_TITLE, [SECRET_TEXT]], ensure_ascii=False).encode()
    lab.put("search/exact/2026/words.js", pack("2026/words", words))
    leaked = lab.leak("search/exact/2026/t/3.js", pack("2026/t/3", text, words))
    assert leaked == {"VF02", "VF05"}


def test_broken_search_index_is_told(lab: Lab) -> None:
    whole = pack("2026/head", b"{}" * 40)
    assert lab.leak("search/exact/2026/head.js", whole.replace(b",80,", b",81,")) == {"VF08"}


def test_base64_in_page(lab: Lab) -> None:
    data = base64.b64encode(f"<p>{SECRET_TITLE}</p>".encode()).decode()
    lab.page("x/index.html", f'<img src="data:image/svg+xml;base64,{data}">')
    assert lab.codes() == {("VF02", "dist/public/x/index.html")}


def test_gzip_header_name(lab: Lab) -> None:
    stream = io.BytesIO()
    with gzip.GzipFile("x", "wb", fileobj=stream, mtime=0) as out:
        out.write(b"harmless")
    head, body = stream.getvalue()[:10], stream.getvalue()[10:].partition(b"\x00")[2]
    named = head + SECRET_TITLE.encode() + b"\x00" + body
    assert lab.leak("a.txt.gz", named) == {"VF02"}


def _zip(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as box:
        for name, data in members.items():
            box.writestr(name, data)
    return stream.getvalue()


def test_zip_within_zip(lab: Lab) -> None:
    inner = _zip(**{"note.txt": SECRET_TEXT.encode()})
    assert lab.leak("d/open-0001/all.zip", _zip(**{"inner.zip": inner})) == {"VF05"}


def test_zip_member_name_and_bytes(lab: Lab) -> None:
    data = _zip(**{SECRET_FILE: SECRET_BYTES})
    lab.put("d/open-0001/all.zip", data)
    lab.seal()
    found = lab.findings()
    assert {each.code for each in found} >= {"VF03", "VF04"}


def test_docx_property_and_comment(lab: Lab) -> None:
    document = docx.Document()
    document.add_paragraph("可以公开")
    document.core_properties.subject = SECRET_TITLE
    stream = io.BytesIO()
    document.save(stream)
    assert lab.leak("d/open-0001/a.docx", stream.getvalue()) == {"VF02"}


def test_docx_runs(lab: Lab) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph()
    for sign in SECRET_TEXT:
        paragraph.add_run(sign)
    stream = io.BytesIO()
    document.save(stream)
    assert lab.leak("d/open-0001/a.docx", stream.getvalue()) == {"VF05"}


def test_xlsx_hidden_sheet(lab: Lab) -> None:
    book = openpyxl.Workbook()
    hidden = book.create_sheet("备用")
    hidden["A1"] = SECRET_CELL
    hidden.sheet_state = "veryHidden"
    stream = io.BytesIO()
    book.save(stream)
    assert lab.leak("d/open-0001/a.xlsx", stream.getvalue()) == {"VF05"}


def _pdf(writer: PdfWriter) -> bytes:
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def test_pdf_text(lab: Lab) -> None:
    writer = PdfWriter()
    page = writer.add_blank_page(300, 300)
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    fonts = DictionaryObject({NameObject("/F1"): font})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    content = DecodedStreamObject()
    content.set_data(b"BT /F1 12 Tf 20 200 Td [(see inn) -5 (er-0002 for more)] TJ ET")
    page[NameObject("/Contents")] = writer._add_object(content.flate_encode())
    assert lab.leak("d/open-0001/a.pdf", _pdf(writer)) == {"VF01"}


def test_pdf_metadata_outline_and_attachment(lab: Lab) -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_metadata({"/Subject": SECRET_TITLE})
    assert lab.leak("d/open-0001/a.pdf", _pdf(writer)) == {"VF02"}
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_outline_item(title=SECRET_TITLE, page_number=0)
    assert lab.leak("d/open-0001/a.pdf", _pdf(writer)) == {"VF02"}
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_attachment("a.bin", SECRET_BYTES)
    assert "VF04" in lab.leak("d/open-0001/a.pdf", _pdf(writer))


def _picture(kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8)).save(stream, kind, **options)
    return stream.getvalue()


@pytest.mark.parametrize("compressed", [False, True])
def test_png_text(lab: Lab, compressed: bool) -> None:
    chunks = PngImagePlugin.PngInfo()
    chunks.add_itxt("Description", SECRET_TITLE, zip=compressed)
    assert lab.leak("d/open-0001/a.png", _picture("PNG", pnginfo=chunks)) == {"VF02"}


def test_exif(lab: Lab) -> None:
    exif = Image.Exif()
    exif[0x9C9B] = SECRET_TITLE.encode("utf-16-le")  # XPTitle
    assert lab.leak("d/open-0001/a.jpg", _picture("JPEG", exif=exif)) == {"VF02"}
    exif = Image.Exif()
    comment = b"UNICODE\x00" + SECRET_TITLE.encode("utf-16-le")
    exif.get_ifd(0x8769)[0x9286] = comment  # UserComment
    assert lab.leak("d/open-0001/a.jpg", _picture("JPEG", exif=exif)) == {"VF02"}


def test_jpeg_comment_and_svg(lab: Lab) -> None:
    comment = SECRET_TITLE.encode("gb18030")
    assert lab.leak("d/open-0001/a.jpg", _picture("JPEG", comment=comment)) == {"VF02"}
    (lab.dist / "public/d/open-0001/a.jpg").unlink()
    drawn = f"<svg><text>{SECRET_TITLE[:5]}<tspan>{SECRET_TITLE[5:]}</tspan></text></svg>"
    assert lab.leak("d/open-0001/a.svg", drawn) == {"VF02"}


def test_feed_sitemap_csv(lab: Lab) -> None:
    entry = html.escape(f"<p>{html.escape(SECRET_TEXT)}</p>")
    assert lab.leak("feed.xml", f"<feed><content type='html'>{entry}</content></feed>") == {"VF05"}
    (lab.dist / "public/feed.xml").unlink()
    line = "<urlset><url><loc>https://dwgk.example.edu.cn/dang/d/inner-0002/</loc></url></urlset>"
    assert lab.leak("sitemap.xml", line) == {"VF01", "VF10"}
    lab.put("sitemap.xml", "<urlset></urlset>")
    assert lab.leak("more.csv", f'"x","{SECRET_TITLE}"\n') == {"VF02"}


def test_file_name_is_masked(lab: Lab) -> None:
    lab.put(f"d/open-0001/{SECRET_FILE}", b"other")
    found = lab.codes()
    assert {code for code, _ in found} >= {"VF03", "VF26"}
    assert all(SECRET_FILE not in file for _, file in found)


def test_id_in_path(lab: Lab) -> None:
    lab.page("d/inner-0002/index.html", "<p>空</p>")
    assert ("VF01", "dist/public/d/inner-0002/index.html") in lab.codes()


def test_attachment_bytes_and_title(lab: Lab) -> None:
    assert "VF04" in lab.leak("d/open-0001/harmless.xlsx", SECRET_BYTES)
    (lab.dist / "public/d/open-0001/harmless.xlsx").unlink()
    assert lab.leak("a.txt", f"下载 {SECRET_FILE_TITLE}") == {"VF03"}


def test_unlisted_file_bytes(lab: Lab) -> None:
    (lab.root / "content/draft.txt").write_text("nobody lists this")
    assert lab.leak("d/open-0001/a.txt", "nobody lists this") == {"VF04"}


def test_approval_fields(lab: Lab) -> None:
    assert lab.leak("a.json", json.dumps({"meta": REFERENCE})) == {"VF07"}
    assert lab.leak("a.json", json.dumps({"meta": DIGEST})) == {"VF07"}
    assert lab.leak("a.json", json.dumps({"note": "按举报核查结果调整了人选"})) == {"VF07"}


def test_invisible_row(lab: Lab) -> None:
    lab.page("catalog/index.html", f"<td>{SECRET_ROW}</td>")
    assert ("VF06", "dist/public/catalog/index.html") in lab.codes()
    lab.page("catalog/index.html", "<td>gbxb-07</td>")
    assert ("VF06", "dist/public/catalog/index.html") in lab.codes()


VERSION = """title: 示例职业技术学院党务公开目录
effective: {day}
scope: {scope}
items:
  - {{id: jbqk-01, title: 党委工作机构设置情况, forms: 网站, scope: 校内外}}
  - {{id: jlsx-03, title: 校友捐赠款物接收情况, forms: 网站, scope: 校内外}}
  - {{id: lshj-05, title: 历年组织处理情况, scope: 党内, visible: 党内}}
"""


@pytest.mark.parametrize(
    ("day", "scope", "told", "private"),
    [
        ("2020-01-01", "校内外", True, False),
        ("2020-01-01", "党内", False, False),
        ("2027-01-01", "校内外", False, False),
    ],
)
def test_rows_of_other_versions(lab: Lab, day: str, scope: str, told: bool, private: bool) -> None:
    """A row may be told where it stood open in a version that has begun; others stay hunted."""
    folder = lab.root / "content/catalogs/history/main"
    folder.mkdir(parents=True)
    now = (lab.root / "catalog.yaml").read_text(encoding="utf-8")
    dated = now.replace("scope: 校内外\nitems", "scope: 校内外\neffective: 2021-01-01\nitems")
    (lab.root / "catalog.yaml").write_text(dated, encoding="utf-8")
    (folder / "a.yaml").write_text(VERSION.format(day=day, scope=scope), encoding="utf-8")
    for words, seen in (("校友捐赠款物接收情况", told), ("历年组织处理情况", private)):
        lab.page("catalog/index.html", f"<td>{words}</td>")
        assert (("VF06", "dist/public/catalog/index.html") in lab.codes()) is not seen


@pytest.mark.parametrize(
    "keys",
    [
        {"dates": "{written: 2026-01-02, release: 2026-03-02, until: 永久}"},
        {"dates": "{release: {party: 2026-01-02, public: 2026年3月2日}, until: 永久}"},
        {"dates": "{release: 2026-01-10, until: 2026-02-28}"},
        {"dates": "{release: 2026-01-30, until: 29天}"},
        {"dates": "{release: 2026-02-09, until: 5个工作日}"},
        {"dates": "{release: 2026-01-10}", "kind": "公示"},
        {"lifecycle": "[{change: 撤销, date: 2026-02-20, by: 党委}]"},
        {"scope": "党内"},
        {"scope": "不认识的范围"},
        {"scope": "党内或校内外"},
        {"scope": "校内一定范围", "group": "某课题组"},
        {"forms": "[公开栏]"},
        {"digest": ""},
    ],
)
def test_withheld_for_each_reason(lab: Lab, keys: dict[str, str]) -> None:
    lab.item("later-0003", "二月份工作例会研究事项通报", "正文里有一句足够独特的话语。", **keys)
    codes = lab.leak("a.txt", "later-0003 二月份工作例会研究事项通报 正文里有一句足够独特的话语。")
    assert {"VF02", "VF05"} <= codes
    assert ("VF01" in codes) == ("lifecycle" not in keys)


@pytest.mark.parametrize(
    "keys",
    [
        {"dates": "{release: 2026-03-01, until: 2026-03-01}"},
        {"dates": "{release: 二○二六年一月十日, until: 60天}"},
        {"dates": "{release: ２０２６-０１-１０}"},
        {"lifecycle": "[{change: 撤销, date: 2026-03-02, by: 党委}]"},
        {"scope": "校内、社会"},
        {"scope": "校内一定范围", "group": "public"},
        {"forms": "[公开栏, 网络]"},
        {"matter": "same"},
    ],
)
def test_visible_for_each_reason(lab: Lab, keys: dict[str, str]) -> None:
    lab.item("later-0003", "二月份工作例会研究事项通报", "正文里有一句足够独特的话语。", **keys)
    text = "later-0003 二月份工作例会研究事项通报 正文里有一句足够独特的话语。"
    assert lab.leak("a.txt", text) == set()


def test_short_title_only_as_whole_element(lab: Lab) -> None:
    lab.item("inner-0009", "任免", "略", scope="党内")
    lab.page("x/index.html", "<p>干部任免情况</p>")
    assert lab.codes() == set()
    lab.page("x/index.html", "<li> 任免 </li>")
    assert lab.codes() == {("VF02", "dist/public/x/index.html")}


def test_unreadable_item_is_seen_by_nobody(lab: Lab) -> None:
    path = lab.root / "content/broken.md"
    path.write_text("---\nid: [x\n---\n这份文件的头部写坏了不应当公开。\n", encoding="utf-8")
    assert lab.leak("a.txt", "这份文件的头部写坏了不应当公开。") == {"VF05"}
