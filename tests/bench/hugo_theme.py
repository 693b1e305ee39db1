"""A bare but realistic Hugo theme for a disclosure section, and the Hugo settings to build it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.bench.catalogue import CATEGORIES, NAME, SITE_URL, UNITS

PAGE_SIZE = 30  # entries on one page of a list

_CONFIG = """\
baseURL: {url}
title: {title}
locale: zh-CN
defaultContentLanguage: zh
hasCJKLanguage: true
disablePathToLower: true
enableRobotsTXT: true
timeZone: Asia/Shanghai
pagination: {{pagerSize: {size}, disableAliases: true}}
taxonomies: {{year: years, category: categories, unit: units}}
outputs: {{home: [html, rss], section: [html], taxonomy: [html], term: [html]}}
services: {{rss: {{limit: 20}}}}
"""

_BASE = """\
<!doctype html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ if .IsHome }}{{ site.Title }}{{ else }}{{ .Title }} - {{ site.Title }}{{ end }}</title>
<link rel="stylesheet" href="{{ "style.css" | relURL }}">
<link rel="alternate" type="application/atom+xml" href="{{ "index.xml" | relURL }}">
</head>
<body>
<a class="skip" href="#main">跳到正文</a>
<header><a href="{{ site.Home.RelPermalink }}">{{ site.Title }}</a>
<nav aria-label="栏目"><a href="{{ "years/" | relURL }}">按年度</a>
<a href="{{ "categories/" | relURL }}">按类别</a> <a href="{{ "units/" | relURL }}">按单位</a>
<a href="{{ "search/" | relURL }}">检索</a></nav></header>
<main id="main">{{ block "main" . }}{{ end }}</main>
<footer>监督电话 0000-0000002</footer>
</body>
</html>
"""
_HOME = """\
{{ define "main" }}<h1>{{ site.Title }}</h1>
<h2>最新公开</h2>
{{ partial "rows.html" (first 20 (where site.RegularPages "Section" "d")) }}
<h2>公开类别</h2>
<ul>{{ range site.Taxonomies.categories }}
<li><a href="{{ .Page.RelPermalink }}">{{ partial "name.html" .Page }}</a>（{{ .Count }}）</li>
{{- end }}</ul>{{ end }}
"""
_PAGE = """\
{{ define "main" }}<nav aria-label="位置"><a href="{{ site.Home.RelPermalink }}">首页</a> ›
{{ range .GetTerms "categories" }}<a href="{{ .RelPermalink }}">{{ partial "name.html" . }}</a>
{{- end }}</nav>
<article data-pagefind-body>
<h1 data-pagefind-meta="title">{{ .Title }}</h1>
<dl>
<dt>索引号</dt><dd>{{ .Params.identifier }}</dd>
<dt>责任单位</dt><dd>{{ range .GetTerms "units" }}<a href="{{ .RelPermalink }}"
 data-pagefind-filter="unit">{{ partial "name.html" . }}</a>{{ end }}</dd>
<dt>类别</dt><dd>{{ range .GetTerms "categories" }}<span data-pagefind-filter="category">
{{- partial "name.html" . }}</span>{{ end }}</dd>
<dt>年度</dt><dd data-pagefind-filter="year">{{ index .Params.years 0 }}</dd>
<dt>公开范围</dt><dd>{{ .Params.scope }}</dd>
<dt>所属期</dt><dd>{{ .Params.period }}</dd>
<dt>公开方式</dt><dd>{{ .Params.forms }}</dd>
<dt>信息类型</dt><dd data-pagefind-filter="kind">{{ .Params.kind }}</dd>
<dt>发布日期</dt><dd><time>{{ .Date.Format "2006-01-02" }}</time></dd>
{{ with .Params.number }}<dt>发文字号</dt><dd>{{ . }}</dd>{{ end }}
</dl>
{{ .Content }}
</article>
<nav aria-label="上下篇">
{{ with .NextInSection }}<a href="{{ .RelPermalink }}">上一篇：{{ .Title }}</a>{{ end }}
{{ with .PrevInSection }}<a href="{{ .RelPermalink }}">下一篇：{{ .Title }}</a>{{ end }}
</nav>{{ end }}
"""
_LIST = """\
{{ define "main" }}<h1>{{ partial "name.html" . }}</h1>
{{ $pager := .Paginate .RegularPages }}
<p>共 {{ $pager.TotalNumberOfElements }} 项</p>
{{ partial "rows.html" $pager.Pages }}
<nav aria-label="分页">{{ with $pager.Prev }}<a href="{{ .URL }}">上一页</a>{{ end }}
{{ $pager.PageNumber }} / {{ $pager.TotalPages }}
{{ with $pager.Next }}<a href="{{ .URL }}">下一页</a>{{ end }}</nav>{{ end }}
"""
_TAXONOMY = """\
{{ define "main" }}<h1>{{ .Title }}</h1>
<ul>{{ range .Data.Terms.Alphabetical }}
<li><a href="{{ .Page.RelPermalink }}">{{ partial "name.html" .Page }}</a>（{{ .Count }}）</li>
{{- end }}</ul>{{ end }}
"""
_SEARCH = """\
{{ define "main" }}<h1>检索</h1>
<link rel="stylesheet" href="{{ "pagefind/pagefind-ui.css" | relURL }}">
<div id="search"></div>
<script src="{{ "pagefind/pagefind-ui.js" | relURL }}"></script>
<script>new PagefindUI({element: "#search"});</script>{{ end }}
"""
_ROWS = """\
<table><thead><tr><th>标题</th><th>责任单位</th><th>发布日期</th></tr></thead><tbody>
{{ range . }}<tr><td><a href="{{ .RelPermalink }}">{{ .Title }}</a></td>
<td>{{ range .GetTerms "units" }}{{ partial "name.html" . }}{{ end }}</td>
<td>{{ .Date.Format "2006-01-02" }}</td></tr>
{{ end }}</tbody></table>
"""
# A term's address is its ASCII key; what the reader sees is its Chinese name.
_NAME = """\
{{- $key := path.Base .RelPermalink -}}
{{- index hugo.Data.names $key | default .Title -}}
"""
_STYLE = """\
body{max-width:64rem;margin:0 auto;padding:0 1rem;font-family:sans-serif;line-height:1.7}
header{display:flex;justify-content:space-between;border-bottom:3px solid #a40000;padding:1rem 0}
table{border-collapse:collapse;width:100%}td,th{border:1px solid #ccc;padding:.3rem .6rem}
dl{display:grid;grid-template-columns:8rem 1fr;background:#f7f4f2;padding:1rem}
.skip{position:absolute;left:-99rem}.skip:focus{left:0}
"""


def write_theme(root: Path, audience: str, title: str) -> None:
    """Write settings, layouts and assets of one audience's Hugo site into `root`."""
    files = {
        "hugo.yaml": _CONFIG.format(
            url=f"{SITE_URL}{audience}/", title=f"{NAME}党务公开（{title}）", size=PAGE_SIZE
        ),
        "data/names.json": json.dumps({**CATEGORIES, **UNITS}, ensure_ascii=False),
        "content/search/_index.md": "---\ntitle: 检索\nlayout: search\n---\n",
        "content/d/_index.md": "---\ntitle: 全部公开事项\n---\n",
        "static/style.css": _STYLE,
        "layouts/baseof.html": _BASE,
        "layouts/home.html": _HOME,
        "layouts/page.html": _PAGE,
        "layouts/section.html": _LIST,
        "layouts/term.html": _LIST,
        "layouts/taxonomy.html": _TAXONOMY,
        "layouts/search/section.html": _SEARCH,
        "layouts/_partials/rows.html": _ROWS,
        "layouts/_partials/name.html": _NAME,
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
