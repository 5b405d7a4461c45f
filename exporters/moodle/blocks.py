r"""Take a file in blocks, as Moodle 4.5 would take it: UTF-8 only, without what stands before and behind its content.

Examples
--------
>>> blocks = Blocks(b"\n <quiz/>\n\0", "small.xml")
>>> list(blocks), blocks.at(1), str(blocks.place(1, 0))
([b'<quiz/>\n'], 113, 'small.xml:2:2')
"""

from __future__ import annotations

import codecs
import io
import re
from typing import TYPE_CHECKING, Final

from markscheme.bank.problems import Place, fail
from markscheme.exporters.moodle.numbers import BLANKS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

MAX_BYTES: Final = 512 * 2**20
_BLOCK: Final = 65536
_MARK: Final = b"\xef\xbb\xbf"
_BLANKS: Final = BLANKS.encode()
_LINE: Final = re.compile(rb"\r\n?|\n")
_ODD_BLANK: Final = re.compile(rb"[\0\v]")
"""What PHP trims at the end, and XML does not know."""


class Blocks:
    """The blocks of a file, without a byte order mark, blanks before its content, and odd ones behind it.

    Parameters
    ----------
    source
        The file's content, or its path.
    file
        The name to use in messages; a path's own by default.
    """

    def __init__(self, source: bytes | Path, file: str = "") -> None:
        self._source = source
        self.file = file if isinstance(source, bytes) else file or source.name
        self._before = (0, 0)  # lines, and bytes of the line in which the content begins
        self._kept = b""  # what may be asked for, and where it begins
        self._start = 0

    def __iter__(self) -> Iterator[bytes]:
        """Yield blocks that are never empty.

        Raises
        ------
        BankError
            X701 if the file is not UTF-8; X702 if it is too large.
        """
        if isinstance(self._source, bytes):
            self._check_size(len(self._source))
            yield from self._content(io.BytesIO(self._source))
        else:
            with self._source.open("rb") as stream:
                self._check_size(self._source.stat().st_size)
                yield from self._content(stream)

    def at(self, index: int) -> int:
        """Return the byte at a place in the content that was not forgotten."""
        return self._kept[index - self._start]

    def forget(self, index: int) -> int:
        """Forget what lies before a place in the content; return how much lies behind it."""
        index = max(index, self._start)
        self._kept = self._kept[index - self._start :]
        self._start = index
        return len(self._kept)

    def place(self, line: int, column: int) -> Place:
        """Return the place in the file of a line (from 1) and column (from 0) of the content."""
        lines, columns = self._before
        return Place(self.file, line + lines, column + 1 + (columns if line == 1 else 0))

    def _check_size(self, size: int) -> None:
        if size > MAX_BYTES:
            message = f"the file is larger than {MAX_BYTES >> 20} MiB"
            raise fail(Place(self.file), "X702", message, "split the export")

    def _content(self, stream: BinaryIO) -> Iterator[bytes]:
        held = b""
        for block in self._begun(stream):
            whole = held + block
            blanks = whole[len(whole.rstrip(_BLANKS)) :]
            odd = _ODD_BLANK.search(blanks)
            held = blanks[odd.start() :] if odd else b""
            if len(held) > _BLOCK:
                held = b""  # more than anybody means to end a file with: the parser says where they begin
            content = whole[: len(whole) - len(held)]
            if content:
                self._kept += content
                yield content

    def _begun(self, stream: BinaryIO) -> Iterator[bytes]:
        """Yield the blocks of a stream from the first byte on that counts."""
        begun = False
        for block in self._decodable(stream):
            content = block if begun else block.lstrip(_BLANKS)
            if not begun:
                self._pass_over(block[: len(block) - len(content)])
            begun = begun or bool(content)
            if content:
                yield content

    def _pass_over(self, blanks: bytes) -> None:
        lines = _LINE.split(blanks)
        before, columns = self._before
        self._before = before + len(lines) - 1, len(lines[-1]) + (columns if len(lines) == 1 else 0)

    def _decodable(self, stream: BinaryIO) -> Iterator[bytes]:
        """Yield the blocks of a stream without its byte order mark."""
        decoder = codecs.getincrementaldecoder("utf-8")()
        size = lines = 0
        try:
            while block := stream.read(_BLOCK):
                size += len(block)
                self._check_size(size)  # a pipe does not tell it before
                if size == len(block) and b"\0" in block[:2]:
                    raise fail(Place(self.file, 1, 1), "X701", "the file looks like UTF-16", "save it as UTF-8")
                decoder.decode(block)
                lines += block.count(b"\n")
                yield block.removeprefix(_MARK) if size == len(block) else block
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            line = lines + error.object.count(b"\n", 0, error.start) + 1
            raise fail(Place(self.file, line, 1), "X701", "the file is not UTF-8", "save it as UTF-8") from None
