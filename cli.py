"""The command line: arguments, progress and exit codes."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from markscheme import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import Console

    from markscheme.bank.banks import Bank
    from markscheme.bank.problems import BankError
    from markscheme.exporters.export import Exported, Order

EPILOG = """\b
Exit codes: 0 all is well, 1 problems were found, 2 wrong usage, 130 interrupted.
\b
Without BANK, commands use the bank of the current folder (bank.yaml here or
above), else the bank that is shipped with markscheme."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=EPILOG)
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    r"""Keep exam questions as text files that solve themselves.

    A question is written once. markscheme draws variants of it, computes every answer and every feedback, proves
    each variant sound, and writes question banks that a learning platform imports as they are.

    \b
    markscheme list                     the questions of a bank
    markscheme show conv2d-output       one variant, with key and feedback
    markscheme export --format moodle   a question bank for Moodle
    markscheme validate                 prove every variant
    """


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
    r"""Write a question bank for a learning platform.

    Every variant is solved and checked first; if one is not sound, nothing is written and an old file stays.

    \b
    markscheme export --format moodle
    markscheme export my-bank -f moodle -n 50 -o quiz.xml
    markscheme export -f moodle --only 'conv*' --only recurrent-networks
    """
    from markscheme.exporters import FORMATS
    from markscheme.exporters.export import Order, export_file, export_folder, export_stream
    from markscheme.exporters.format import Options

    started = time.perf_counter()
    with _problems():
        chosen = FORMATS.get(form)
        if chosen is None:
            from markscheme.bank.problems import nearest

            hint = nearest(form, FORMATS.names()) or "known are " + ", ".join(FORMATS.names())
            raise click.BadParameter(f"there is no format '{form}' ({hint})", param_hint="--format")
        bank = _open(rest["bank"], rest["only"], allow_code=rest["allow_code"])
        options = Options(categories=not rest["no_category"])
        order = Order(
            bank=bank, form=chosen, seed=bank.spec.seed if seed is None else seed, count=variants, options=options
        )
        with _progress(len(bank.questions) * variants) as progress:
            if output == "-":
                if rest["split"]:
                    raise click.UsageError("--split writes a folder, not standard output")
                exported = export_stream(order, sys.stdout.buffer.write, progress)
            elif rest["split"]:
                exported = export_folder(order, Path(output or f"out/{bank.id}-{form}"), progress)
            else:
                exported = export_file(order, Path(output or f"out/{bank.id}-{form}{chosen.suffix}"), progress)
        _checklist(order, exported, time.perf_counter() - started, to_error=output == "-")


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
    proved = failed = 0
    with _problems():
        opened = _open(bank, rest["only"], allow_code=rest["allow_code"])
        console = _console()
        with _progress(len(opened.questions) * variants) as progress:
            for verdict in verdicts(opened, opened.spec.seed if seed is None else seed, variants, progress):
                proved += verdict.variants
                failed += len(verdict.problems)
                mark, style = ("FAILED", "bold red") if verdict.problems else ("ok", "green")
                space = f" of at most {verdict.space:,}" if verdict.space is not None else ""
                console.print(
                    f"[{style}]{mark:6}[/] {verdict.question}: {verdict.variants} variants{space}", highlight=False
                )
                if verbose or verdict.problems:
                    for statement in verdict.statements:
                        _say(console, f"       {statement}")
                for problem in verdict.problems:
                    _say(console, str(problem))
        _say(console, f"{proved} variants proved, {failed} problems, {time.perf_counter() - started:.1f} s")
    sys.exit(1 if failed else 0)


@main.command(name="list")
@_bank_options
@_only_option
def list_(bank: str | None, only: Sequence[str], *, allow_code: bool) -> None:
    """List the questions of a bank."""
    from rich.table import Table

    with _problems():
        opened = _open(bank, only, allow_code=allow_code)
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading in ("id", "marks", "answers", "topics", "title"):
            table.add_column(heading, no_wrap=heading == "id", justify="right" if heading == "marks" else "left")
        for question in opened.questions:
            spec = question.spec
            kinds = ", ".join(_kind(keyed.value) for keyed in spec.answers)
            original = " (has an original)" if question.pinned is not None else ""
            table.add_row(spec.id, str(spec.marks), kinds, ", ".join(spec.topics), spec.title.text.strip() + original)
        _console().print(table)


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

    with _problems():
        opened = _open(bank, (), allow_code=allow_code)
        solved = find_draw(opened, question_id, draw, seed)
        console = _console()
        _say(console, shown(solved, min(console.width, 100)))


@main.command()
@click.argument("name", required=False)
def solvers(name: str | None) -> None:
    """List the solvers, or show one: signature, shapes, source, example."""
    from markscheme.bank.manual import solver_list, solver_page

    with _problems():
        _say(_console(), solver_list() if name is None else solver_page(name))


def _kind(answer: object) -> str:
    from markscheme.bank.answers import ANSWERS

    return next(name for name, section in ANSWERS.items() if section is type(answer))


def _open(bank: str | None, only: Sequence[str], *, allow_code: bool) -> Bank:
    """Read the bank that was named, or find one and say which."""
    from markscheme.bank.banks import SHIPPED, find_bank, read_bank, shipped_banks

    if bank is None:
        folder, how = find_bank(Path.cwd())
        click.echo(f"Using {how}: {folder}", err=True)
    elif bank in shipped_banks() and not Path(bank).exists():
        folder = SHIPPED / bank
    else:
        folder = Path(bank)
    return read_bank(folder, only, allow_code=allow_code)


def _console(*, error: bool = False) -> Console:
    from rich.console import Console

    console = Console(stderr=error)
    # What reads a pipe wants whole lines.
    return console if console.is_terminal else Console(stderr=error, width=200, soft_wrap=True)


def _say(console: Console, text: str) -> None:
    """Print text as it is."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)


class _problems:  # noqa: N801 - used as a statement
    """Turns problems into messages and an exit code; no input ends in a traceback."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        from markscheme.bank.problems import BankError
        from markscheme.bank.registry import RegistryError

        if isinstance(error, BankError):
            _print_problems(error)
            sys.exit(1)
        if isinstance(error, RegistryError):
            click.echo(f"markscheme: {error}", err=True)
            sys.exit(1)
        if isinstance(error, KeyboardInterrupt):
            click.echo("markscheme: interrupted; nothing was changed", err=True)
            sys.exit(130)
        if isinstance(error, BrokenPipeError):
            sys.stderr.close()
            sys.exit(1)


def _print_problems(error: BankError) -> None:
    for problem in error.problems:
        click.echo(str(problem), err=True)
    count = len(error.problems)
    click.echo(f"{count} problem{'s' * (count != 1)}", err=True)


class _progress:  # noqa: N801 - used as a statement
    """A progress bar on a terminal, and silence elsewhere."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.bar: Any = None

    def __enter__(self) -> Callable[[str], object]:
        if not sys.stderr.isatty():
            return lambda _question: None
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self.bar = Progress(*columns, console=_console(error=True), transient=True)
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
    lines.append(f"Wrote {where} in {seconds:.2f} s.")
    for line in lines:
        click.echo(line, err=to_error)


def _expected(order: Order, exported: Exported) -> Iterator[str]:
    in_files = f" in {len(exported.files)} files" if len(exported.files) > 1 else ""
    categories = f" in {exported.categories} categories" if order.options.categories else ""
    yield f"Expect {exported.items} questions{categories}{in_files}."
    other = [
        f"  {name}: {mark} (the platform says {own})" for name, (mark, own) in exported.marks.items() if mark != own
    ]
    if other:
        yield "Set these marks by hand, where you use the questions:"
        yield from other
    yield f"To import ({order.form.title}):"
    yield from (f"  {number}. {step}" for number, step in enumerate(order.form.steps(), start=1))


if __name__ == "__main__":
    main()
