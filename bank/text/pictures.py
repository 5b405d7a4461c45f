"""Picture files of an author: found beside the spec, named by their content."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING
from urllib.parse import unquote

from markscheme.bank.problems import fail, nearest
from markscheme.bank.text.source import PictureFile
from markscheme.bank.yaml_text import shown

if TYPE_CHECKING:
    from collections.abc import Collection

    from markscheme.bank.problems import Place

KINDS = (".png", ".svg", ".jpg", ".jpeg", ".gif")
LARGEST_FILE = 5 * 2**20


def find_picture(source: str, place: Place, folder: Path | None, figures: Collection[str] = ()) -> PictureFile:
    """Return the picture file that a text names.

    Parameters
    ----------
    source
        The file's path relative to the spec, with ``/`` between folders.
    folder
        The spec's folder; the file must lie in it or below, links followed.
    figures
        The question's figures, one of which may have been meant.

    Raises
    ------
    BankError
        If there is no such file in the folder, or it is not a picture.
    """
    name = unquote(source)
    wanted = shown(name)
    if folder is None or not name.isprintable() or any(mark in name for mark in ":\\"):
        hint = "copy it there, and part folders by /; nothing is fetched from the web"
        raise fail(place, "E421", f"the picture '{wanted}' is not a file beside the spec", hint)
    try:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise fail(place, "E421", f"the picture '{wanted}' lies outside the folder of the spec")
        if path.suffix.lower() not in KINDS:
            path.stat()
            raise fail(place, "E421", f"'{wanted}' is not a picture", "one of " + ", ".join(KINDS))
        if not S_ISREG(path.stat().st_mode):
            raise fail(place, "E421", f"the picture '{wanted}' cannot be read: it is no ordinary file")
        if path.stat().st_size > LARGEST_FILE:
            raise fail(place, "E421", f"the picture '{wanted}' is larger than 5 MiB")
        digest = blake2b(path.read_bytes(), digest_size=6).hexdigest()
    except FileNotFoundError:
        hint = nearest(name, figures) or "it must stand beside the spec, or be named under 'figures'"
        raise fail(place, "E421", f"there is no picture '{wanted}'", hint) from None
    except (OSError, RuntimeError) as error:  # links in a circle are a RuntimeError until Python 3.13
        reason = getattr(error, "strerror", None) or "its links go round in a circle"
        raise fail(place, "E421", f"the picture '{wanted}' cannot be read: {reason}") from None
    return PictureFile(source=source, name=f"{digest}{path.suffix.lower()}", path=Path(path))
