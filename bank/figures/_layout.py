"""Places for the nodes of a directed graph and paths for its arrows, by plain arithmetic.

Small graphs are laid out in layers, arrows downwards, and improved by swaps and shifts until none helps. An arrow that
would run through another node is bent around it. Graphs that would become a tangle are laid out on a circle, where
no straight arrow meets a third node.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, TypeAlias

from markscheme.bank.figures._geometry import NARROW, arc, cross, crossings, distance, lines_of, narrow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markscheme.bank.figures._geometry import Places, Point

Edge: TypeAlias = tuple[int, int]

RADIUS = 18
CLEAR = 8
"""How far an arrow stays away from a node that it does not touch."""
ACROSS, DOWN = 92, 84
MARGIN = 10
MOST_IN_LAYERS, WIDEST_LAYER = 16, 6
"""How many arrows a graph in layers may have, and how many nodes a layer."""
_BENDS_OF_TWO = (0.18, 0.35, 0.5, 0.7, 0.9)  # the other arrow, seen from its own start, bends to the other side
_BENDS = (0, 0.2, -0.2, 0.35, -0.35, 0.5, -0.5, 0.7, -0.7, 0.9, -0.9)
_SPOILT = 100  # the price of what cannot be read
_TOO_NARROW = math.radians(12)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is, in CSS pixels from the top left.

    Attributes
    ----------
    paths
        For each arrow, points along its curve from the middle of one node to the middle of the other.
    """

    size: tuple[int, int]
    nodes: Places
    paths: tuple[Places, ...]


@lru_cache(maxsize=512)
def lay_out(count: int, edges: tuple[Edge, ...]) -> Layout:
    """Lay out a graph whose nodes are numbers from 0; the same graph is always laid out alike."""
    layers = _layers(count, _without_cycles(count, edges))
    if len(edges) <= MOST_IN_LAYERS and max(map(len, layers)) <= WIDEST_LAYER:
        places = _in_layers(layers, edges)
        paths, clean = _route(places, edges)
        if clean:
            return _moved(places, paths)
    return _moved(*_on_circle(count, edges))


def _moved(places: Places, paths: tuple[Places, ...]) -> Layout:
    """Move everything so that it just fits on the sheet."""
    room = RADIUS + MARGIN
    all_x = [x + d for x, _ in places for d in (-room, room)] + [
        x + d for path in paths for x, _ in path for d in (-8, 8)
    ]
    all_y = [y + d for _, y in places for d in (-room, room)] + [
        y + d for path in paths for _, y in path for d in (-8, 8)
    ]
    left, top = min(all_x), min(all_y)
    # Rounded first: the last digits of a sine differ from machine to machine.
    size = math.ceil(round(max(all_x) - left, 3)), math.ceil(round(max(all_y) - top, 3))
    moved = [tuple((round(x - left, 3), round(y - top, 3)) for x, y in points) for points in (places, *paths)]
    return Layout(size, moved[0], tuple(moved[1:]))


def _on_circle(count: int, edges: tuple[Edge, ...]) -> tuple[Places, tuple[Places, ...]]:
    """Place the nodes clockwise from the top, on a circle so large that no arrow comes near a third node."""
    radius = max(ACROSS * (count + 2) / 7, 3 * len(edges))
    while True:
        angles = [2 * math.pi * i / count - math.pi / 2 for i in range(count)]
        places = tuple((radius * math.cos(angle), radius * math.sin(angle)) for angle in angles)
        # Chords meet at a node π/n apart; two arrows between the same nodes part by half of that.
        parted = math.tan(math.pi / (4 * count)) / 2
        bends = [parted if (b, a) in edges else 0 for a, b in edges]
        paths = tuple(arc(places[a], places[b], bend) for (a, b), bend in zip(edges, bends, strict=True))
        if not any(_hits(path, edge, places) for path, edge in zip(paths, edges, strict=True)):
            return places, paths
        radius *= 1.1


# --- layers ---


def _in_layers(layers: list[list[int]], edges: tuple[Edge, ...]) -> Places:
    shifts = [0.0] * len(layers)
    best = _cost(_placed(layers, shifts), shifts, edges)
    while True:
        trials = [(_cost(_placed(*trial), trial[1], edges), trial) for trial in _neighbours(layers, shifts)]
        cost, better = min(trials, key=lambda trial: round(trial[0], 6), default=(best, (layers, shifts)))
        if cost > best - 1e-6:
            return _placed(layers, shifts)
        best, (layers, shifts) = cost, better


def _without_cycles(count: int, edges: tuple[Edge, ...]) -> list[Edge]:
    """Turn around the arrows that close a cycle, as a depth-first walk meets them."""
    after: dict[int, list[int]] = {node: [b for a, b in edges if a == node] for node in range(count)}
    finished: set[int] = set()
    acyclic: list[Edge] = []

    def walk(node: int, above: tuple[int, ...]) -> None:
        for other in after[node]:
            acyclic.append((other, node) if other in above else (node, other))
            if other not in finished and other not in above:
                walk(other, (*above, other))
        finished.add(node)

    entered = {b for _, b in edges}
    for node in sorted(range(count), key=lambda node: (node in entered, node)):
        if node not in finished:
            walk(node, (node,))
    return acyclic


def _layers(count: int, edges: list[Edge]) -> list[list[int]]:
    """Put each node below all that point at it, and as low as what it points at allows."""
    depth = [0] * count
    for _ in range(count):
        for a, b in edges:
            depth[b] = max(depth[b], depth[a] + 1)
    for node in sorted(range(count), key=lambda node: -depth[node]):
        below = [depth[b] for a, b in edges if a == node]
        if below:
            depth[node] = min(below) - 1
    return [[node for node in range(count) if depth[node] == level] for level in range(max(depth) + 1)]


def _placed(layers: list[list[int]], shifts: list[float]) -> Places:
    places: dict[int, Point] = {}
    for level, (layer, shift) in enumerate(zip(layers, shifts, strict=True)):
        for i, node in enumerate(layer):
            places[node] = ((i - (len(layer) - 1) / 2 + shift) * ACROSS, level * DOWN)
    return tuple(places[node] for node in range(len(places)))


def _neighbours(layers: list[list[int]], shifts: list[float]) -> Iterator[tuple[list[list[int]], list[float]]]:
    """Yield what is one swap within a layer, or one shift of a layer, away."""
    for level, layer in enumerate(layers):
        for i, j in combinations(range(len(layer)), 2):
            swapped = list(layer)
            swapped[i], swapped[j] = swapped[j], swapped[i]
            yield [*layers[:level], swapped, *layers[level + 1 :]], shifts
        for shift in (-1, -0.5, 0, 0.5, 1):
            if shift != shifts[level]:
                yield layers, [*shifts[:level], shift, *shifts[level + 1 :]]


def _cost(places: Places, shifts: list[float], edges: tuple[Edge, ...]) -> float:
    lines = [(places[a], places[b]) for a, b in edges]
    crossed = sum(cross(*one, *other) for one, other in combinations(lines, 2))
    tight = sum(narrow(*one, *other) for one, other in combinations(lines, 2))
    hits = sum(
        distance(place, *line) < RADIUS + CLEAR
        for edge, line in zip(edges, lines, strict=True)
        for node, place in enumerate(places)
        if node not in edge
    )
    length = sum(math.dist(*line) for line in lines) / ACROSS
    return 5 * hits + 3 * crossed + 2 * tight + 0.5 * sum(map(abs, shifts)) + 0.3 * length


# --- arrows ---


def _route(places: Places, edges: tuple[Edge, ...]) -> tuple[tuple[Places, ...], bool]:
    """Choose a path for each arrow, shortest first; tell whether all of them can be read."""
    paths: dict[Edge, Places] = {}
    clean = True
    for edge in sorted(edges, key=lambda edge: (round(math.dist(places[edge[0]], places[edge[1]]), 3), edge)):
        bends = _BENDS_OF_TWO if edge[::-1] in edges else _BENDS
        best: Places = ()
        price = math.inf
        for bend in bends:
            if price <= 4 * abs(bend):
                break  # what follows is bent even more
            path = arc(places[edge[0]], places[edge[1]], bend)
            asked = _price(path, bend, edge, places, paths)
            if asked < price:
                best, price = path, asked
        paths[edge] = best
        clean = clean and price < _SPOILT
    return tuple(paths[edge] for edge in edges), clean


def _price(path: Places, bend: float, edge: Edge, places: Places, others: dict[Edge, Places]) -> float:
    price = 4 * abs(bend) + _SPOILT * _hits(path, edge, places)
    for other, taken in others.items():
        shared = set(edge) & set(other)
        if not shared:
            price += crossings(path, taken)
            continue
        angle = min(_between(path, edge, taken, other, node) for node in shared)
        price += _SPOILT if angle < _TOO_NARROW else 6 * (angle < NARROW)
    return price


def _hits(path: Places, edge: Edge, places: Places) -> int:
    """Count the nodes that an arrow comes near without belonging to them."""
    return sum(
        min(distance(place, *line) for line in lines_of(path)) < RADIUS + CLEAR
        for node, place in enumerate(places)
        if node not in edge
    )


def _between(path: Places, edge: Edge, taken: Places, other: Edge, node: int) -> float:
    """Return the angle between two arrows where they meet the same node."""
    turn = _direction(path, edge, node) - _direction(taken, other, node)
    return abs(math.remainder(turn, 2 * math.pi))


def _direction(path: Places, edge: Edge, node: int) -> float:
    outwards = path if edge[0] == node else path[::-1]
    border = next(point for point in outwards if math.dist(point, outwards[0]) > RADIUS)
    return math.atan2(border[1] - outwards[0][1], border[0] - outwards[0][0])
