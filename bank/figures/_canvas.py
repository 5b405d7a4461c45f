"""A sheet of paper for the figure kinds: lines, shapes and words in black and grey, placed in CSS pixels.

Nothing else of the figure kinds knows the drawing library.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

Point: TypeAlias = tuple[float, float]
Align: TypeAlias = Literal["left", "center", "right"]

SCALE = 2
"""Pixels of the picture to a CSS pixel."""
_POINTS = 0.75  # a CSS pixel is 1/96 inch, a point 1/72


class Canvas:
    """A sheet whose origin is at the top left; lengths are CSS pixels, shades run from 0 (black) to 1 (white).

    What is drawn later lies above what was drawn before.
    """

    def __init__(self, axes: Axes) -> None:
        self._axes = axes
        self._layer = 0

    def line(
        self, points: Sequence[Point], weight: float = 1.5, shade: float = 0, dashes: tuple[float, float] | None = None
    ) -> None:
        """Draw a line through points."""
        x, y = zip(*points, strict=True)
        # Dashes are given in multiples of the weight.
        style: object = "-" if dashes is None else (0, tuple(length / weight for length in dashes))
        self._axes.plot(
            x,
            y,
            color=str(shade),
            linewidth=weight * _POINTS,
            linestyle=style,
            solid_capstyle="butt",
            solid_joinstyle="round",
            zorder=self._next(),
        )

    def polygon(self, corners: Sequence[Point], fill: float = 0, edge: float = 0, weight: float = 1) -> None:
        """Draw a filled polygon; no outline if its weight is 0."""
        from matplotlib.patches import Polygon  # noqa: PLC0415 - slow to import, and rarely needed

        shape = Polygon(corners, closed=True, facecolor=str(fill), edgecolor=str(edge), linewidth=weight * _POINTS)
        shape.set_zorder(self._next())
        self._axes.add_patch(shape)

    def circle(self, centre: Point, radius: float, fill: float = 1, weight: float = 1.5) -> None:
        """Draw a filled circle with a black outline."""
        from matplotlib.patches import Circle  # noqa: PLC0415

        shape = Circle(centre, radius, facecolor=str(fill), edgecolor="0", linewidth=weight * _POINTS)
        shape.set_zorder(self._next())
        self._axes.add_patch(shape)

    def words(self, place: Point, text: str, size: float = 13, align: Align = "center", shade: float = 0) -> None:
        """Write words beside a place, at half their height."""
        self._axes.text(
            *place,
            text,
            fontsize=size * _POINTS,
            horizontalalignment=align,
            verticalalignment="center",
            color=str(shade),
            zorder=self._next(),
        )

    def label(self, place: Point, text: str, align: Align) -> None:
        """Write words that blot out the grid below them."""
        self.words(place, text, size=14, align=align)
        self._axes.texts[-1].set_bbox({"facecolor": "1", "edgecolor": "none", "pad": 1.5})

    def _next(self) -> int:
        self._layer += 1
        return self._layer


def paint(size: tuple[int, int], painter: Callable[[Canvas], None]) -> bytes:
    """Return a PNG of what a painter draws on a white sheet.

    Parameters
    ----------
    size
        Width and height in CSS pixels.

    Returns
    -------
    bytes
        The same in every run with the same release of matplotlib.
    """
    import matplotlib as mpl  # noqa: PLC0415 - slow to import, and needed only where files are written
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    width, height = size
    with mpl.rc_context():
        mpl.rcdefaults()  # a user's own settings would change the picture
        figure = Figure(figsize=(width / 96, height / 96), dpi=96 * SCALE, facecolor="1")
        sheet = FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)
        axes.set_autoscale_on(False)
        painter(Canvas(axes))
        sheet.draw()  # type: ignore[no-untyped-call]
        grey = np.asarray(sheet.buffer_rgba())[:, :, 0]  # type: ignore[no-untyped-call]
    return _png(grey)


def _png(grey: NDArray[np.uint8]) -> bytes:
    """Write a picture in shades of grey; matplotlib's own writer has colours only, at three times the size.

    PNG specification, third edition (W3C 2023): a signature, then chunks for size, resolution, content and end. Each
    row stands behind the number of its filter (0: none).
    """
    height, width = grey.shape
    rows = np.hstack([np.zeros((height, 1), dtype=np.uint8), grey])
    per_metre = round(96 * SCALE / 0.0254)
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)),
        (b"IDAT", zlib.compress(rows.tobytes(), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
