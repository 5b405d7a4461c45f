"""Directed graphical models: factorisation along an acyclic graph, and the independences that the graph implies.

A graph of n nodes is an adjacency matrix A of zeros and ones: A[i, j] = 1 is an arrow from node i to node j, so that
column j names the parents of j. A set of nodes is a vector of n zeros and ones.
"""

from __future__ import annotations

from itertools import combinations, pairwise, product
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from markscheme.bank.registry import solver
from markscheme.solvers._arguments import by, square_matrix, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from markscheme.solvers._arguments import Matrix

    Integers: TypeAlias = npt.NDArray[np.int64]

Names: TypeAlias = tuple[str, ...]
Parents: TypeAlias = tuple[tuple[int, ...], ...]

MOST_NODES = 8  # every path is walked and every condition is tried
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@solver
def acyclic_graph(order: Integers, arrows: Matrix) -> Integers:
    """Build a graph without cycles from an order of its nodes.

    Parameters
    ----------
    order
        The nodes 0 to n − 1 in an order in which every arrow points forward, shape (n,).
    arrows
        Shape (n, n), zeros and ones. A 1 in row r and column s > r is an arrow from the r-th node of the order to the
        s-th; what is on or below the diagonal does not matter.

    Returns
    -------
    ndarray
        The adjacency matrix, shape (n, n).

    Raises
    ------
    ValueError
        If the order does not hold each node once, or the arrows are not a matrix of zeros and ones of that size.

    Examples
    --------
    >>> acyclic_graph(np.array([2, 0, 1]), np.array([[0, 1, 1], [0, 0, 0], [0, 0, 0]]))
    array([[0, 0, 0],
           [0, 0, 0],
           [1, 1, 0]])
    """
    drawn = square_matrix(arrows, "the matrix of arrows").tolist()
    nodes = order.ravel().tolist()
    if sorted(nodes) != list(range(len(drawn))):
        raise ValueError(f"the order must hold each of the nodes 0 to {len(drawn) - 1} once, and it is {nodes}")
    graph = np.zeros((len(nodes), len(nodes)), dtype=np.int64)
    for r, s in combinations(range(len(nodes)), 2):
        graph[nodes[r], nodes[s]] = drawn[r][s]
    _parents(graph)
    return graph


@solver
def arrows_of(names: Names, graph: Matrix) -> tuple[tuple[str, str], ...]:
    """List the arrows of a graph by name, as the figure `directed_graph` takes them.

    Parameters
    ----------
    names
        The n names.
    graph
        The adjacency matrix, shape (n, n).

    Returns
    -------
    tuple of pairs
        Start and end of each arrow, sorted by the numbers of the nodes.

    Raises
    ------
    ValueError
        If the matrix is not that of an acyclic graph, or there are not as many names as nodes.

    Examples
    --------
    >>> arrows_of(("x1", "z1"), np.array([[0, 0], [1, 0]]))
    (('z1', 'x1'),)
    """
    _named(names, _parents(graph))
    return tuple((names[i], names[j]) for i, j in _edges(graph))


@solver
def without_arrow(graph: Matrix, number: int) -> Integers:
    """Remove one arrow of a graph.

    Parameters
    ----------
    graph
        The adjacency matrix, shape (n, n).
    number
        Which arrow of `arrows_of`, counted from 0; beyond the last one the count starts again.

    Returns
    -------
    ndarray
        The adjacency matrix without that arrow.

    Raises
    ------
    ValueError
        If the matrix is not that of an acyclic graph, or there is no arrow.

    Examples
    --------
    >>> without_arrow(np.array([[0, 1], [0, 0]]), 0)
    array([[0, 0],
           [0, 0]])
    """
    _parents(graph)
    edges = _edges(graph)
    if not edges:
        raise ValueError("the graph has no arrow that could be removed")
    fewer = np.array(graph, dtype=np.int64)
    fewer[edges[whole(number, "the number of the arrow", 0) % len(edges)]] = 0
    return fewer


@solver
def is_connected(graph: Matrix) -> bool:
    """Decide whether a graph hangs together, the direction of its arrows ignored.

    Parameters
    ----------
    graph
        The adjacency matrix of an acyclic graph, shape (n, n).

    Returns
    -------
    bool
        Whether a path leads from each node to each other.

    Raises
    ------
    ValueError
        If the matrix is not that of an acyclic graph.

    Examples
    --------
    >>> is_connected(np.array([[0, 0, 1], [0, 0, 1], [0, 0, 0]]))
    True
    """
    parents = _parents(graph)
    return len(_reached_ignoring_arrows(parents, 0, set())) == len(parents)


@solver
def factorisation(names: Names, graph: Matrix) -> str:
    """Write a joint density as the graph says: one factor a node, given its parents.

    Parameters
    ----------
    names
        The n names: a letter and perhaps an index.
    graph
        The adjacency matrix of an acyclic graph, shape (n, n).

    Returns
    -------
    str
        The factors in the order of the names, in plain characters.

    Raises
    ------
    ValueError
        If the matrix is not that of an acyclic graph, or there are not as many names as nodes.

    References
    ----------
    Koller & Friedman 2009, "Probabilistic Graphical Models", definition 3.4 and equation 3.17.

    Examples
    --------
    >>> factorisation(("x1", "x2", "z1"), np.array([[0, 0, 0], [0, 0, 0], [1, 1, 0]]))
    'p(x₁ | z₁) p(x₂ | z₁) p(z₁)'
    """
    parents = _parents(graph)
    shown = _named(names, parents)
    return " ".join(_factor(shown, node, given) for node, given in enumerate(parents))


@solver
def factorisation_by_arrow(names: Names, graph: Matrix) -> str:
    """Write a product with a factor for each *arrow*, which is mistaken for the factorisation.

    A node with several parents then has several factors; with one parent at most everywhere the product is right.

    Parameters
    ----------
    names, graph
        As for `factorisation`.

    Returns
    -------
    str
        The factors, those of one node beside each other.

    Raises
    ------
    ValueError
        As `factorisation` does.

    Examples
    --------
    >>> factorisation_by_arrow(("x1", "z1", "z2"), np.array([[0, 0, 0], [1, 0, 0], [1, 0, 0]]))
    'p(x₁ | z₁) p(x₁ | z₂) p(z₁) p(z₂)'
    """
    parents = _parents(graph)
    shown = _named(names, parents)
    single = ((node, (one,) if one is not None else ()) for node, many in enumerate(parents) for one in many or (None,))
    return " ".join(_factor(shown, node, given) for node, given in single)


@solver
def product_of_families(names: Names, graph: Matrix) -> str:
    """Write the product of the *joint* densities of each node and its parents, mistaken for the factorisation.

    Parameters
    ----------
    names, graph
        As for `factorisation`.

    Returns
    -------
    str
        The factors, in the order of the names.

    Raises
    ------
    ValueError
        As `factorisation` does.

    Examples
    --------
    >>> product_of_families(("x1", "z1"), np.array([[0, 0], [1, 0]]))
    'p(x₁, z₁) p(z₁)'
    """
    parents = _parents(graph)
    shown = _named(names, parents)
    return " ".join(f"p({', '.join(shown[i] for i in (node, *given))})" for node, given in enumerate(parents))


@solver
def factorisation_holds(graph: Matrix, other: Matrix) -> bool:
    """Decide whether each density that factorises along one graph factorises along another as well.

    This is so if and only if each node of the other graph is d-separated, in the first one, from its non-descendants
    given its parents.

    Parameters
    ----------
    graph
        The graph along which the density factorises, shape (n, n).
    other
        The graph whose factorisation is asked about, shape (n, n).

    Returns
    -------
    bool
        Whether the other factorisation holds for all of these densities.

    Raises
    ------
    ValueError
        If a matrix is not that of an acyclic graph, or the two differ in size.

    References
    ----------
    Koller & Friedman 2009, theorems 3.1 and 3.2 (local independences), 3.3 to 3.5 (d-separation).

    Examples
    --------
    A chain may be reversed; two arrows that meet may not.

    >>> chain, meeting = np.array([[0, 1, 0], [0, 0, 1], [0, 0, 0]]), np.array([[0, 1, 0], [0, 0, 0], [0, 1, 0]])
    >>> factorisation_holds(chain, chain.T), factorisation_holds(meeting, meeting.T)
    (True, False)
    """
    parents, claimed = _parents(graph), _parents(other)
    if len(parents) != len(claimed):
        raise ValueError(f"both graphs need the same nodes, and they are {by(graph)} and {by(other)}")
    for node, given in enumerate(claimed):
        later = _descendants(claimed, node)
        apart = set(range(len(claimed))) - later - {node, *given}
        if apart & _dependent(parents, node, set(given)):
            return False
    return True


@solver
def d_separated(graph: Matrix, first: int, second: int, given: Integers) -> bool:
    """Decide whether a graph implies that two variables are independent given others.

    Parameters
    ----------
    graph
        The adjacency matrix of an acyclic graph, shape (n, n).
    first, second
        Two different nodes, counted from 0.
    given
        The nodes in the condition, as n zeros and ones, neither of the two among them.

    Returns
    -------
    bool
        Whether no path between the two is open: whether the independence holds for each density that factorises along
        the graph.

    Raises
    ------
    ValueError
        If the matrix is not that of an acyclic graph, a node does not exist or is in the condition, or the two are one.

    References
    ----------
    Koller & Friedman 2009, definition 3.7, by their algorithm 3.1.

    Examples
    --------
    Two causes of one effect are independent, but not once the effect is known.

    >>> graph = np.array([[0, 0, 1], [0, 0, 1], [0, 0, 0]])
    >>> d_separated(graph, 0, 1, np.array([0, 0, 0])), d_separated(graph, 0, 1, np.array([0, 0, 1]))
    (True, False)
    """
    parents = _parents(graph)
    return second not in _dependent(parents, first, _condition(parents, first, second, given))


@solver
def separated_ignoring_arrows(graph: Matrix, first: int, second: int, given: Integers) -> bool:
    """Decide whether each path between two nodes runs through the condition, which is mistaken for d-separation.

    Parameters
    ----------
    graph, first, second, given
        As for `d_separated`.

    Returns
    -------
    bool
        Whether the nodes fall apart when those in the condition are taken out, all arrows seen as plain lines.

    Raises
    ------
    ValueError
        As `d_separated` does.

    Examples
    --------
    >>> graph = np.array([[0, 0, 1], [0, 0, 1], [0, 0, 0]])
    >>> separated_ignoring_arrows(graph, 0, 1, np.array([0, 0, 1]))
    True
    """
    parents = _parents(graph)
    condition = _condition(parents, first, second, given)
    return second not in _reached_ignoring_arrows(parents, first, condition)


@solver
def independence_queries(graph: Matrix) -> Integers:
    """List all questions of conditional independence between nodes that no arrow joins.

    Parameters
    ----------
    graph
        The adjacency matrix of an acyclic graph, shape (n, n).

    Returns
    -------
    ndarray
        Shape (m, n + 3), a row for each question: the two nodes, the condition as n zeros and ones, and 1 if the graph
        implies the independence. Those that it implies come first.

    Raises
    ------
    ValueError
        If the matrix is not that of an acyclic graph, or an arrow joins any two nodes.

    Examples
    --------
    >>> independence_queries(np.array([[0, 0, 1], [0, 0, 1], [0, 0, 0]]))
    array([[0, 1, 0, 0, 0, 1],
           [0, 1, 0, 0, 1, 0]])
    """
    parents = _parents(graph)
    queries: list[list[int]] = []
    for i, j in combinations(range(len(parents)), 2):
        if i in parents[j] or j in parents[i]:
            continue
        for mask in product(*((0,) if node in (i, j) else (0, 1) for node in range(len(parents)))):
            condition = {node for node, taken in enumerate(mask) if taken}
            queries.append([i, j, *mask, int(j not in _dependent(parents, i, condition))])
    if not queries:
        raise ValueError("an arrow joins any two nodes of the graph, so that there is nothing to ask")
    return np.array(sorted(queries, key=lambda query: -query[-1]), dtype=np.int64)


@solver
def open_path(names: Names, graph: Matrix, first: int, second: int, given: Integers) -> str:
    """Write a shortest open path between two nodes.

    Parameters
    ----------
    names
        The n names.
    graph, first, second, given
        As for `d_separated`.

    Returns
    -------
    str
        Such as ``"x₁ → z₁ ← x₂"``; empty where the two are d-separated.

    Raises
    ------
    ValueError
        As `d_separated` does, or if there are not as many names as nodes.

    References
    ----------
    Koller & Friedman 2009, definition 3.6 (active trails).

    Examples
    --------
    >>> open_path(("x1", "x2", "z1"), np.array([[0, 0, 1], [0, 0, 1], [0, 0, 0]]), 0, 1, np.array([0, 0, 1]))
    'x₁ → z₁ ← x₂'
    """
    parents = _parents(graph)
    shown, condition = _named(names, parents), _condition(parents, first, second, given)
    openings = (path for path in _paths(parents, first, second) if _closed_at(parents, path, condition) is None)
    return _written(shown, parents, min(openings, key=len, default=()))


@solver
def closed_paths(names: Names, graph: Matrix, first: int, second: int, given: Integers) -> tuple[str, ...]:
    """Write each closed path between two nodes, with the first node that closes it.

    Parameters
    ----------
    names, graph, first, second, given
        As for `open_path`.

    Returns
    -------
    tuple of str
        Such as ``"x₁ → z₁ ← x₂ is closed at z₁, where two arrows meet"``, the shortest path first.

    Raises
    ------
    ValueError
        As `open_path` does.

    Examples
    --------
    >>> closed_paths(("x1", "x2", "z1"), np.array([[0, 0, 1], [0, 0, 1], [0, 0, 0]]), 0, 1, np.array([0, 0, 0]))
    ('x₁ → z₁ ← x₂ is closed at z₁, where two arrows meet',)
    """
    parents = _parents(graph)
    shown, condition = _named(names, parents), _condition(parents, first, second, given)
    lines = []
    for path in sorted(_paths(parents, first, second), key=len):
        node = _closed_at(parents, path, condition)
        if node is not None:
            why = "which is given" if node in condition else "where two arrows meet"
            lines.append(f"{_written(shown, parents, path)} is closed at {shown[node]}, {why}")
    return tuple(lines)


@solver
def written_names(names: Names) -> Names:
    """Write the indices of names as such.

    Parameters
    ----------
    names
        A letter and perhaps digits each.

    Returns
    -------
    tuple of str
        The names in plain characters.

    Examples
    --------
    >>> written_names(("x1", "z12"))
    ('x₁', 'z₁₂')
    """
    return tuple(name.translate(_LOWERED) for name in names)


@solver
def listed(names: Names, chosen: Integers) -> str:
    """List chosen names in words.

    Parameters
    ----------
    names
        The n names.
    chosen
        n zeros and ones.

    Returns
    -------
    str
        Such as ``"x₁, x₂ and z₁"``, or ``"nothing"``.

    Raises
    ------
    ValueError
        If there are not as many zeros and ones as names.

    Examples
    --------
    >>> listed(("x1", "x2", "z1"), np.array([1, 0, 1]))
    'x₁ and z₁'
    """
    flags = chosen.ravel().tolist()
    if len(flags) != len(names):
        raise ValueError(f"there must be a zero or one for each of the {len(names)} names, not {len(flags)}")
    *most, last = [name for name, flag in zip(written_names(names), flags, strict=True) if flag] or ["nothing"]
    return f"{', '.join(most)} and {last}" if most else last


def _parents(graph: Matrix) -> Parents:
    """Return the parents of each node, once the graph is known to be sound."""
    rows = square_matrix(graph, "the adjacency matrix").tolist()
    if len(rows) > MOST_NODES:
        raise ValueError(f"a graph has at most {MOST_NODES} nodes here, not {len(rows)}")
    if any(entry not in (0, 1) for row in rows for entry in row):
        raise ValueError("an adjacency matrix holds zeros and ones only")
    parents = tuple(tuple(i for i, row in enumerate(rows) if row[j]) for j in range(len(rows)))
    left = set(range(len(rows)))
    while left:
        roots = {node for node in left if not left.intersection(parents[node])}
        if not roots:
            raise ValueError(f"the nodes {sorted(left)}, counted from 0, hold a cycle; arrows must not lead back")
        left -= roots
    return parents


def _edges(graph: Matrix) -> list[tuple[int, int]]:
    return [(i, j) for i, row in enumerate(graph.tolist()) for j, entry in enumerate(row) if entry]


def _named(names: Names, parents: Parents) -> Names:
    if len(names) != len(parents):
        raise ValueError(f"each of the {len(parents)} nodes needs a name, and there are {len(names)} names")
    return written_names(names)


def _factor(shown: Names, node: int, given: Sequence[int]) -> str:
    bar = f" | {', '.join(shown[i] for i in given)}" if given else ""
    return f"p({shown[node]}{bar})"


def _condition(parents: Parents, first: int, second: int, given: Integers) -> set[int]:
    """Return the nodes of the condition, once the question is known to make sense."""
    n, flags = len(parents), given.ravel().tolist()
    if len(flags) != n or any(flag not in (0, 1) for flag in flags):
        raise ValueError(f"the condition must be {n} zeros and ones, not {flags}")
    if not (0 <= first < n and 0 <= second < n) or first == second:
        raise ValueError(f"two different nodes from 0 to {n - 1} are needed, not {first} and {second}")
    condition = {node for node, flag in enumerate(flags) if flag}
    if condition & {first, second}:
        raise ValueError(f"neither {first} nor {second} may be in the condition {sorted(condition)}")
    return condition


def _descendants(parents: Parents, node: int) -> set[int]:
    """Return the nodes that arrows lead to from one, without itself."""
    found: set[int] = set()
    waiting = [node]
    while waiting:
        here = waiting.pop()
        new = {child for child, its in enumerate(parents) if here in its} - found
        found |= new
        waiting += new
    return found


def _dependent(parents: Parents, start: int, condition: set[int]) -> set[int]:
    """Return the nodes that some open path joins with a start, by Koller & Friedman's algorithm 3.1."""
    opening = set(condition)  # nodes at which arrows may meet: the condition and what leads to it
    for _ in parents:
        opening.update(*(parents[node] for node in opening))
    reached: set[int] = set()
    seen: set[tuple[int, bool]] = set()
    waiting = [(start, True)]
    while waiting:
        node, from_below = visit = waiting.pop()
        if visit in seen:
            continue
        seen.add(visit)
        if node not in condition:
            reached.add(node)
            waiting += [(child, False) for child, its in enumerate(parents) if node in its]
        if node not in condition if from_below else node in opening:
            waiting += [(parent, True) for parent in parents[node]]
    return reached - {start}


def _reached_ignoring_arrows(parents: Parents, start: int, condition: set[int]) -> set[int]:
    found, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        near = {node for node, its in enumerate(parents) if here in its or node in parents[here]}
        waiting += near - found - condition
        found |= near - condition
    return found


def _paths(parents: Parents, first: int, second: int) -> Iterator[tuple[int, ...]]:
    """Yield the paths between two nodes that visit no node twice, whichever way their arrows point."""
    waiting: list[tuple[int, ...]] = [(first,)]
    while waiting:
        path = waiting.pop()
        here = path[-1]
        if here == second:
            yield path
            continue
        near = [node for node, its in enumerate(parents) if here in its or node in parents[here]]
        waiting += [(*path, node) for node in reversed(near) if node not in path]


def _closed_at(parents: Parents, path: Sequence[int], condition: set[int]) -> int | None:
    """Return the first node that closes a path, or None where it is open."""
    for before, node, after in zip(path, path[1:], path[2:], strict=False):
        if before in parents[node] and after in parents[node]:
            if not condition & (_descendants(parents, node) | {node}):
                return node
        elif node in condition:
            return node
    return None


def _written(shown: Names, parents: Parents, path: Sequence[int]) -> str:
    if not path:
        return ""
    steps = (f" {'→' if a in parents[b] else '←'} {shown[b]}" for a, b in pairwise(path))
    return shown[path[0]] + "".join(steps)
