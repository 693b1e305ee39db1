"""The browser the tests drive."""

from __future__ import annotations

import shutil
from typing import Any

from playwright.sync_api import Browser, Playwright

_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()

PATIENCE = 60_000
"""Milliseconds: a machine that does much else at once is slow, not wrong."""


def launch(playwright: Playwright, **options: Any) -> Browser:
    """The system's Chromium, or, where there is none, the one Playwright installed itself."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((path for name in names if (path := shutil.which(name))), None)
    return playwright.chromium.launch(executable_path=path, args=_FLAGS, **options)
