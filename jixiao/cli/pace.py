"""How fast a run goes and how long it will take, from what it has done so far."""

from __future__ import annotations

from collections import deque

WINDOW_SECONDS = 60.0
FIRST_SECONDS = 3.0
"""What is told earlier than this is a guess: workers are still starting."""


class Pace:
    """Counts sources, and pages that are recognised, against the clock.

    While pages wait to be recognised, the workers are at them and at nothing else: that time is theirs, the rest that of the
    sources. A source that has not been begun is taken to cost what those before it did by their weight, their pages with them.
    ``weight`` is that of all sources; where it is not given each weighs one."""

    def __init__(self, now: float) -> None:
        self._start = self._last = now
        self._page_seconds = 0.0
        self._recent: deque[tuple[float, int]] = deque([(now, 0)])
        self.sources = self.done = 0
        self.weight: float | None = None
        self._weight_done = 0.0
        self.pages = self.pages_done = 0
        self._scans: dict[str, tuple[int, int, float]] = {}  # those that are open: pages, how many of them are done, weight

    def converted(self, now: float, source: str, weight: float = 1.0) -> None:
        """A source is done."""
        self._advance(now)
        self.done += 1
        self._weight_done += weight
        pages, pages_done, _ = self._scans.pop(source, (0, 0, 0.0))
        self.pages -= pages - pages_done  # nobody will recognise what is left of one that failed
        self._recent.append((now, self.done))
        while now - self._recent[0][0] > WINDOW_SECONDS and len(self._recent) > 2:
            self._recent.popleft()

    def found(self, now: float, source: str, pages: int, weight: float = 1.0) -> None:
        """A source has pages to recognise."""
        self._advance(now)
        self._scans[source] = (pages, 0, weight)
        self.pages += pages

    def recognised(self, now: float, source: str) -> None:
        """One of them is done."""
        self._advance(now)
        if source in self._scans:
            pages, done, weight = self._scans[source]
            self._scans[source] = (pages, done + 1, weight)
            self.pages_done += 1

    def speed(self, now: float) -> float | None:
        """Sources a second in the last minute, None where too little was done to say so."""
        then, done = self._recent[0]
        if self.done < 2 or now - self._start < FIRST_SECONDS or now <= then:
            return None
        return (self.done - done) / (now - then)

    def seconds_left(self, now: float) -> float | None:
        """How long it will take, None where too little was done to say so."""
        self._advance(now)
        elapsed = now - self._start
        pages_left, sources_left = self.pages - self.pages_done, self.sources - self.done - len(self._scans)
        if elapsed < FIRST_SECONDS or (pages_left and not self.pages_done) or (sources_left > 0 and not self.done):
            return None
        each_page = self._page_seconds / self.pages_done if self.pages_done else 0.0
        of_open_scans = each_page * sum(done for _, done, _ in self._scans.values())
        weight = self.sources if self.weight is None else self.weight
        weight_left = weight - self._weight_done - sum(weight for _, _, weight in self._scans.values())
        each_weight = (elapsed - of_open_scans) / self._weight_done if self._weight_done else 0.0
        return pages_left * each_page + (max(0.0, weight_left) * each_weight if sources_left > 0 else 0.0)

    def _advance(self, now: float) -> None:
        if self.pages > self.pages_done:
            self._page_seconds += now - self._last
        self._last = now


def shown_time(seconds: float) -> str:
    """A stretch of time for a person: 40 s, 12 min, 3 h 20 min."""
    minutes = round(seconds / 60)
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60:02} min"


def shown_speed(each_second: float) -> str:
    """A speed for a person: 41 a second, 12 a minute."""
    if each_second >= 1:
        return f"{each_second:.0f} a second"
    return f"{each_second * 60:.0f} a minute" if each_second * 60 >= 1 else f"{each_second * 3600:.0f} an hour"
