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

    from matplotlib.artist import Artist
    from matplotlib.figure import Figure
    from matplotlib.text import Text
    from matplotlib.transforms import Transform
    from numpy.typing import NDArray

Point: TypeAlias = tuple[float, float]
Align: TypeAlias = Literal["left", "center", "right"]

SCALE = 2
"""Pixels of the picture to a CSS pixel."""
_LEVEL = 7
"""How hard zlib tries: 9 takes five times as long, and spares a sixth of the size."""
_PARSERS: dict[str, object] = {}
_POINTS = 0.75  # a CSS pixel is 1/96 inch, a point 1/72


class Canvas:
    """A sheet whose origin is at the top left; lengths are CSS pixels, shades run from 0 (black) to 1 (white).

    What is drawn later lies above what was drawn before.
    """

    def __init__(self, figure: Figure, pixels: Transform) -> None:
        self._figure = figure
        self._pixels = pixels
        self._layer = 0

    def line(
        self, points: Sequence[Point], weight: float = 1.5, shade: float = 0, dashes: tuple[float, float] | None = None
    ) -> None:
        """Draw a line through points."""
        from matplotlib.lines import Line2D  # noqa: PLC0415 - slow to import

        x, y = zip(*points, strict=True)
        # Dashes are given in multiples of the weight.
        style: object = "-" if dashes is None else (0, tuple(length / weight for length in dashes))
        self._add(
            Line2D(
                x,
                y,
                color=str(shade),
                linewidth=weight * _POINTS,
                linestyle=style,  # type: ignore[arg-type]
                solid_capstyle="butt",
                solid_joinstyle="round",
            )
        )

    def polygon(self, corners: Sequence[Point], fill: float = 0, edge: float = 0, weight: float = 1) -> None:
        """Draw a filled polygon; no outline if its weight is 0."""
        from matplotlib.patches import Polygon  # noqa: PLC0415 - slow to import, and rarely needed

        shape = Polygon(corners, closed=True, facecolor=str(fill), edgecolor=str(edge), linewidth=weight * _POINTS)
        self._add(shape)

    def circle(self, centre: Point, radius: float, fill: float = 1, weight: float = 1.5) -> None:
        """Draw a filled circle with a black outline."""
        from matplotlib.patches import Circle  # noqa: PLC0415

        shape = Circle(centre, radius, facecolor=str(fill), edgecolor="0", linewidth=weight * _POINTS)
        self._add(shape)

    def words(self, place: Point, text: str, size: float = 13, align: Align = "center", shade: float = 0) -> None:
        """Write words beside a place, at half their height."""
        self._add(_words(place, text, size, align, shade))

    def label(self, place: Point, text: str, align: Align) -> None:
        """Write words that blot out the grid below them."""
        words = _words(place, text, 14, align, 0)
        words.set_bbox({"facecolor": "1", "edgecolor": "none", "pad": 1.5})
        self._add(words)

    def _add(self, artist: Artist) -> None:
        """Put something on top of the sheet; matplotlib's axes would do it too, and take half of the time."""
        self._layer += 1
        artist.set_zorder(self._layer)
        artist.set_transform(self._pixels)
        self._figure.add_artist(artist)


def _words(place: Point, text: str, size: float, align: Align, shade: float) -> Text:
    from matplotlib.text import Text  # noqa: PLC0415 - slow to import

    return Text(
        *place,
        text,
        fontsize=size * _POINTS,
        horizontalalignment=align,
        verticalalignment="center",
        color=str(shade),
    )


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
    from matplotlib.transforms import Affine2D  # noqa: PLC0415

    width, height = size
    with mpl.rc_context():
        mpl.rcdefaults()  # a user's own settings would change the picture
        figure = Figure(figsize=(width / 96, height / 96), dpi=96 * SCALE, facecolor="1")
        sheet = FigureCanvasAgg(figure)
        painter(Canvas(figure, Affine2D().scale(SCALE, -SCALE).translate(0, SCALE * height)))
        renderer = sheet.get_renderer()  # type: ignore[no-untyped-call]
        # Each renderer would take symbols such as $x_1$ apart anew; a parser remembers them.
        renderer.mathtext_parser = _PARSERS.setdefault("", renderer.mathtext_parser)
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
        (b"IDAT", zlib.compress(rows.tobytes(), _LEVEL)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
