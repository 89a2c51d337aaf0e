import re
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from evals.report.plots import LABEL, latency_plot, retrieval_plot, risk_coverage_plot, slices_plot

SVG = "{http://www.w3.org/2000/svg}"


def score(value, spread=0.1):
    return SimpleNamespace(value=value, low=max(0.0, value - spread), high=min(1.0, value + spread))


def texts(svg):
    return [element.text for element in etree.fromstring(svg).iter(f"{SVG}text")]


@pytest.fixture(scope="module")
def plots():
    return {
        "slices": slices_plot({"number": score(0.4), "list": score(0.9)}, "correct by slice"),
        "retrieval": retrieval_plot(
            {name: {k: score(k / 20) for k in range(1, 21)} for name in ("hit@k", "recall@k")}, "retrieval"
        ),
        "risk": risk_coverage_plot([(0.2, 0.0), (0.8, 0.25)], "risk and coverage"),
        "latency": latency_plot([0.5, 1.0, 1.5, 12.0], "latency"),
    }


def test_every_slice_is_a_row_with_its_name(plots):
    assert {"number", "list"} <= set(texts(plots["slices"]))


def test_curves_are_named_and_their_depths_marked(plots):
    assert {"hit@k", "recall@k", "1", "5", "20"} <= set(texts(plots["retrieval"]))


def test_where_the_run_stood_is_marked_on_the_risk_coverage_curve(plots):
    assert "as run" in texts(plots["risk"])


def test_the_median_and_the_slow_end_are_told(plots):
    assert {"50 % within 1.00 s", "95 % within 12 s"} <= set(texts(plots["latency"]))


@pytest.mark.parametrize("name", ["slices", "retrieval", "risk", "latency"])
def test_a_plot_stands_in_a_page_by_itself(plots, name):
    root = etree.fromstring(plots[name])
    assert root.get("role") == "img"
    assert root.get("aria-label")
    assert "width" not in root.attrib  # it is as wide as its place in the page
    assert not list(root.iter(f"{SVG}style", f"{SVG}script", f"{SVG}metadata", f"{SVG}image"))
    assert not re.search(r"<!DOCTYPE|<\?xml|font-family", plots[name])
    assert all(reference.startswith("#") for reference in re.findall(r'href="([^"]*)"', plots[name]))


@pytest.mark.parametrize("name", ["slices", "retrieval", "risk", "latency"])
def test_every_colour_is_the_page_s_own(plots, name):
    colours = re.findall(r"(?:fill|stroke): ([^;\"]+)", plots[name])
    assert colours
    assert {colour for colour in colours if not colour.startswith("var(--")} <= {"none"}


def test_the_same_figures_give_the_same_bytes(plots):
    again = slices_plot({"number": score(0.4), "list": score(0.9)}, "correct by slice")
    assert again == plots["slices"]


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "]]>", "</svg>", "$x_1$", "$\\frac{", "--><b>", "a&b"])
def test_a_slice_s_name_is_text_and_nothing_else(name):
    svg = slices_plot({name: score(0.5)}, "title")
    assert (name if len(name) <= LABEL else f"{name[: LABEL - 1]}…") in texts(svg)
    assert {element.tag for element in etree.fromstring(svg).iter("*")} <= {
        f"{SVG}{tag}" for tag in ("svg", "g", "defs", "path", "use", "text", "clipPath", "rect")
    }


@settings(max_examples=15)
@given(st.text(min_size=1))
def test_any_name_makes_a_drawing(name):
    etree.fromstring(slices_plot({name: score(0.5)}, "title"))


@pytest.mark.parametrize("seconds", [[0.0], [2.0] * 5, [0.01, 90.0]])
def test_any_latencies_make_a_drawing(seconds):
    assert "seconds" in texts(latency_plot(seconds, "latency"))


def test_a_ranking_of_one_passage_makes_a_drawing():
    assert "1" in texts(retrieval_plot({"hit@k": {1: score(1.0)}}, "retrieval"))
