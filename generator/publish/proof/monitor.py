"""What a proof found, for monitors: Prometheus' text format, and a plugin's line for Nagios.

Formats: Prometheus text exposition 0.0.4, for node_exporter's textfile collector; the Nagios
plugin API (first line, performance data after a bar, then details; status 0 to 3).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from generator.diagnostics import Language, has_errors, message
from generator.publish.proof.prove import Proof

_MOST_DETAILS = 20
"""Faults told after the first line; a plugin's output is cut off at a few kilobytes."""

_STATES = ("OK", "WARNING", "CRITICAL")

_HELP = {
    "ok": "1 when the last look found nothing but warnings.",
    "faults": "Errors and warnings found by the last look.",
    "faults_by_code": "The same by code (dwgk explain CODE); only codes that were found.",
    "files": "Files the signed manifest lists.",
    "files_examined": "Files read by the last look.",
    "release_version": "Version of the release in place.",
    "release_issued_timestamp_seconds": "When the release was signed.",
    "release_expires_timestamp_seconds": "Until when the signature holds.",
    "last_run_timestamp_seconds": "When the last look ended.",
}


def nagios_status(proof: Proof) -> int:
    """0 for nothing found, 1 for warnings only, 2 for any error."""
    return 2 if has_errors(proof.faults) else 1 if proof.faults else 0


def nagios(proof: Proof, now: datetime, language: Language) -> str:
    """A plugin's output; no bar stands in it but the one before the performance data."""
    release = proof.release
    told = [f"{each.span.file}: {each.code} {message(each, language)}" for each in proof.faults]
    state = f"DWGK {_STATES[nagios_status(proof)]}"
    head = f"{state} - {proof.place}: {_summary(proof, language)}"
    if told:
        head += f" {told[0]}"
    figures = [f"faults={len(proof.faults)}"]
    if release is not None:
        left = (release.expires - now.astimezone(UTC).date()).days
        figures += [
            f"files={len(release.files)}",
            f"examined={proof.examined}",
            f"version={release.version}",
            f"days_left={left}",
        ]
    first = f"{_clean(head)} | {' '.join(figures)}"
    return "\n".join([first, *(_clean(each) for each in told[:_MOST_DETAILS])])


def _summary(proof: Proof, language: Language) -> str:
    errors = sum(each.severity == "error" for each in proof.faults)
    warnings = len(proof.faults) - errors
    about = ""
    if (release := proof.release) is not None:
        about = {
            "zh": f"{release.audience} 第 {release.version} 版，查了 {proof.examined} 个文件，",
            "en": f"{release.audience} version {release.version}, {proof.examined} files, ",
        }[language]
    return (
        about
        + {
            "zh": f"{errors} 处错误，{warnings} 处提醒。",
            "en": f"{errors} errors, {warnings} warnings.",
        }[language]
    )


def _clean(text: str) -> str:
    return text.replace("|", "/").replace("\n", " ")


def prometheus(proof: Proof, now: datetime, *, sample: bool = False) -> str:
    """The metrics of one site, every line with the labels ``site`` and ``look``; ends with a line
    end. ``look`` keeps a look at a sample apart from one at all files: the collector bears no
    metric twice, and a clean sample must not silence what the whole look found.
    """
    labels = f'site="{_escaped(proof.place)}",look="{"sample" if sample else "all"}"'
    return "\n".join(_lines(proof, now, labels)) + "\n"


def _lines(proof: Proof, now: datetime, labels: str) -> Iterator[str]:
    told = ""
    for name, code, value in _samples(proof, now):
        if name != told:
            yield f"# HELP dwgk_verify_{name} {_HELP[name]}"
            yield f"# TYPE dwgk_verify_{name} gauge"
            told = name
        yield f"dwgk_verify_{name}{{{labels}{code}}} {value}"


def _samples(proof: Proof, now: datetime) -> Iterator[tuple[str, str, int]]:
    yield "ok", "", int(not has_errors(proof.faults))
    yield "faults", "", len(proof.faults)
    for code, count in sorted(Counter(each.code for each in proof.faults).items()):
        yield "faults_by_code", f',code="{code}"', count
    if (release := proof.release) is not None:
        yield "files", "", len(release.files)
        yield "files_examined", "", proof.examined
        yield "release_version", "", release.version
        yield "release_issued_timestamp_seconds", "", int(release.issued.timestamp())
        yield "release_expires_timestamp_seconds", "", _end_of(release.expires)
    yield "last_run_timestamp_seconds", "", int(now.timestamp())


def _end_of(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp()) + 86400


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
