"""The terminal: what a person is told, how far the work is, and how a program ends."""

from __future__ import annotations

import io
import os
import re
import signal
import sys
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rich.console import Console

OUR_FAULT = 70
"""The exit code where markscheme itself is wrong, as other programs use it."""

_TRACEBACK = "MARKSCHEME_TRACEBACK"

_COMMAND = re.compile(r"^(\s*):(?=:)|##(?=\[)", re.MULTILINE)
"""What a GitHub runner that reads the output takes for a command: two colons that begin a line, or ``##[`` anywhere."""


def open_console(*, error: bool = False) -> Console:
    """Return a console for standard output, or for standard error."""
    from rich.console import Console

    console = Console(stderr=error)
    # What reads a pipe wants whole lines.
    return console if console.is_terminal else Console(stderr=error, width=10_000, soft_wrap=True)


def say(console: Console, text: str) -> None:
    """Print text as it is."""
    console.print(text, markup=False, highlight=False, emoji=False, soft_wrap=True)


def inert(text: str, colon: str = r"\x3a", hash_sign: str = r"\x23") -> str:
    r"""Return text in which a GitHub runner finds no command.

    Parameters
    ----------
    colon, hash_sign
        How these two signs are spelled where they would belong to a command.

    Examples
    --------
    >>> print(inert("::add-mask::x\na ##[error]::y"))
    \x3a:add-mask::x
    a #\x23[error]::y
    """
    return _COMMAND.sub(lambda found: f"#{hash_sign}" if found[1] is None else f"{found[1]}{colon}", text)


def say_lines(console: Console, text: str) -> None:
    """Print lines as they are, the word that a verdict begins with in colour."""
    from rich.text import Text

    for line in text.splitlines():
        written = Text(line)
        written.highlight_regex("^FAILED", "bold red")
        written.highlight_regex("^ok ", "green")
        console.print(written, soft_wrap=True)


def count(number: int, one: str, many: str = "") -> str:
    """Say a number of things.

    Examples
    --------
    >>> count(1, "category", "categories"), count(1200, "question")
    ('1 category', '1200 questions')
    """
    return f"{number} {one if number == 1 else many or one + 's'}"


def where_to_read(codes: Iterable[str]) -> str:
    """Return the command that explains codes of problems; empty where there are none.

    Examples
    --------
    >>> where_to_read(["E303", "E110", "E303"])
    "'markscheme explain E110 E303' says more"
    """
    chosen = sorted(set(codes))[:3]
    return f"'markscheme explain {' '.join(chosen)}' says more" if chosen else ""


class progress:  # noqa: N801 - used as a statement
    """A progress bar on a terminal, and silence elsewhere.

    A console on the same terminal must be given, and prints above the bar; two consoles would print into each other.
    """

    def __init__(self, total: int | None, console: Console | None = None) -> None:
        self.total = total
        self.console = console
        self.bar: Any = None

    def __enter__(self) -> Callable[[str], object]:
        if sys.stderr is None or not sys.stderr.isatty():
            return lambda _question: None
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        own = self.console if self.console is not None and self.console.is_terminal else open_console(error=True)
        self.bar = Progress(*columns, console=own, transient=True)
        self.bar.start()
        task = self.bar.add_task("", total=self.total)
        return lambda question: self.bar.update(task, advance=1, description=question)

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()


class _Ended(BaseException):
    """Raised when a signal ends the program. SystemExit would not do: a solver that raises it has merely failed."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@contextmanager
def ended_by_signals(*, ours: bool = True) -> Iterator[None]:
    """Let the usual signals end the program as an exception does, so that nothing half-written stays.

    Once the work has ended, only last words are left, and an impatient Ctrl-C ends them at once and in silence. That
    is so where the process is `ours`; a program that merely calls this keeps its own.
    """

    def end(number: int, _frame: object) -> None:
        raise _Ended(128 + number)

    caught = []
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        try:
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:  # nohup ignores SIGHUP
                signal.signal(number, end)
                caught.append(number)
        except ValueError:  # not the main thread
            break
    try:
        yield
    finally:
        if ours and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            caught.append(signal.SIGINT)
        for number in caught:
            with suppress(ValueError):  # not the main thread
                signal.signal(number, signal.SIG_DFL)


def buffer_output() -> None:
    """Buffer standard output where Python does not (PYTHONUNBUFFERED): a full disk would take half of it in silence."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # not every terminal knows mathematics
        if isinstance(sys.stdout.buffer, io.RawIOBase):
            encoding = sys.stdout.encoding
            sys.stdout = open(  # noqa: SIM115 - as long as the program runs
                sys.stdout.fileno(), "w", buffering=1, encoding=encoding, errors="replace", closefd=False
            )


@contextmanager
def problems_told() -> Iterator[None]:
    """Turn whatever is raised into a message and an exit code: no input ends in a traceback."""
    try:
        yield
    except BaseException as error:
        _tell(error)
        raise


def _tell(error: BaseException) -> None:
    """Say what went wrong, and exit; an exception that asks for the exit itself is left alone."""
    from markscheme.bank.problems import BankError
    from markscheme.bank.registry import RegistryError

    match error:
        case BankError():
            for problem in error.problems:
                click.echo(inert(str(problem)), err=True)
            codes = where_to_read(problem.code for problem in error.problems)
            _end(1, f"{count(len(error.problems), 'problem')}; {codes}")
        case _Ended():
            _end(error.code)
        case RegistryError():
            _end(1, f"markscheme: {error}")
        case click.ClickException():
            error.show()
            _end(error.exit_code)
        case KeyboardInterrupt() | click.Abort():
            _end(130, "; ".join(("markscheme: interrupted", *map(str, error.args))))
        case BrokenPipeError():
            _give_up(sys.stdout)
            _end(1)
        case OSError():
            _give_up(sys.stdout)
            where = "output" if error.filename is None else os.fsdecode(error.filename)
            _end(1, f"markscheme: {where}: {error.strerror or error}")
        case MemoryError():
            _end(1, "markscheme: there is not enough memory; ask for fewer variants at once")
        case Exception() if not os.environ.get(_TRACEBACK):
            hint = f"set {_TRACEBACK}=1, run it again, and report what it prints"
            _end(OUR_FAULT, f"markscheme: a fault of markscheme itself: {type(error).__name__}: {error} ({hint})")


def _end(code: int, message: str = "") -> None:
    """Exit with a last word, if it can be said."""
    try:
        if message:
            click.echo(message, err=True)
    except OSError:
        _give_up(sys.stderr)
    sys.exit(code)


def _give_up(stream: IO[str] | None) -> None:
    """Drop what a broken stream still holds, or the interpreter would try once more at its end."""
    if stream is None:  # it was closed when Python started
        return
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
