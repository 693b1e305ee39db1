"""An audience's MkDocs configuration as it is written, before MkDocs itself is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mkdocs.exceptions import MkDocsException
from mkdocs.utils.yaml import yaml_load

from generator.site.faults import ConfigurationFault, one_line

THEME = Path(__file__).parents[1] / "themes" / "disclosure"
if not THEME.is_dir():  # a checkout: the customer's layout has themes/ at the top
    THEME = Path(__file__).parents[2] / "themes" / "disclosure"

ENGINES = ("exact", "pagefind")
"""Words of our own key ``search`` in an audience's configuration."""


def settings(config_file: Path) -> Mapping[str, Any]:
    """The audience's configuration as written, ``INHERIT`` followed; ConfigurationFault."""
    try:
        with config_file.open("rb") as stream:
            found = yaml_load(stream)
    except OSError as error:
        name = Path(error.filename or config_file).name
        raise ConfigurationFault(f"{name}: {error.strerror}") from None
    except MkDocsException as error:
        raise ConfigurationFault(one_line(error)) from None
    except Exception as error:  # PyYAML raises its own family, not exported by MkDocs
        raise ConfigurationFault(one_line(error)) from None
    missing = [key for key in ("site_name", "site_url") if not found.get(key)]
    if missing:
        raise ConfigurationFault(f"缺少 {'、'.join(missing)}")
    if found.get("search", "exact") not in ENGINES:
        raise ConfigurationFault(f"search: {found['search']}（{'、'.join(ENGINES)}）")
    return found


def inherited(config_file: Path) -> tuple[Path, ...]:
    """The configuration's own file and those it inherits, which ``settings`` could read."""
    found = [config_file]
    while above := yaml_load(found[-1].read_text(encoding="utf-8-sig")).get("INHERIT"):
        found.append(found[-1].parent / above)
    return tuple(found)


def search_engine(config_file: Path) -> str:
    """The search engine an audience's configuration asks for: the exact one by default."""
    return str(settings(config_file).get("search", "exact"))
