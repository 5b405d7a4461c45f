"""Banks: folders of questions, found and read."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING

from markscheme.bank.bank_code import import_solvers
from markscheme.bank.paper import PAPER, make_paper
from markscheme.bank.problems import BankError, Place, fail, nearest
from markscheme.bank.question_compiler import compile_question
from markscheme.bank.schema import Slips
from markscheme.bank.spec import BANK, QUESTION
from markscheme.bank.yaml_reader import read_yaml
from markscheme.bank.yaml_text import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markscheme.bank.paper import Paper
    from markscheme.bank.question import Question
    from markscheme.bank.spec import BankSpec, QuestionSpec
    from markscheme.bank.yaml_tree import Node

SHIPPED = Path(__file__).parent
DEFAULT = "deep_learning"
_PAPER = "paper.yaml"
_ALMOST = (".yml", ".yaml")
_ANSWERS = re.compile(rb"^answers:", re.MULTILINE)
_OTHER_FILES = frozenset({"bank.yaml", _PAPER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """A bank whose questions are compiled.

    Attributes
    ----------
    questions
        Sorted by the paths of their files.
    paper
        The examination that they make up; None where there is no ``paper.yaml``.
    """

    folder: Path
    spec: BankSpec
    questions: tuple[Question, ...]
    paper: Paper | None

    @property
    def id(self) -> str:
        """The bank's id."""
        return self.spec.id

    @property
    def title(self) -> str:
        """The bank's title."""
        return self.spec.title.text.strip()


def find_bank(start: Path) -> tuple[Path, str]:
    """Return the folder of the bank to use where none is named, and how it was found.

    That is the nearest folder with a ``bank.yaml`` at or above `start`, else the shipped bank.
    """
    for folder in (start, *start.parents):
        if (folder / "bank.yaml").is_file():
            return folder, "the current folder's bank" if folder == start else "the bank above the current folder"
    return SHIPPED / DEFAULT, "the shipped bank"


def shipped_banks() -> tuple[str, ...]:
    """Return the names of the shipped banks."""
    return tuple(sorted(path.parent.name for path in SHIPPED.glob("*/bank.yaml")))


def is_shipped(folder: Path) -> bool:
    """Return whether a folder is that of a shipped bank."""
    return Path(os.path.realpath(folder)).is_relative_to(os.path.realpath(SHIPPED))


def bank_folder(bank: str) -> Path:
    """Return the folder of a bank, given as that, as its bank.yaml, or as the name or id of a shipped one.

    Raises
    ------
    BankError
        E601 if there is none.
    """
    path = Path(bank)
    message = "there is no such folder, and no shipped bank of that name"
    try:
        if path.exists():
            return path.parent if path.name == "bank.yaml" and path.is_file() else path
    except OSError as error:  # the current folder may not be entered: shipped banks are there still
        message = f"the folder cannot be read: {error.strerror}"
    shipped = {name: SHIPPED / name for name in shipped_banks()}
    known = {_bank_id(folder): folder for folder in shipped.values()} | shipped
    if bank in known:
        return known[bank]
    hint = nearest(bank, known) or f"a bank is a folder with a bank.yaml; shipped is {', '.join(sorted(shipped))}"
    raise fail(Place(bank), "E601", message, hint)


def _bank_id(folder: Path) -> str:
    return BANK.read(_read(folder / "bank.yaml")).id


def read_bank(folder: Path, only: Sequence[str] = (), *, allow_code: bool = False) -> Bank:
    """Read and compile a bank.

    Parameters
    ----------
    folder
        The folder with ``bank.yaml``.
    only
        Patterns on ids and topics, such as ``conv*``; a question that meets any of them is kept. All by default.
    allow_code
        Whether Python files of the bank's own may be imported.

    Raises
    ------
    BankError
        With the problems of all files; those that `only` leaves out are read, but not compiled.
    """
    folder = Path(os.path.realpath(folder))
    spec = BANK.read(_read(folder / "bank.yaml"))
    slips = Slips()
    with slips.gather():
        import_solvers(spec.solvers, folder, allow_code=allow_code)
    slips.raise_any()  # without its solvers, most of a bank's questions are wrong
    specs: list[tuple[QuestionSpec, Path]] = []
    for path in _question_files(folder, slips):
        with slips.gather():
            specs.append((_read_spec(path, slips), path.parent))
    if not slips.problems and not specs:
        hint = "put one in <topic>/<id>.yaml"
        slips.add(fail(Place(as_shown(folder / "bank.yaml")), "E604", "the bank holds no questions", hint))
    paper = None
    with slips.gather():
        paper = _paper(folder, [spec.id for spec, _ in specs], whole=not slips.problems)
    questions = []
    for question, beside in _chosen(specs, only, folder, slips):
        with slips.gather():
            questions.append(compile_question(question, spec.id, beside))
    slips.raise_any()
    return Bank(folder=folder, spec=spec, questions=tuple(questions), paper=paper)


def paper_of(bank: Bank) -> Paper:
    """Return a bank's paper.

    Raises
    ------
    BankError
        E601 if it has none.
    """
    if bank.paper is None:
        raise fail(Place(as_shown(bank.folder / _PAPER)), "E601", "the bank has no paper", "docs/paper.md shows one")
    return bank.paper


def _paper(folder: Path, known: Sequence[str], *, whole: bool) -> Paper | None:
    """Read the paper, if there is one; where a question's file is broken, `known` is not all of them."""
    path = folder / _PAPER
    if not path.exists() or not Path(os.path.realpath(path)).is_relative_to(folder):  # a link out is reported elsewhere
        return None
    spec = PAPER.read(_read(path))
    return make_paper(spec, known) if whole else None


def _chosen(
    specs: Sequence[tuple[QuestionSpec, Path]], only: Sequence[str], folder: Path, slips: Slips
) -> Iterator[tuple[QuestionSpec, Path]]:
    """Yield the questions that meet any pattern; a pattern that meets none is a slip."""
    names = {spec.id: (spec.id, *spec.topics) for spec, _ in specs}
    known = sorted({name for group in names.values() for name in group})
    for pattern in only if not slips.problems else ():  # the one that is meant may be among those that cannot be read
        if not any(fnmatchcase(name, pattern) for name in known):
            hint = nearest(pattern, known) or "'markscheme list' shows all"
            place = Place(as_shown(folder / "bank.yaml"))
            slips.add(fail(place, "E604", f"no question's id or topic matches '{pattern}'", hint))
    for spec, beside in specs:
        if not only or any(fnmatchcase(name, pattern) for name in names[spec.id] for pattern in only):
            yield spec, beside


def _question_files(folder: Path, slips: Slips) -> Iterator[Path]:
    """Yield the files of questions in a stable order; what leads out of the bank is reported."""
    first: dict[str, Path] = {}
    for path in sorted(_yaml_files(folder, slips), key=lambda p: p.relative_to(folder).as_posix()):
        other = first.setdefault(path.stem.casefold(), path)
        if other is path:
            yield path
        else:
            hint = "rename one of them; capitals do not count"
            slips.add(fail(Place(as_shown(path)), "E603", f"another question has the same id: {as_shown(other)}", hint))


def _yaml_files(folder: Path, slips: Slips) -> Iterator[Path]:
    """Yield the YAML files below a folder, but for those in folders whose name starts with a dot."""
    walk = os.walk(folder, onerror=lambda error: slips.add(_unreadable(Path(error.filename), error)))
    for where, folders, files in walk:
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = [Path(where, name) for name in files if not name.startswith(".")]
        for path in paths:
            if path.suffix != ".yaml" and path.suffix.lower() in _ALMOST and _looks_like_a_question(path):
                message = "the file is not read, as its name does not end in '.yaml'"
                slips.add(fail(Place(as_shown(path)), "E605", message, f"rename it to '{path.stem}.yaml'"))
        paths = [path for path in paths if path.suffix == ".yaml"]
        linked = [path for name in folders if (path := Path(where, name)).is_symlink()]
        for path in (*linked, *paths):
            if not Path(os.path.realpath(path)).is_relative_to(folder):
                what = "folder" if path in linked else "file"
                hint = "copy it into the bank"
                slips.add(fail(Place(as_shown(path)), "E602", f"the {what} is a link that leads out of the bank", hint))
            elif path.name not in _OTHER_FILES and path not in linked:  # a linked folder is read where it is
                yield path


def _looks_like_a_question(path: Path) -> bool:
    """Return whether a file of another name was meant as a question; a bank may lie beside files of other programs."""
    try:
        if not S_ISREG(path.stat().st_mode):
            return False
        with path.open("rb") as stream:
            return _ANSWERS.search(stream.read(MAX_BYTES)) is not None
    except OSError:
        return False


def _unreadable(path: Path, error: OSError) -> BankError:
    hint = "a bank is a folder with a bank.yaml" if path.name == "bank.yaml" else ""
    return fail(Place(as_shown(path)), "E601", f"the file cannot be read: {error.strerror}", hint)


def _read(path: Path) -> Node:
    """Read a file, but neither a device nor more than the YAML reader takes."""
    try:
        if not S_ISREG(path.stat().st_mode):
            raise fail(Place(as_shown(path)), "E601", "the file cannot be read: it is no ordinary file")
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise _unreadable(path, error) from None
    return read_yaml(data, as_shown(path))


def as_shown(path: Path) -> str:
    """Return a path as the author would write it: relative to the current folder where that is shorter."""
    with suppress(ValueError, OSError):  # it lies elsewhere, or the current folder is gone
        path = path.relative_to(Path.cwd())
    text = os.fsencode(path.as_posix()).decode(errors="backslashreplace")
    if text.startswith(":"):  # a line that begins with '::' is a command to GitHub's runners
        text = f"./{text}"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _read_spec(path: Path, slips: Slips) -> QuestionSpec:
    spec = QUESTION.read(_read(path))
    if spec.id != path.stem:
        hint = "rename the file, or change the id"
        message = f"the id '{spec.id}' differs from the file's name '{as_shown(Path(path.stem))}'"
        slips.add(fail(spec.keys["id"], "E605", message, hint))
    return spec
