"""Many small tasks by several threads: results in order, and never more than a window at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

_WINDOW = 16
"""Tasks a thread that may wait or lie finished: what bounds the memory."""


def abreast(
    work: Callable[[_Item], _Result], items: Iterable[_Item], hands: int
) -> Iterator[_Result]:
    """``work`` of each item by ``hands`` threads, in the order of the items.

    What ``work`` raises is raised here. Whoever stops taking results stops the work: tasks not
    begun are dropped.
    """
    pool = ThreadPoolExecutor(hands)
    waiting: deque[Future[_Result]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) >= _WINDOW * hands:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
