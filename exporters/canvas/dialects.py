"""Dialects: what one writer changes from a package for Canvas to another, or to plain QTI 1.2."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A form of package.

    Attributes
    ----------
    name, title, suffix
        As `markscheme.exporters.format.Format` has them.
    cartridge
        Whether it is a course cartridge, which has a file by which Canvas recognises it, and folders of fixed names.
    plain
        Whether it is QTI 1.2 without what only Canvas knows.
    """

    name: str
    title: str
    suffix: str
    cartridge: bool = False
    plain: bool = False

    @property
    def files(self) -> str:
        """The folder of the picture files."""
        return "web_resources/images" if self.cartridge else "images"

    @property
    def link(self) -> str:
        """What stands before a picture's name in a text."""
        return "images/" if self.plain else "$IMS-CC-FILEBASE$/images/"


CANVAS = Dialect(name="canvas", title="Canvas: QTI .zip file for Classic and New Quizzes", suffix=".zip")
CARTRIDGE = Dialect(name="canvas-cartridge", title="Canvas: course cartridge", suffix=".imscc", cartridge=True)
PLAIN = Dialect(name="qti12", title="QTI 1.2.1 (ILIAS, Brightspace and others)", suffix=".zip", plain=True)
