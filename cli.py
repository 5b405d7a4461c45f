"""The command line: arguments, progress and exit codes."""

from __future__ import annotations

import io
import os
import signal
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from markscheme import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import Console

    from markscheme.bank.banks import Bank
    from markscheme.exporters.export import Exported, Order
    from markscheme.exporters.validation import Verdict

EPILOG = """\b
Exit codes: 0 all is well, 1 problems were found, 2 wrong usage, 130 interrupted.

\b
Without BANK, commands use the bank of the current folder (bank.yaml here or
above), else the bank that is shipped with markscheme."""


class _Program(click.Group):
    """The commands, with an end for whatever may happen: no input ends in a traceback."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command; end with an exit code, unless a program that calls this wants exceptions."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")  # not every terminal knows mathematics
        with _ended_by_signals(), _problems():
            code = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
            sys.exit(code if isinstance(code, int) else 0)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let the usual signals end the program as an exception does, so that nothing half-written stays."""

    def end(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

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
        for number in caught:
            signal.signal(number, signal.SIG_DFL)


@click.group(cls=_Program, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EPILOG)
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Keep exam questions as text files that solve themselves.

    A question is written once. markscheme draws variants of it, computes every answer and every feedback, proves
    each variant sound, and writes question banks that a learning platform imports as they are.

    \b
    markscheme list                     the questions of a bank
    markscheme show conv2d-output       one variant, with key and feedback
    markscheme preview                  the bank as one web page, to try out
    markscheme export --format moodle   a question bank for Moodle
    markscheme validate                 prove every variant
    markscheme verify exported.xml      does a platform's file still agree?
    markscheme verify FILE              what became of an exported file
    """  # noqa: D301 - click wants the backspace character


def _bank_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what every command on a bank takes."""
    allow = click.option(
        "--allow-code", is_flag=True, help="Import Python solvers that the bank brings. Only for banks that you trust."
    )
    return click.argument("bank", required=False, metavar="[BANK]")(allow(command))


def _only_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--only", multiple=True, metavar="GLOB", help="Only questions whose id or topic matches; may be repeated."
    )(command)


def _draw_options(command: Callable[..., Any]) -> Callable[..., Any]:
    variants = click.option(
        "--variants", "-n", type=click.IntRange(1, 100_000), default=10, show_default=True, metavar="N",
        help="Variants of each question; an original counts as one.",
    )  # fmt: skip
    seed = click.option(
        "--seed", type=click.IntRange(0, 2**53), metavar="S", help="Seed of the draws; by default the bank's own."
    )
    return variants(seed(_only_option(command)))


@main.command()
@_bank_options
@click.option("--format", "-f", "form", required=True, metavar="FORMAT", help="What to write; 'moodle' is Moodle XML.")
@click.option("--output", "-o", metavar="PATH", help="File to write, '-' for standard output; with --split a folder.")
@_draw_options
@click.option("--split", is_flag=True, help="One file a question, in a folder.")
@click.option("--no-category", is_flag=True, help="Put no categories into the file: questions go where you import.")
def export(form: str, output: str | None, variants: int, seed: int | None, **rest: Any) -> None:
    """Write a question bank for a learning platform.

    Every variant is solved and checked first; if one is not sound, nothing is written and an old file stays.

    \b
    markscheme export --format moodle
    markscheme export my-bank -f moodle -n 50 -o quiz.xml
    markscheme export -f moodle --only 'conv*' --only recurrent-networks
    """  # noqa: D301 - click wants the backspace character
    from markscheme.exporters import FORMATS
    from markscheme.exporters.export import Order
    from markscheme.exporters.format import Options

    started = time.perf_counter()
    chosen = FORMATS.get(form)
    if chosen is None:
        from markscheme.bank.problems import nearest

        hint = nearest(form, FORMATS.names()) or "known are " + ", ".join(FORMATS.names())
        raise click.BadParameter(f"there is no format '{form}' ({hint})", param_hint="--format")
    if output == "-" and rest["split"]:
        raise click.UsageError("--split writes a folder, not standard output")
    bank = _open(rest["bank"], rest["only"], allow_code=rest["allow_code"])
    options = Options(categories=not rest["no_category"])
    order = Order(
        bank=bank, form=chosen, seed=bank.spec.seed if seed is None else seed, count=variants, options=options
    )
    suffix = "" if rest["split"] else chosen.suffix
    path = None if output == "-" else Path(output or f"out/{bank.id}-{form}{suffix}")
    exported = _export(order, path, split=rest["split"])
    _checklist(order, exported, time.perf_counter() - started, to_error=path is None or _is_standard_output(path))


def _export(order: Order, path: Path | None, *, split: bool) -> Exported:
    """Write to a folder, a file or, without a path, standard output."""
    from markscheme.exporters.export import export_file, export_folder, export_stream
    from markscheme.exporters.output import whole_stream

    total = len(order.bank.questions) * order.count
    if path is None:
        with whole_stream(sys.stdout.buffer) as stream, _progress(total) as progress:
            return export_stream(order, stream.write, progress)
    before = _identity(path)
    try:
        with _progress(total) as progress:
            return (export_folder if split else export_file)(order, path, progress)
    except KeyboardInterrupt:
        raise click.Abort(*(["nothing was changed"] if _identity(path) == before else [])) from None


def _is_standard_output(path: Path) -> bool:
    """Return whether a path such as /dev/stdout leads there, so that nothing else may be said in that place."""
    try:
        return os.path.samestat(path.stat(), os.fstat(sys.stdout.fileno()))
    except OSError:
        return False


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file or folder from one that takes its place."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


@main.command()
@_bank_options
@_draw_options
@click.option("--verbose", "-v", is_flag=True, help="Also say in how many variants each wrong answer was of use.")
def validate(bank: str | None, variants: int, seed: int | None, *, verbose: bool, **rest: Any) -> None:
    """Prove every variant: solve it, write it, read it back and grade it.

    The key must earn full marks, and every mistake and wrong option what the author said, by the rules of each
    platform. Use it in continuous integration: the exit code is 0 only if all is well.
    """
    from markscheme.exporters.validation import validate as verdicts

    started = time.perf_counter()
    checked = proved = failed = 0
    opened = _open(bank, rest["only"], allow_code=rest["allow_code"])
    console = _console()
    with _progress(len(opened.questions) * variants, console) as progress:
        for verdict in verdicts(opened, opened.spec.seed if seed is None else seed, variants, progress):
            checked += verdict.variants
            proved += verdict.proved
            failed += len(verdict.problems)
            _print_verdict(console, verdict, verbose=verbose)
    some = _count(checked, "variant")
    result = f"{some} proved" if proved == checked else f"{some} checked, {proved} proved"
    _say(console, f"{result}, {_count(failed, 'problem')}, {time.perf_counter() - started:.1f} s")
    sys.exit(1 if failed else 0)


def _print_verdict(console: Console, verdict: Verdict, *, verbose: bool) -> None:
    mark, style = ("FAILED", "bold red") if verdict.problems else ("ok", "green")
    space = f" of at most {verdict.space:,}" if verdict.space is not None else ""
    count = _count(verdict.variants, "variant")
    console.print(f"[{style}]{mark:6}[/] {verdict.question}: {count}{space}", highlight=False, soft_wrap=True)
    for caution in verdict.cautions:
        _say(console, f"       look at this: {caution}")
    if verbose or verdict.problems:
        for statement in verdict.statements:
            _say(console, f"       {statement}")
    for problem in verdict.problems:
        _say(console, str(problem))


@main.command(name="list")
@_bank_options
@_only_option
def list_(bank: str | None, only: Sequence[str], *, allow_code: bool) -> None:
    """List the questions of a bank."""
    from rich.table import Table

    opened = _open(bank, only, allow_code=allow_code)
    console = _console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    # An id is never cut: it is what one types next. Where there is room, it is not folded either.
    longest = max(len(question.id) for question in opened.questions)
    table.add_column("id", overflow="fold", min_width=min(longest, console.width // 2))
    table.add_column("marks", overflow="fold", justify="right")
    narrow = console.width < 60
    for heading in ("title",) if narrow else ("answers", "topics", "title"):
        table.add_column(heading, overflow="fold")
    for question in opened.questions:
        spec = question.spec
        kinds = ", ".join(_kind(keyed.value) for keyed in spec.answers)
        original = " (has an original)" if question.pinned is not None else ""
        more = () if narrow else (kinds, ", ".join(spec.topics))
        table.add_row(spec.id, str(spec.marks), *more, spec.title.text.strip() + original)
    if console.is_terminal:
        console.print(table)
        return
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        click.echo(line.rstrip())


@main.command()
@click.argument("question_id", metavar="ID")
@_bank_options
@click.option(
    "--draw",
    "-d",
    type=click.IntRange(0),
    metavar="N",
    help="Number of the draw; 0 is the original. The first sound one.",
)
@click.option(
    "--seed", type=click.IntRange(0, 2**53), metavar="S", help="Seed of the draws; by default the bank's own."
)
def show(question_id: str, bank: str | None, draw: int | None, seed: int | None, *, allow_code: bool) -> None:
    """Show one variant: stem, slots, key, accepted interval, mistakes, worked feedback.

    ID is a question's id, or a variant's, such as conv2d-output.2021.3 or conv2d-output.original.
    """
    from markscheme.bank.show import find_draw, shown

    _, *said = question_id.split(".")
    if (draw is not None and said) or (seed is not None and len(said) > 1):
        option = "--seed" if draw is None else "--draw"
        raise click.UsageError(f"'{question_id}' names its draw already: leave out {option}, or '.{'.'.join(said)}'")
    opened = _open(bank, (), allow_code=allow_code)
    solved = find_draw(opened, question_id, draw, seed)
    console = _console()
    _say(console, shown(solved, min(console.width, 100)))


@main.command()
@_bank_options
@_only_option
@click.option("--output", "-o", metavar="FILE", help="File to write; by default out/<bank>-preview.html.")
@click.option(
    "--draws", "-n", type=click.IntRange(1, 1_000), default=5, show_default=True, metavar="N",
    help="Variants of each question; an original counts as one.",
)  # fmt: skip
@click.option(
    "--seed", type=click.IntRange(0, 2**53), metavar="S", help="Seed of the draws; by default the bank's own."
)
@click.option("--student", is_flag=True, help="Leave out keys, mistakes, feedback and rubrics.")
@click.option("--serve", is_flag=True, help="Serve the page to this machine, and build it anew when a file changes.")
@click.option(
    "--port", type=click.IntRange(1, 65_535), metavar="P", help="With --serve: 8000 or the next that is free."
)
def preview(
    bank: str | None, output: str | None, seed: int | None, *, serve: bool, port: int | None, **rest: Any
) -> None:
    """Write the bank as one web page, to look at and to try out.

    The page needs no network. Every question can be answered in it, and is marked as the author says.
    """
    from markscheme.exporters.preview.page import Settings, write_page
    from markscheme.exporters.preview.serve import Source
    from markscheme.exporters.preview.serve import serve as serve_page

    if serve and output is not None:
        raise click.UsageError("--serve writes no file: leave out --output, or --serve")
    if port is not None and not serve:
        raise click.UsageError("--port needs --serve")
    if serve:
        serve_page(Source(folder=_where(bank), seed=seed, **rest), port, lambda line: click.echo(line, err=True))
        return
    opened = _open(bank, rest["only"], allow_code=rest["allow_code"])
    path = Path(output or f"out/{opened.id}-preview.html")
    settings = Settings(seed=opened.spec.seed if seed is None else seed, draws=rest["draws"], student=rest["student"])
    with _progress(len(opened.questions)) as progress:
        write_page(opened, settings, path, progress)
    click.echo(f"Wrote {path} ({_count(len(opened.questions), 'question')}).")


@main.command()
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--bank", "-b", metavar="BANK", help="The bank that the file was exported from.")
@click.option("--format", "-f", "form", metavar="FORMAT", help="The file's format; by default what its name ends with.")
@click.option(
    "--allow-code", is_flag=True, help="Import Python solvers that the bank brings. Only for banks that you trust."
)
def verify(file: Path, bank: str | None, form: str | None, *, allow_code: bool) -> None:
    """Compare an exported file with its bank: find what was edited, is out of date or is missing.

    FILE is an export, or what the LMS exported after an import. Every variant is rebuilt from its id; its text, key,
    tolerances, marks, feedback and pictures must still be what the solvers say.

    \b
    markscheme verify out/deep-learning-moodle.xml
    markscheme verify questions-from-moodle.xml --bank my-bank

    \b
    X901  the bank has no such variant     X904  a variant is missing
    X902  edited in the LMS                X905  the same variant twice
    X903  made by an older spec            X906  differs; its tag is gone
    """  # noqa: D301 - click wants the backspace character
    from markscheme.exporters.verification import Verification, format_of, read_file

    chosen = format_of(file, form)
    if isinstance(chosen, str):
        raise click.BadParameter(chosen, param_hint="--format")
    data = read_file(file)
    verification = Verification(_open(bank, (), allow_code=allow_code), chosen, str(file))
    console = _console()
    problems = 0
    with _progress(None, console) as progress:
        for problem in verification.problems(data, progress):
            problems += 1
            _say(console, str(problem))
    _say(console, verification.summary())
    sys.exit(1 if problems else 0)


@main.command()
@click.argument("name", required=False)
def solvers(name: str | None) -> None:
    """List the solvers, or show one: signature, shapes, source, example."""
    from markscheme.bank.manual import solver_list, solver_page

    _say(_console(), solver_list() if name is None else solver_page(name))


def _kind(answer: object) -> str:
    from markscheme.bank.answers import ANSWERS

    return next(name for name, section in ANSWERS.items() if section is type(answer))


def _open(bank: str | None, only: Sequence[str], *, allow_code: bool) -> Bank:
    """Read the bank that was named, or find one and say which."""
    from markscheme.bank.banks import read_bank

    return read_bank(_where(bank), only, allow_code=allow_code)


def _where(bank: str | None) -> Path:
    """Return the folder of the bank that was named, or find one and say which."""
    from markscheme.bank.banks import find_bank

    if bank is not None:
        return _folder(bank)
    folder, how = find_bank(_current_folder())
    click.echo(f"Using {how}: {folder}", err=True)
    return folder


def _current_folder() -> Path:
    from markscheme.bank.problems import Place, fail

    try:
        return Path.cwd()
    except OSError as error:
        message = f"the current folder cannot be read: {error.strerror}"
        raise fail(Place("."), "E601", message, "change to another, or name a bank") from None


def _folder(bank: str) -> Path:
    """Return the folder of a bank, given as that, as its bank.yaml, or as the name or id of a shipped one."""
    from markscheme.bank.banks import SHIPPED, shipped_banks
    from markscheme.bank.problems import Place, fail, nearest

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
    from markscheme.bank.spec import BANK
    from markscheme.bank.yaml_reader import read_yaml

    path = folder / "bank.yaml"
    return BANK.read(read_yaml(path.read_bytes(), str(path))).id


def _console(*, error: bool = False) -> Console:
    from rich.console import Console

    console = Console(stderr=error)
    # What reads a pipe wants whole lines.
    return console if console.is_terminal else Console(stderr=error, width=10_000, soft_wrap=True)


def _say(console: Console, text: str) -> None:
    """Print text as it is."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)


class _problems:  # noqa: N801 - used as a statement
    """Turns problems into messages and an exit code."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        from markscheme.bank.problems import BankError
        from markscheme.bank.registry import RegistryError

        match error:
            case BankError():
                for problem in error.problems:
                    click.echo(str(problem), err=True)
                _end(1, _count(len(error.problems), "problem"))
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


def _end(code: int, message: str = "") -> None:
    """Exit with a last word, if it can be said."""
    try:
        if message:
            click.echo(message, err=True)
    except OSError:
        _give_up(sys.stderr)
    sys.exit(code)


def _give_up(stream: IO[str]) -> None:
    """Drop what a broken stream still holds, or the interpreter would try once more at its end."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _count(number: int, one: str, many: str = "") -> str:
    """Say a number of things."""
    return f"{number} {one if number == 1 else many or one + 's'}"


class _progress:  # noqa: N801 - used as a statement
    """A progress bar on a terminal, and silence elsewhere.

    A console on the same terminal must be given, and prints above the bar; two consoles would print into each other.
    """

    def __init__(self, total: int | None, console: Console | None = None) -> None:
        self.total = total
        self.console = console
        self.bar: Any = None

    def __enter__(self) -> Callable[[str], object]:
        if not sys.stderr.isatty():
            return lambda _question: None
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        own = self.console if self.console is not None and self.console.is_terminal else _console(error=True)
        self.bar = Progress(*columns, console=own, transient=True)
        self.bar.start()
        task = self.bar.add_task("", total=self.total)
        return lambda question: self.bar.update(task, advance=1, description=question)

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()


def _checklist(order: Order, exported: Exported, seconds: float, *, to_error: bool) -> None:
    """Say what the import must find."""
    lines = list(_expected(order, exported))
    paths = exported.files
    where = str(paths[0] if len(paths) == 1 else paths[0].parent) if paths else "standard output"
    if exported.removed:
        lines.append(f"Removed what an earlier export left there: {', '.join(exported.removed)}.")
    lines.append(f"Wrote {where} in {seconds:.2f} s.")
    for line in lines:
        click.echo(line, err=to_error)


def _expected(order: Order, exported: Exported) -> Iterator[str]:
    in_files = f" in {len(exported.files)} files" if len(exported.files) > 1 else ""
    categories = _count(exported.categories, "category", "categories")
    categories = f" in {categories} under '{order.bank.title}'" if order.options.categories else ""
    yield f"Expect {_count(exported.items, 'question')}{categories}{in_files}."
    other = [
        f"  {name}: {mark} (the platform says {' or '.join(map(str, sorted(own)))})"
        for name, (mark, own) in exported.marks.items()
        if own != {mark}
    ]
    if other:
        yield "Set these marks by hand, where you use the questions:"
        yield from other
    yield f"To import ({order.form.title}):"
    yield from (f"  {number}. {step}" for number, step in enumerate(order.form.steps(order.options), start=1))


if __name__ == "__main__":
    main()
