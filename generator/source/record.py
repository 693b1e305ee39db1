"""The publish log on disk, read and verified; only ``publish.log`` writes it."""

from __future__ import annotations

from pathlib import Path

from generator.diagnostics import Diagnostic, Span, fault
from generator.model.chain import Chain, read_chain
from generator.model.record import REGISTER
from generator.source import front

TORN = "R09"


def read_log(root: Path) -> tuple[Chain, list[Diagnostic]]:
    """The log of a project (empty where there is none) and what is wrong with its chain."""
    path = root / REGISTER
    if not path.exists():
        return Chain(), []
    data, faults = front.read(root, REGISTER)
    if faults:
        return Chain(), faults
    chain = read_chain(data)
    if chain.fault:
        code, line = chain.fault
        return chain, [fault(code, Span(REGISTER, line), line=line)]
    if chain.torn:
        return chain, [fault(TORN, Span(REGISTER, chain.torn))]
    return chain, []
