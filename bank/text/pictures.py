"""Picture files of an author: found beside the spec, named by their content."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from markscheme.bank.problems import fail
from markscheme.bank.text.source import Picture

if TYPE_CHECKING:
    from markscheme.bank.problems import Place

KINDS = (".png", ".svg", ".jpg", ".jpeg", ".gif")
LARGEST_FILE = 5 * 2**20


def find_picture(source: str, place: Place, folder: Path | None) -> Picture:
    """Return the picture file that a text names.

    Parameters
    ----------
    source
        The file's path relative to the spec, with ``/`` between folders.
    folder
        The spec's folder; the file must lie in it or below, links followed.

    Raises
    ------
    BankError
        If there is no such file in the folder, or it is not a picture.
    """
    wanted = unquote(source)
    if folder is None or ":" in wanted:
        raise fail(place, "E421", f"the picture '{wanted}' is not a file beside the spec")
    path = (folder / wanted).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise fail(place, "E421", f"the picture '{wanted}' lies outside the folder of the spec")
    if path.suffix.lower() not in KINDS:
        raise fail(place, "E421", f"'{wanted}' is not a picture", "one of " + ", ".join(KINDS))
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise fail(place, "E421", f"the picture '{wanted}' is larger than 5 MiB")
        digest = blake2b(path.read_bytes(), digest_size=6).hexdigest()
    except OSError as error:
        raise fail(place, "E421", f"the picture '{wanted}' cannot be read: {error.strerror}") from None
    return Picture(source=source, name=f"{digest}{path.suffix.lower()}", path=Path(path))
