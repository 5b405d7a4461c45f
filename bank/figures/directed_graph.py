"""Directed graphs: nodes with names such as x1, shown as a letter with an index, and arrows between them."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, TypeAlias

from markscheme.bank.figures import FIGURES, FigureKind
from markscheme.bank.figures._layout import RADIUS, Layout, lay_out
from markscheme.bank.figures._words import repeat

if TYPE_CHECKING:
    from markscheme.bank.figures._canvas import Canvas, Point
    from markscheme.bank.values import Value

Names: TypeAlias = tuple[str, ...]
Edges: TypeAlias = tuple[tuple[str, str], ...]

MOST_NODES = 12
_NAME = re.compile(r"([A-Za-z])([0-9]{0,2})")
HEAD, WIDTH = 11, 4.5
"""How long an arrow's head is, and half of how wide."""


def check(nodes: Value, edges: Value) -> tuple[Value, ...]:
    """Check names and arrows; the arrows are put into the order of the nodes."""
    if not isinstance(nodes, tuple):
        raise ValueError(f"the nodes must be a tuple of names, such as ('x1', 'x2'), not {repeat(nodes)}")
    if not 1 <= len(nodes) <= MOST_NODES:
        raise ValueError(f"a graph must have from 1 to {MOST_NODES} nodes, not {len(nodes)}")
    for i, name in enumerate(nodes):
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise ValueError(f"a node's name must be a letter and up to two digits, such as 'x1', not {repeat(name)}")
        if name in nodes[:i]:
            raise ValueError(f"the node {repeat(name)} is named twice")
    if not isinstance(edges, tuple):
        raise ValueError(f"the arrows must be a tuple of pairs, such as (('x1', 'x2'),), not {repeat(edges)}")
    for i, edge in enumerate(edges):
        _check_edge(edge, nodes)
        if edge in edges[:i]:
            raise ValueError(f"the arrow {repeat(edge)} is there twice")
    return nodes, tuple(sorted(edges, key=lambda edge: (nodes.index(edge[0]), nodes.index(edge[1]))))


def _check_edge(edge: Value, nodes: Names) -> None:
    if not isinstance(edge, tuple) or len(edge) != 2:
        raise ValueError(f"an arrow must be a pair of names, such as ('x1', 'x2'), not {repeat(edge)}")
    for name in edge:
        if name not in nodes:
            raise ValueError(f"the arrow {repeat(edge)} has an end {repeat(name)} that is not one of the nodes")
    if edge[0] == edge[1]:
        raise ValueError(f"the arrow {repeat(edge)} must lead to another node")


def _layout(nodes: Names, edges: Edges) -> Layout:
    return lay_out(len(nodes), tuple((nodes.index(a), nodes.index(b)) for a, b in edges))


def size(nodes: Names, edges: Edges) -> tuple[int, int]:
    """Return width and height."""
    return _layout(nodes, edges).size


def describe(nodes: Names, edges: Edges) -> str:
    """List the nodes and the arrows."""
    several = "s" * (len(nodes) > 1)
    arrows = ", ".join(f"{a} to {b}" for a, b in edges)
    ends = {0: "no arrows", 1: f"one arrow, {arrows}"}.get(len(edges), f"arrows {arrows}")
    return f"A directed graph with node{several} {', '.join(nodes)} and {ends}."


def draw(nodes: Names, edges: Edges) -> bytes:
    """Draw the arrows, then the nodes."""
    from markscheme.bank.figures._canvas import paint  # noqa: PLC0415 - only to draw

    layout = _layout(nodes, edges)

    def painter(canvas: Canvas) -> None:
        for path in layout.paths:
            _draw_arrow(canvas, path)
        for name, place in zip(nodes, layout.nodes, strict=True):
            canvas.circle(place, RADIUS)
            canvas.words(place, _symbol(name), size=17)

    return paint(layout.size, painter)


def _symbol(name: str) -> str:
    letter, index = re.sub(_NAME, r"\1 \2", name).split(" ")
    return f"${letter}_{{{index}}}$" if index else f"${letter}$"


def _draw_arrow(canvas: Canvas, path: tuple[Point, ...]) -> None:
    """Draw a path up to the border of its last node, where the head's tip is."""
    tip = _at_distance(path, RADIUS + 1.5)
    base = _at_distance(path, RADIUS + 1.5 + HEAD)
    middle = path[-1]
    shaft = [point for point in path if math.dist(point, middle) > math.dist(base, middle)]
    canvas.line([*shaft, base], weight=1.5)
    along = ((tip[0] - base[0]) / HEAD, (tip[1] - base[1]) / HEAD)
    corners = [(base[0] + side * WIDTH * along[1], base[1] - side * WIDTH * along[0]) for side in (1, -1)]
    canvas.polygon([tip, *corners], fill=0, weight=0)


def _at_distance(path: tuple[Point, ...], distance: float) -> Point:
    """Return where a path last comes within a distance of its end."""
    end = path[-1]
    for a, b in zip(path[-2::-1], path[::-1], strict=False):
        near, far = math.dist(b, end), math.dist(a, end)
        if far >= distance:
            part = (distance - near) / (far - near)
            return b[0] + part * (a[0] - b[0]), b[1] + part * (a[1] - b[1])
    return path[0]


FIGURES.add("directed_graph", FigureKind(check=check, size=size, describe=describe, draw=draw))
