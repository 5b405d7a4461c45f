"""Directed graphs: the words carry the arrows, and the picture can be read."""

import math
import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from markscheme.bank.figures import make_figure
from markscheme.bank.figures._layout import RADIUS, lay_out


@st.composite
def graphs(draw, most=12):
    names = draw(st.lists(st.from_regex(r"[A-Za-z][0-9]{0,2}", fullmatch=True), min_size=1, max_size=most, unique=True))
    pairs = [(a, b) for a in names for b in names if a != b]
    edges = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=40)) if pairs else []
    return tuple(names), tuple(edges)


def numbered(graph):
    nodes, edges = graph
    return len(nodes), tuple(sorted((nodes.index(a), nodes.index(b)) for a, b in edges))


@settings(deadline=None)
@given(graphs())
def test_words_carry_nodes_and_arrows(graph):
    words = make_figure("directed_graph", graph).alt
    nodes, rest = re.fullmatch(r"A directed graph with nodes? (.*?) and (.*)\.", words).groups()
    assert tuple(nodes.split(", ")) == graph[0]
    arrows = re.findall(r"(\w+) to (\w+)", rest)
    assert sorted(arrows) == sorted(graph[1])


@settings(max_examples=40, deadline=None)
@given(graphs())
def test_no_arrow_runs_through_a_third_node_and_no_nodes_overlap(graph):
    count, edges = numbered(graph)
    layout = lay_out(count, edges)
    places = np.array(layout.nodes)
    for i in range(count):
        assert (np.hypot(*(places[:i] - places[i]).T) > 3 * RADIUS).all()
    for (a, b), path in zip(edges, layout.paths, strict=True):
        assert path[0] == layout.nodes[a]
        assert path[-1] == layout.nodes[b]
        fine = np.array([np.linspace(p, q, 20) for p, q in pairwise(path)]).reshape(-1, 2)
        for node in set(range(count)) - {a, b}:
            assert np.hypot(*(fine - places[node]).T).min() > RADIUS + 4


BOTH_WAYS = tuple("abcd"), tuple((a, b) for a in "abcd" for b in "abcd" if a != b)


@settings(max_examples=40, deadline=None)
@given(graphs())
@example(BOTH_WAYS)
def test_arrows_at_a_node_leave_it_in_directions_that_can_be_told_apart(graph):
    count, edges = numbered(graph)
    layout = lay_out(count, edges)
    for node in range(count):
        directions = []
        for edge, path in zip(edges, layout.paths, strict=True):
            if node in edge:
                ends = path if edge[0] == node else path[::-1]
                x, y = next(p for p in ends if math.dist(p, ends[0]) > RADIUS)
                directions.append(math.atan2(y - ends[0][1], x - ends[0][0]))
        directions.sort()
        gaps = np.diff([*directions, *(d + 2 * math.pi for d in directions[:1])])
        assert (gaps > math.radians(4)).all()


@settings(max_examples=40, deadline=None)
@given(graphs())
def test_everything_lies_on_the_sheet(graph):
    layout = lay_out(*numbered(graph))
    width, height = layout.size
    for x, y in layout.nodes:
        assert RADIUS < x < width - RADIUS
        assert RADIUS < y < height - RADIUS
    for path in layout.paths:
        assert all(0 < x < width and 0 < y < height for x, y in path)


def test_arrows_of_a_small_acyclic_graph_point_downwards():
    from random import Random

    random = Random(4)
    for _ in range(50):
        count = random.randint(3, 5)
        edges = tuple((a, b) for a in range(count) for b in range(a) if random.random() < 0.4)
        places = lay_out(count, edges).nodes
        assert all(places[a][1] < places[b][1] for a, b in edges)


def test_order_in_which_arrows_are_listed_does_not_matter():
    nodes, edges = ("x1", "z1", "z2"), (("z1", "x1"), ("z2", "x1"), ("z1", "z2"))
    assert make_figure("directed_graph", (nodes, edges)) == make_figure("directed_graph", (nodes, edges[::-1]))


def test_turned_arrow_is_another_picture():
    one, other = (make_figure("directed_graph", (("a", "b"), (edge,))) for edge in (("a", "b"), ("b", "a")))
    assert one.name != other.name
    assert one.alt != other.alt


def test_no_arrows_and_one_arrow_are_worded():
    assert make_figure("directed_graph", (("a",), ())).alt == "A directed graph with node a and no arrows."
    alone = make_figure("directed_graph", (("a", "b"), (("b", "a"),)))
    assert alone.alt == "A directed graph with nodes a, b and one arrow, b to a."


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("x1", ()), "the nodes must be a tuple of names, such as ('x1', 'x2'), not 'x1'"),
        (((), ()), "a graph must have from 1 to 12 nodes, not 0"),
        ((tuple("abcdefghijklm"), ()), "a graph must have from 1 to 12 nodes, not 13"),
        ((("a", "x$"), ()), "a node's name must be a letter and up to two digits, such as 'x1', not 'x$'"),
        ((("x1\n",), ()), "a node's name must be a letter and up to two digits, such as 'x1', not 'x1\\n'"),
        (((1,), ()), "a node's name must be a letter and up to two digits, such as 'x1', not 1"),
        ((("a", "b", "a"), ()), "the node 'a' is named twice"),
        ((("a", "b"), "ab"), "the arrows must be a tuple of pairs, such as (('x1', 'x2'),), not 'ab'"),
        ((("a", "b"), ("a", "b")), "an arrow must be a pair of names, such as ('x1', 'x2'), not 'a'"),
        ((("a", "b"), (("a", "c"),)), "the arrow ('a', 'c') has an end 'c' that is not one of the nodes"),
        ((("a", "b"), (("a", "a"),)), "the arrow ('a', 'a') must lead to another node"),
        ((("a", "b"), (("a", "b"), ("a", "b"))), "the arrow ('a', 'b') is there twice"),
    ],
)
def test_what_is_no_graph_is_refused_with_the_authors_values(arguments, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        make_figure("directed_graph", arguments)
