"""Banks: folders of questions, found and read."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from markscheme.bank.problems import BankError, Place, Problem, fail
from markscheme.bank.question_compiler import compile_question
from markscheme.bank.schema import Slips
from markscheme.bank.spec import BANK, QUESTION
from markscheme.bank.yaml_reader import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markscheme.bank.question import Question
    from markscheme.bank.spec import BankSpec
    from markscheme.bank.yaml_tree import Node

SHIPPED = Path(__file__).parent
DEFAULT = "deep_learning"
_OTHER_FILES = frozenset({"bank.yaml", "paper.yaml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """A bank whose questions are compiled.

    Attributes
    ----------
    questions
        Sorted by the paths of their files.
    """

    folder: Path
    spec: BankSpec
    questions: tuple[Question, ...]

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
        With the problems of all files.
    """
    folder = folder.resolve()
    spec = BANK.read(_read(folder / "bank.yaml"))
    if spec.solvers:
        _import_solvers(spec, folder, allow_code=allow_code)
    slips = Slips()
    questions = []
    paths = list(_question_files(folder, slips))
    for path in paths:
        try:
            questions.append(_read_question(path, spec.id))
        except BankError as error:
            slips.add(error)
    slips.raise_any()
    chosen = tuple(question for question in questions if _chosen(question, only))
    if not chosen:
        place = Place(_shown(folder / "bank.yaml"))
        if questions:
            raise fail(place, "E604", f"no question's id or topic matches {' or '.join(only)}")
        raise fail(place, "E604", "the bank holds no questions", "put one in <topic>/<id>.yaml")
    return Bank(folder=folder, spec=spec, questions=chosen)


def _chosen(question: Question, only: Sequence[str]) -> bool:
    names = (question.id, *question.spec.topics)
    return not only or any(fnmatchcase(name, pattern) for name in names for pattern in only)


def _question_files(folder: Path, slips: Slips) -> Iterator[Path]:
    """Yield the files of questions in a stable order; what leads out of the bank is reported."""
    first: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.yaml"), key=lambda p: p.relative_to(folder).as_posix()):
        parts = path.relative_to(folder).parts
        if path.name in _OTHER_FILES or any(part.startswith(".") for part in parts):
            continue
        place = Place(_shown(path))
        if not path.resolve().is_relative_to(folder):
            slips.add(fail(place, "E602", "the file is a link that leads out of the bank"))
            continue
        other = first.setdefault(path.stem.casefold(), path)
        if other is not path:
            slips.add(fail(place, "E603", f"another question has the same id: {_shown(other)}"))
            continue
        yield path


def _read(path: Path) -> Node:
    try:
        data = path.read_bytes()
    except OSError as error:
        hint = "a bank is a folder with a bank.yaml" if path.name == "bank.yaml" else ""
        raise fail(Place(_shown(path)), "E601", f"the file cannot be read: {error.strerror}", hint) from None
    return read_yaml(data, _shown(path))


def _shown(path: Path) -> str:
    """Return a path as the author would write it: relative to the current folder where that is shorter."""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def _read_question(path: Path, bank_id: str) -> Question:
    spec = QUESTION.read(_read(path))
    if spec.id != path.stem:
        raise BankError([Problem(
            place=spec.place, code="E605", message=f"the id '{spec.id}' differs from the file's name '{path.stem}'"
        )])  # fmt: skip
    return compile_question(spec, bank_id, path.parent)


def _import_solvers(spec: BankSpec, folder: Path, *, allow_code: bool) -> None:
    from importlib.util import module_from_spec, spec_from_file_location  # noqa: PLC0415 - rarely needed

    if not allow_code:
        names = ", ".join(spec.solvers)
        raise fail(spec.place, "E606", f"the bank brings Python code of its own ({names})", "allow it: --allow-code")
    for name in spec.solvers:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder) or not path.is_file():
            raise fail(spec.place, "E606", f"there is no file '{name}' in the bank")
        found = spec_from_file_location(f"markscheme_bank_solvers.{path.stem}", path)
        if found is None or found.loader is None:
            raise fail(spec.place, "E606", f"'{name}' cannot be imported")
        try:
            found.loader.exec_module(module_from_spec(found))
        except Exception as error:
            raise fail(spec.place, "E606", f"'{name}' cannot be imported: {error!r}") from error
