"""How sure a mean, or the difference of two runs over the same questions, is; all of it repeatable."""

from collections.abc import Sequence
from math import comb
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RESAMPLES = 2000  # bootstrap samples; the ends of an interval move by less than a point between seeds
CONFIDENCE = 0.95  # share of the bootstrap means inside the interval


def bootstrap_interval(values: Sequence[float], *, seed: int = 0) -> tuple[float, float]:
    """The percentile bootstrap interval of the mean (Efron 1979, https://doi.org/10.1214/aos/1176344552).

    Resamples cases with replacement. The same values and seed give the same interval.

        >>> bootstrap_interval([1.0, 1.0, 1.0])
        (1.0, 1.0)
    """
    return _interval(_resampled_means(values, seed))


def paired_bootstrap(a: Sequence[float], b: Sequence[float], *, seed: int = 0) -> tuple[float, float, float, float]:
    """The mean of b less that of a, the ends of its interval, and the two-sided p of no difference.

    Resamples questions, each with both its scores (Koehn, EMNLP 2004, https://aclanthology.org/W04-3250). The p
    is twice the share of the resampled differences on the rarer side of zero, never below 2 in the number of
    resamples (Davison and Hinkley 1997, section 4.2), nor below what so few differing questions can show: were
    none better, k of them would all lean one way with p = 2^(1 - k).

        >>> paired_bootstrap([0.0, 1.0], [0.0, 1.0])
        (0.0, 0.0, 0.0, 1.0)
    """
    differences = [after - before for before, after in zip(a, b, strict=True)]
    means = _resampled_means(differences, seed)
    rarer = min(int((means <= 0).sum()), int((means >= 0).sum()))
    fewest = 2.0 ** (1 - sum(difference != 0 for difference in differences))
    p = min(1.0, max(2 * (rarer + 1) / (RESAMPLES + 1), fewest))
    return sum(differences) / len(differences), *_interval(means), p


def mcnemar(a: Sequence[float], b: Sequence[float]) -> float:
    """The exact two-sided p-value under the hypothesis that both engines are right equally often.

    McNemar (1947), doi:10.1007/BF02295996. Only questions that one of them has right matter: 1 against 5,
    2 · (6 + 1) / 2^6.

        >>> mcnemar([True] + [False] * 5, [False] + [True] * 5)
        0.21875
    """
    pairs = list(zip(a, b, strict=True))
    only_a, only_b = sum(x > y for x, y in pairs), sum(x < y for x, y in pairs)
    n = only_a + only_b
    as_rare = sum(comb(n, i) for i in range(min(only_a, only_b) + 1))
    return min(1.0, 2 * as_rare / int(2**n))


def _resampled_means(values: Sequence[float], seed: int) -> "NDArray[np.float64]":
    import numpy as np

    sample = np.asarray(values, dtype=float)
    picks = np.random.default_rng(seed).integers(0, len(sample), size=(RESAMPLES, len(sample)))
    means: NDArray[np.float64] = sample[picks].mean(axis=1)
    return means


def _interval(means: "NDArray[np.float64]") -> tuple[float, float]:
    import numpy as np

    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return float(low), float(high)
