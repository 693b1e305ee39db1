"""Links, other hosts, manifests, stray files, and files that cannot be opened."""

from __future__ import annotations

import io
import zipfile

import pytest
from pypdf import PdfWriter
from verify_lab import SECRET_TITLE, Lab

from generator.publish.verify import verify

X = "dist/public/x/index.html"


@pytest.mark.parametrize(
    ("inner", "code"),
    [
        ('<a href="../d/none/">x</a>', "VF10"),
        ('<a href="../../../etc/">x</a>', "VF10"),
        ('<img src="missing.png">', "VF10"),
        ('<img src="../assets/dot.svg" srcset="a.png 1x, ../assets/dot.svg 2x">', "VF10"),
        ('<div style="background:url(no.png)"></div>', "VF10"),
        ('<style>p{background:url("no.png")}</style>', "VF10"),
        ('<a href="https://dwgk.example.edu.cn/dang/d/none/">x</a>', "VF10"),
        ('<script src="https://cdn.example.com/a.js"></script>', "VF11"),
        ('<link rel="stylesheet" href="//fonts.example.com/a.css">', "VF11"),
        ('<link rel="preconnect" href="https://fonts.example.com">', "VF11"),
        ('<iframe src="https://example.com/"></iframe>', "VF11"),
        ('<form action="https://example.com/"></form>', "VF11"),
        ("<style>@import 'https://example.com/a.css';</style>", "VF11"),
        ('<meta http-equiv="refresh" content="0; url=https://example.com/">', "VF11"),
        ('<a href="/d/open-0001/">x</a>', "VF12"),
        ('<a href="../d/open-0001/#none">x</a>', "VF13"),
    ],
)
def test_bad_link(lab: Lab, inner: str, code: str) -> None:
    lab.page("x/index.html", inner)
    assert lab.codes() == {(code, X)}


@pytest.mark.parametrize(
    "inner",
    [
        '<a href="../d/open-0001/">x</a><a href="..">x</a>',
        '<a href="../d/open-0001/index.html?a=1">x</a>',
        '<a href="https://example.com/">x</a><a href="mailto:dwgk@example.edu.cn">x</a>',
        '<h2 id="二">x</h2><a href="#%E4%BA%8C">x</a><a href="#">x</a><a href="">x</a>',
        '<link rel="canonical" href="https://dwgk.example.edu.cn/dang/x/">',
        '<link rel="alternate" href="https://else.example.com/">',
        '<script>var a = \'<img src="none.png">\'</script><!-- <img src="none.png"> -->',
        '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">',
    ],
)
def test_good_link(lab: Lab, inner: str) -> None:
    lab.page("x/index.html", inner)
    assert lab.codes() == set()


def test_css_and_svg(lab: Lab) -> None:
    lab.put("assets/bad.css", "a{background:url(https://example.com/x.png)} b{src:url(no.woff2)}")
    lab.put("assets/bad.svg", '<svg><image href="https://example.com/x.png"/></svg>')
    assert lab.codes() == {
        ("VF10", "dist/public/assets/bad.css"),
        ("VF11", "dist/public/assets/bad.css"),
        ("VF11", "dist/public/assets/bad.svg"),
    }


def test_not_found_page_may_use_the_site_path(lab: Lab) -> None:
    lab.page("404.html", '<a href="/dang/d/open-0001/">x</a>')
    assert lab.codes() == set()


def test_manifest_against_files(lab: Lab) -> None:
    lab.put("gone.txt", "gone")
    lab.put("changed.txt", "before")
    lab.seal()
    (lab.dist / "public/gone.txt").unlink()
    lab.put("changed.txt", "after")
    lab.put("added.txt", "added")
    assert {(each.code, each.span.file) for each in lab.findings()} == {
        ("VF22", "dist/public/added.txt"),
        ("VF23", "dist/public/gone.txt"),
        ("VF24", "dist/public/changed.txt"),
    }


def test_manifest_of_another_audience(lab: Lab) -> None:
    lab.seal(audience="party")
    assert {each.code for each in lab.findings()} == {"VF21"}


@pytest.mark.parametrize("text", [None, "{", "[]", '{"format": 2}', '{"format": 1, "files": 3}'])
def test_manifest_missing_or_unreadable(lab: Lab, text: str | None) -> None:
    if text is not None:
        (lab.dist / "public.json").write_text(text)
    assert "VF20" in {each.code for each in lab.findings()}


def test_leak_in_the_manifest(lab: Lab) -> None:
    lab.seal(source=SECRET_TITLE)
    assert {(each.code, each.span.file) for each in lab.findings()} == {
        ("VF02", "dist/public.json")
    }


def test_no_site_at_all(lab: Lab) -> None:
    for path in sorted((lab.dist / "public").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    (lab.dist / "public").rmdir()
    assert {each.code for each in lab.findings()} == {"VF20"}
    assert {each.code for each in lab.findings("campus")} == {"VF20"}


def test_strays(lab: Lab) -> None:
    lab.seal()
    (lab.dist / "notes.txt").write_text("x")
    (lab.dist / SECRET_TITLE).mkdir()
    found = lab.findings()
    assert {each.code for each in found} == {"VF25"}
    assert len(found) == 2


def test_one_site_alone(lab: Lab) -> None:
    lab.put("a.txt", SECRET_TITLE)
    lab.seal()
    (lab.dist / "stray.txt").write_text("not asked for")
    found = verify(lab.dist / "public", lab.root)
    assert [(each.code, each.span.file) for each in found] == [("VF02", "dist/public/a.txt")]


def test_unreadable_settings_are_a_finding(lab: Lab) -> None:
    lab.seal()
    (lab.root / "site_config/institution.yml").write_text("name: [", encoding="utf-8")
    assert "VF09" in {each.code for each in lab.findings("public")}


def _locked_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(10, 10)
    writer.encrypt("geheim", algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _locked_zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as box:
        box.writestr("a.txt", "text")
    data = bytearray(stream.getvalue())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", b"PK\x03\x04 broken"),
        ("a.docx", b"no zip at all"),
        ("a.zip", _locked_zip()),
        ("a.pdf", b"%PDF-1.7 broken"),
        ("a.pdf", _locked_pdf()),
        ("a.png", b"\x89PNG\r\n\x1a\n broken"),
        ("a.jpg", b"text"),
        ("a.json", b'{"a": '),
        ("a.gz", b"\x1f\x8b\x08 broken"),
        ("a.pf_meta", b"not gzip"),
        ("a.rar", b"Rar!\x1a\x07\x01\x00"),
        ("a.bin", b"\x00\x01\x02\xff\xfe\x00"),
    ],
)
def test_sealed_file(lab: Lab, name: str, data: bytes) -> None:
    lab.put(f"d/open-0001/{name}", data)
    assert lab.codes() == {("VF08", f"dist/public/d/open-0001/{name}")}


def test_symlink_is_a_finding(lab: Lab) -> None:
    (lab.dist / "public/link.txt").symlink_to("/dev/null")
    assert ("VF08", "dist/public/link.txt") in lab.codes()


def test_findings_repeat_in_the_same_order(lab: Lab) -> None:
    lab.page("x/index.html", f'<p>{SECRET_TITLE}</p><a href="/x">x</a><img src="no.png">')
    lab.seal()
    assert lab.findings() == lab.findings()
    assert lab.findings()[0].span.file == X
