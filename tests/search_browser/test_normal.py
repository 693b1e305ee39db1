"""normal.js spells every character as normal.py does, whatever the browser."""

from __future__ import annotations

import unicodedata
from random import Random

import pytest
from playwright.sync_api import Browser

from generator.site.exact.normal import normal
from tests.search_browser import scripts
from tests.search_browser.firefox import Firefox

pytestmark = pytest.mark.slow

# The whole plane of ordinary characters; of the others, where scripts, signs and Han letters lie.
RANGES = (
    (0x0, 0x10000),
    (0x10000, 0x11000),
    (0x1B000, 0x1B300),
    (0x1D400, 0x1D800),
    (0x1EE00, 0x1F300),
    (0x20000, 0x20400),
    (0x2F800, 0x2FA20),
    (0x30000, 0x30100),
    (0xE0000, 0xE0200),
)
_POOL = (
    "党费收缴〔〕［］【】[]○〇0９aＡéßİıΣς𠮷ｶﾞ①㎡㈱Ⅳ…——“”%％"
    "\u3000 \xa0\u200b\u200d\ufeff\t\r\v\x85\u0301"
)


def _assigned(code: int) -> bool:
    """By Python's Unicode; browsers have a newer one, in which more is assigned."""
    return unicodedata.category(chr(code)) not in {"Cn", "Cs"}


def _strings() -> list[str]:
    rng = Random(7)
    pool = [*_POOL, *(chr(rng.randrange(0x20, 0x3100)) for _ in range(200))]
    pool = [each for each in pool if _assigned(ord(each))]
    return ["".join(rng.choices(pool, k=rng.randint(1, 25))) for _ in range(3000)]


def _hold_equal(run: object) -> None:
    assert callable(run)
    different = []
    for begin, end in RANGES:
        forms = run(scripts.NORMAL_CODES, [begin, end])
        for code, form in zip(range(begin, end), forms, strict=True):
            if _assigned(code) and normal(f"x{chr(code)}x") != form:
                different.append((f"U+{code:04X}", normal(f"x{chr(code)}x"), form))
    assert different == []
    strings = _strings()
    assert run(scripts.NORMAL, strings) == [normal(each) for each in strings]


def test_in_chromium(chromium: Browser, url: str) -> None:
    page = chromium.new_page()
    page.goto(f"{url}search/")
    _hold_equal(lambda body, arg: page.evaluate(f"async (arg) => {{ {body} }}", arg))
    page.close()


def test_in_firefox(firefox: Firefox, folder_url: str) -> None:
    firefox.open(f"{folder_url}search/index.html")
    _hold_equal(firefox.run)
