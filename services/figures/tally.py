"""What a number of ratings says, and how sure one may be of it."""

from dataclasses import dataclass
from math import sqrt

GOOD = 4  # stars from which a rating counts as good
SMALL = 20  # answers below which a figure says little
_SURE = 1.959963984540054  # of a normal distribution, 95 % lie within so many deviations

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many ratings of one to five stars there were. Shares are from 0 to 1, None without any answer."""

    stars: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)

    @property
    def answers(self) -> int:
        return sum(self.stars)

    @property
    def small(self) -> bool:
        return self.answers < SMALL

    @property
    def good(self) -> float | None:
        return sum(self.stars[GOOD - 1 :]) / self.answers if self.answers else None

    @property
    def good_between(self) -> Interval | None:
        """Wilson's interval at 95 %: it holds for few answers and for shares near 0 and 1 as well."""
        return wilson(sum(self.stars[GOOD - 1 :]), self.answers)

    @property
    def mean(self) -> float | None:
        if not self.answers:
            return None
        return sum(stars * count for stars, count in enumerate(self.stars, start=1)) / self.answers

    @property
    def mean_between(self) -> Interval | None:
        """The mean with twice its standard error, within one and five; two answers at least."""
        mean, count = self.mean, self.answers
        if mean is None or count < 2:
            return None
        spread = sum(many * (stars - mean) ** 2 for stars, many in enumerate(self.stars, start=1)) / (count - 1)
        error = _SURE * sqrt(spread / count)
        return max(1.0, mean - error), min(5.0, mean + error)


def wilson(hits: int, of: int) -> Interval | None:
    """Between which shares the true one lies with 95 %; None of nothing."""
    if not of:
        return None
    share, square = hits / of, _SURE**2
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = _SURE * sqrt(share * (1 - share) / of + square / (4 * of**2)) / (1 + square / of)
    return max(0.0, middle - half), min(1.0, middle + half)
