"""Graphical models, against networkx's d-separation and random densities that are factorised state by state."""

from __future__ import annotations

import re
from itertools import combinations, product

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from markscheme.solvers.graphical_models import (
    acyclic_graph,
    arrows_of,
    closed_paths,
    d_separated,
    factorisation,
    factorisation_by_arrow,
    factorisation_holds,
    independence_queries,
    is_connected,
    listed,
    open_path,
    product_of_families,
    separated_ignoring_arrows,
    without_arrow,
    written_names,
)

NAMES = ("x1", "x2", "x3", "z1", "z2")
COLLIDER = np.array([[0, 0, 1], [0, 0, 1], [0, 0, 0]])
LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


@st.composite
def graphs(draw, least=2, most=5):
    n = draw(st.integers(least, most))
    order = np.array(draw(st.permutations(range(n))))
    arrows = np.array(draw(st.lists(st.integers(0, 1), min_size=n * n, max_size=n * n))).reshape(n, n)
    return acyclic_graph(order, arrows)


@st.composite
def questions(draw):
    graph = draw(graphs())
    n = len(graph)
    first, second = draw(st.permutations(range(n)))[:2]
    mask = [0 if node in (first, second) else draw(st.integers(0, 1)) for node in range(n)]
    return graph, first, second, np.array(mask)


def theirs(graph):
    return nx.from_numpy_array(np.asarray(graph), create_using=nx.DiGraph)


def nodes_in(mask):
    return {node for node, taken in enumerate(mask.tolist()) if taken}


def random_joint(graph, seed):
    """Return a joint table of binary variables: for each node a random probability for each state of its parents."""
    random = np.random.default_rng(seed)
    n = len(graph)
    joint = np.ones((2,) * n)
    for node in range(n):
        parents = np.flatnonzero(graph[:, node])
        chances = random.uniform(0.1, 0.9, (2,) * len(parents))
        for state in product((0, 1), repeat=n):
            one = chances[tuple(state[parent] for parent in parents)]
            joint[state] *= one if state[node] else 1 - one
    return joint


def value_of(text, joint, names):
    """Evaluate a written product of densities such as p(x₁ | z₁, z₂) at all states, from the joint table."""

    def marginal(wanted):
        axes = tuple(axis for axis, name in enumerate(names) if name not in wanted)
        return joint.sum(axis=axes, keepdims=True)

    total = np.ones_like(joint)
    for factor in re.findall(r"p\(([^)]*)\)", text.translate(LOWERED)):
        of, _, given_ = factor.partition(" | ")
        known = given_.split(", ") if given_ else []
        total = total * marginal([*of.split(", "), *known]) / marginal(known)
    return total


class TestSeparation:
    @given(questions())
    def test_it_is_networkxs_d_separation(self, question):
        graph, first, second, mask = question
        assert d_separated(graph, first, second, mask) is nx.is_d_separator(
            theirs(graph), {first}, {second}, nodes_in(mask)
        )

    @given(questions())
    def test_there_is_an_open_path_exactly_where_networkx_finds_no_separation(self, question):
        graph, first, second, mask = question
        separated = nx.is_d_separator(theirs(graph), {first}, {second}, nodes_in(mask))
        names = NAMES[: len(graph)]
        assert (open_path(names, graph, first, second, mask) == "") is separated
        every = list(nx.all_simple_paths(theirs(graph).to_undirected(), first, second))
        closed = closed_paths(names, graph, first, second, mask)
        assert (len(closed) == len(every)) is separated

    @given(questions())
    def test_without_arrows_it_is_the_separation_of_the_undirected_graph(self, question):
        graph, first, second, mask = question
        plain = theirs(graph).to_undirected()
        plain.remove_nodes_from(nodes_in(mask))
        assert separated_ignoring_arrows(graph, first, second, mask) is not nx.has_path(plain, first, second)

    @settings(max_examples=40)
    @given(questions(), st.integers(0, 2**32))
    def test_in_a_random_density_the_independences_are_those_that_the_graph_implies(self, question, seed):
        graph, first, second, mask = question
        joint = random_joint(graph, seed)
        names = NAMES[: len(graph)]
        given_ = [names[node] for node in sorted(nodes_in(mask))]
        bar = f" | {', '.join(given_)}" if given_ else ""
        together = value_of(f"p({names[first]}, {names[second]}{bar})", joint, names)
        apart = value_of(f"p({names[first]}{bar}) p({names[second]}{bar})", joint, names)
        if d_separated(graph, first, second, mask):
            np.testing.assert_allclose(together, apart, rtol=1e-9)

    def test_the_arrows_of_a_path_are_written_as_they_point(self):
        graph = np.array([[0, 1, 0, 0], [0, 0, 0, 1], [0, 1, 0, 0], [0, 0, 0, 0]])
        names = ("x1", "x2", "x3", "z1")
        assert open_path(names, graph, 0, 2, np.array([0, 0, 0, 1])) == "x₁ → x₂ ← x₃"
        assert closed_paths(names, graph, 0, 3, np.array([0, 1, 0, 0])) == (
            "x₁ → x₂ → z₁ is closed at x₂, which is given",
        )


class TestQueries:
    @given(graphs(3, 5))
    def test_they_are_all_conditions_of_all_pairs_without_an_arrow_with_networkxs_verdict(self, graph):
        n = len(graph)
        pairs = [(i, j) for i, j in combinations(range(n), 2) if not graph[i, j] and not graph[j, i]]
        assume(pairs)
        rows = independence_queries(graph).tolist()
        assert len({tuple(row) for row in rows}) == len(rows) == len(pairs) * 2 ** (n - 2)
        assert [row[-1] for row in rows] == sorted((row[-1] for row in rows), reverse=True)
        for i, j, *mask, verdict in rows:
            assert (i, j) in pairs
            assert mask[i] == mask[j] == 0
            assert verdict == nx.is_d_separator(theirs(graph), {i}, {j}, nodes_in(np.array(mask)))


class TestFactorisation:
    @given(graphs(), st.integers(0, 2**32))
    def test_the_factors_multiply_to_a_random_density_of_the_graph(self, graph, seed):
        names, joint = NAMES[: len(graph)], random_joint(graph, seed)
        np.testing.assert_allclose(value_of(factorisation(names, graph), joint, names), joint, rtol=1e-9)

    @settings(max_examples=60)
    @given(graphs(), graphs(), st.integers(0, 2**32))
    def test_it_holds_along_another_graph_exactly_where_a_random_density_says_so(self, graph, other, seed):
        assume(len(graph) == len(other))
        names, joint = NAMES[: len(graph)], random_joint(graph, seed)
        same = np.allclose(value_of(factorisation(names, other), joint, names), joint, rtol=1e-9, atol=0)
        assert factorisation_holds(graph, other) is same

    @given(graphs(), st.integers(0, 2**32))
    def test_an_arrow_too_few_and_joint_factors_change_the_density(self, graph, seed):
        assume(graph.any())
        names, joint = NAMES[: len(graph)], random_joint(graph, seed)
        for text in (factorisation(names, without_arrow(graph, seed)), product_of_families(names, graph)):
            assert not np.allclose(value_of(text, joint, names), joint, rtol=1e-9, atol=0)

    @given(graphs(), st.integers(0, 2**32))
    def test_a_factor_for_each_arrow_is_right_only_without_two_parents(self, graph, seed):
        names, joint = NAMES[: len(graph)], random_joint(graph, seed)
        same = np.allclose(value_of(factorisation_by_arrow(names, graph), joint, names), joint, rtol=1e-9, atol=0)
        assert same is bool((graph.sum(axis=0) < 2).all())

    @given(graphs())
    def test_all_arrows_reversed_hold_where_skeleton_and_meetings_stay(self, graph):
        # Verma & Pearl 1990: equivalent if the arrows meet, without an arrow between their starts, at the same nodes.
        assert factorisation_holds(graph, graph.T) is (meetings(graph) == meetings(graph.T))


def meetings(graph):
    n = len(graph)
    return {
        (i, k, j)
        for k in range(n)
        for i, j in combinations(range(n), 2)
        if graph[i, k] and graph[j, k] and not graph[i, j] and not graph[j, i]
    }


class TestGraphs:
    @given(graphs())
    def test_what_is_built_has_no_cycle_and_one_pair_of_names_an_arrow(self, graph):
        assert nx.is_directed_acyclic_graph(theirs(graph))
        names = NAMES[: len(graph)]
        pairs = arrows_of(names, graph)
        assert sorted(pairs) == sorted((names[i], names[j]) for i, j in theirs(graph).edges)

    @given(graphs())
    def test_connected_is_networkxs_weakly_connected(self, graph):
        assert is_connected(graph) is nx.is_weakly_connected(theirs(graph))

    @given(graphs(), st.integers(0, 30))
    def test_without_an_arrow_there_is_one_less(self, graph, number):
        assume(graph.any())
        fewer = without_arrow(graph, number)
        assert (graph - fewer).min() == 0
        assert (graph - fewer).sum() == 1

    def test_names_are_listed_in_words(self):
        names = ("x1", "x2", "z1")
        assert [listed(names, np.array(mask)) for mask in ([0, 0, 0], [0, 1, 0], [1, 1, 0], [1, 1, 1])] == [
            "nothing",
            "x₂",
            "x₁ and x₂",
            "x₁, x₂ and z₁",
        ]
        assert written_names(("z10",)) == ("z₁₀",)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: factorisation(("a", "b"), np.array([[0, 1], [1, 0]])),
            r"the nodes \[0, 1\], counted from 0, hold a cycle",
        ),
        (lambda: factorisation(("a",), np.array([[1]])), "hold a cycle"),
        (lambda: factorisation(("a",), COLLIDER), "each of the 3 nodes needs a name, and there are 1 names"),
        (lambda: factorisation(("a", "b"), np.array([[0, 2], [0, 0]])), "zeros and ones only"),
        (lambda: is_connected(np.zeros((9, 9))), "at most 8 nodes here, not 9"),
        (lambda: acyclic_graph(np.array([0, 0, 1]), COLLIDER), r"each of the nodes 0 to 2 once, and it is \[0, 0, 1\]"),
        (lambda: without_arrow(np.zeros((2, 2)), 0), "no arrow that could be removed"),
        (lambda: without_arrow(COLLIDER, -1), "at least 0, not -1"),
        (lambda: factorisation_holds(COLLIDER, np.zeros((2, 2))), "they are 3x3 and 2x2"),
        (lambda: d_separated(COLLIDER, 0, 1, np.array([0, 0])), r"3 zeros and ones, not \[0, 0\]"),
        (
            lambda: d_separated(COLLIDER, 0, 0, np.array([0, 0, 0])),
            "two different nodes from 0 to 2 are needed, not 0 and 0",
        ),
        (lambda: d_separated(COLLIDER, 0, 1, np.array([1, 0, 0])), r"neither 0 nor 1 may be in the condition \[0\]"),
        (lambda: independence_queries(np.array([[0, 1], [0, 0]])), "nothing to ask"),
        (lambda: listed(("a", "b"), np.array([1])), "each of the 2 names, not 1"),
    ],
)
def test_arguments_without_sense_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
