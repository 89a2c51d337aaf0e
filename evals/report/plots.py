"""Figures of a report as SVG, to stand inline in a page: scores in, drawings out.

The colours are the page's own (`var(--ink)` and so on, each with a fallback), so that a drawing turns dark
with the page. Whatever a label says is text, never markup, and never mathematics.
"""

import io
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from lxml.etree import _Element as Element  # type: ignore[import-untyped]
    from matplotlib.axes import Axes

WIDTH = 5.2  # inches; at 72 to the inch the width of a phone, so that labels stay readable there
HEIGHT = 2.7  # inches; of a figure without rows
ROW = 0.22  # inches; a slice's row, with room for its label
AROUND_ROWS = 0.6  # inches; the axis below them, and air
LABEL = 24  # characters; a longer name of a slice would leave no room for its scores
ROOM = 0.35  # of the highest and the last bar; beyond them, for what the lines say
DEPTH_STEP = 5  # passages between two marks, as the measures go
TENS = 10  # seconds; from here on, hundredths say nothing
BINS = 24  # bars; two humps in 200 latencies can be told apart

COLOURS = {"ink": "#1d1b18", "quiet": "#655f56", "rule": "#ddd6c9", "accent": "#8c2318", "good": "#2f6135"}
INK, QUIET, RULE, ACCENT, GOOD = COLOURS.values()
LOOK: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text: to be searched, read aloud, and set in the page's font
    "svg.hashsalt": "dateline",  # the same figure gets the same ids, run after run
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same layout on every machine
    "font.size": 9.5,
    "text.color": INK,
    "text.parse_math": False,  # a slice may be called $x$
    "axes.edgecolor": RULE,
    "axes.labelcolor": QUIET,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "xtick.labelcolor": QUIET,
    "xtick.major.size": 0,
    "ytick.labelcolor": QUIET,
    "ytick.major.size": 0,
    "lines.linewidth": 1.6,
}
NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))  # neither a moment nor a link out
SVG = "{http://www.w3.org/2000/svg}"

_COLOUR = re.compile("|".join(COLOURS.values()))
_FONT = re.compile(r"font-family:[^;]*;?\s*")


class Interval(Protocol):
    """A mean and its interval."""

    @property
    def value(self) -> float:
        """The mean."""
        ...

    @property
    def low(self) -> float:
        """The lower end."""
        ...

    @property
    def high(self) -> float:
        """The upper end."""
        ...


def slices_plot(scores: Mapping[str, Interval], title: str) -> str:
    """A row a slice: its mean as a dot on its interval, from 0 to 1."""
    return _svg(partial(_draw_slices, scores), title, height=AROUND_ROWS + ROW * len(scores))


def retrieval_plot(curves: Mapping[str, Mapping[int, Interval]], title: str) -> str:
    """A line a measure over the depth k, each mean on its interval."""
    return _svg(partial(_draw_curves, curves), title)


def risk_coverage_plot(curve: Sequence[tuple[float, float]], title: str) -> str:
    """The share wrong over the share answered, surest answers first; the last point is where the run stood."""
    return _svg(partial(_draw_risk, curve), title)


def latency_plot(seconds: Sequence[float], title: str) -> str:
    """How many questions took how long, with the median and the slowest twentieth marked."""
    return _svg(partial(_draw_latency, seconds), title)


def _draw_slices(scores: Mapping[str, Interval], axes: "Axes") -> None:
    rows, shown = range(len(scores)), list(scores.values())
    axes.hlines(rows, [score.low for score in shown], [score.high for score in shown], color=QUIET, linewidth=1.4)
    axes.plot([score.value for score in shown], rows, "o", color=ACCENT, markersize=5)
    axes.set_yticks(rows, [_label(name) for name in scores])
    axes.tick_params(axis="y", labelcolor=INK)
    axes.set_ylim(len(scores) - 0.5, -0.5)
    _in_percent(axes, "x")


def _draw_curves(curves: Mapping[str, Mapping[int, Interval]], axes: "Axes") -> None:
    for (name, curve), colour in zip(curves.items(), (ACCENT, GOOD), strict=False):
        depths, scores = list(curve), list(curve.values())
        low, high = [score.low for score in scores], [score.high for score in scores]
        axes.fill_between(depths, low, high, color=colour, alpha=0.12, linewidth=0)
        axes.plot(depths, [score.value for score in scores], color=colour, label=name)
    deepest = max(k for curve in curves.values() for k in curve)
    axes.set_xticks([1, *range(DEPTH_STEP, deepest + 1, DEPTH_STEP)])
    axes.set_xlim(1, max(deepest, DEPTH_STEP))
    axes.set_xlabel("passages looked at (k)")
    axes.legend(loc="lower right", frameon=False)
    _in_percent(axes, "y")


def _draw_risk(curve: Sequence[tuple[float, float]], axes: "Axes") -> None:
    coverages, risks = [coverage for coverage, _ in curve], [risk for _, risk in curve]
    axes.plot(coverages, risks, color=ACCENT)
    axes.plot(coverages[-1:], risks[-1:], "o", color=INK, markersize=6)
    axes.annotate("as run", curve[-1], xytext=(0, 8), textcoords="offset points", ha="center")
    axes.set_xlabel("questions answered, surest first")
    axes.set_ylabel("of them wrong")
    _in_percent(axes, "x")
    _in_percent(axes, "y")


def _draw_latency(seconds: Sequence[float], axes: "Axes") -> None:
    axes.hist(seconds, bins=BINS, color=RULE, edgecolor=QUIET, linewidth=0.6)
    for share, height in ((0.5, 0.98), (0.95, 0.86)):
        cut = sorted(seconds)[ceil(share * len(seconds)) - 1]
        axes.axvline(cut, color=ACCENT, linewidth=1)
        axes.annotate(
            f"{100 * share:.0f} % within {cut:.{2 if cut < TENS else 0}f} s",
            (cut, height),
            xycoords=("data", "axes fraction"),
            xytext=(5, 0),
            textcoords="offset points",
            verticalalignment="top",
        )
    axes.margins(y=ROOM)
    axes.set_xlim(0, (1 + ROOM) * max(seconds) or 1)
    axes.set_xlabel("seconds")
    axes.set_ylabel("questions")
    axes.grid(axis="y")
    axes.set_axisbelow(True)


def _in_percent(axes: "Axes", side: Literal["x", "y"]) -> None:
    ticks = (0, 0.25, 0.5, 0.75, 1)
    (axes.set_xticks if side == "x" else axes.set_yticks)(ticks, [f"{100 * tick:.0f} %" for tick in ticks])
    (axes.set_xlim if side == "x" else axes.set_ylim)(-0.02, 1.02)  # a dot at the end is not cut in half
    axes.grid(axis=side)
    axes.set_axisbelow(True)


def _label(name: str) -> str:
    """The name in one short line, without what no XML may hold."""
    shown = "".join(character if character.isprintable() else " " for character in name)
    return shown if len(shown) <= LABEL else f"{shown[: LABEL - 1]}…"


def _svg(draw: Callable[["Axes"], None], title: str, *, height: float = HEIGHT) -> str:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    drawn = io.BytesIO()
    with mpl.rc_context(LOOK), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")  # the browser has the glyph
        figure = Figure(figsize=(WIDTH, height), layout="constrained", facecolor="none")
        draw(figure.add_subplot(facecolor="none"))
        figure.savefig(drawn, format="svg", metadata=NO_METADATA)
    return _inline(drawn.getvalue(), title)


def _inline(drawn: bytes, title: str) -> str:
    """The drawing without what only a file of its own needs, in the page's font and colours, and with a name."""
    from lxml import etree  # type: ignore[import-untyped]

    root = etree.fromstring(drawn)
    etree.strip_elements(root, f"{SVG}style", with_tail=False)
    for element in root.iter("{*}*"):
        _restyle(element)
    for name in ("width", "height"):
        del root.attrib[name]
    root.set("role", "img")
    root.set("aria-label", title)
    return str(etree.tostring(root, encoding="unicode"))


def _restyle(element: "Element") -> None:
    if element.tag == f"{SVG}g":
        element.attrib.pop("id", None)  # "axes_1" would stand on the page once a figure
    if style := element.get("style"):
        element.set("style", _COLOUR.sub(_of_page, _FONT.sub("", style)))


def _of_page(colour: re.Match[str]) -> str:
    name = next(name for name, value in COLOURS.items() if value == colour[0])
    return f"var(--{name}, {colour[0]})"
