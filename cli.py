"""The command line: arguments, progress and exit codes."""

from __future__ import annotations

import signal

_ctrl_c = signal.getsignal(signal.SIGINT)
if _ctrl_c is signal.default_int_handler:  # there is nothing to tidy up yet: Ctrl-C ends imports without a traceback
    signal.signal(signal.SIGINT, signal.SIG_DFL)

# isort: split
import os
import sys
import time
from functools import cache
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any, NoReturn

import click

from markscheme import __version__
from markscheme.bank.console import (
    buffer_output,
    count,
    ended_by_signals,
    open_console,
    problems_told,
    progress,
    say,
    say_lines,
    where_to_read,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console

    from markscheme.bank.banks import Bank
    from markscheme.exporters.export import Exported, Order
    from markscheme.exporters.format import Format
    from markscheme.exporters.reporting import Say, Wanted

EPILOG = """\b
Exit codes: 0 all is well, 1 problems were found, 2 wrong usage, 130 interrupted.

\b
Without BANK, commands use the bank of the current folder (bank.yaml here or
above), else the bank that is shipped with markscheme."""
_MOST_WORKERS = 256
_UNATTENDED = ("CI", "GITHUB_ACTIONS", "GITLAB_CI", "PRE_COMMIT")
"""Variables that are set where nobody reads what a command says, unless it fails."""

if sys.flags.optimize > 1:
    EPILOG += "\n\nPython was started with -OO, which leaves out what commands say of themselves."


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
        buffer_output()
        with problems_told(), ended_by_signals(ours=args is None):
            code = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
            sys.exit(code if isinstance(code, int) else 0)


@click.group(cls=_Program, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EPILOG)
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Keep exam questions as text files that solve themselves.

    A question is written once. markscheme draws variants of it, computes every answer and every feedback, proves
    each variant sound, and writes question banks that a learning platform imports as they are.

    \b
    markscheme list                     the questions of a bank
    markscheme show conv2d-output       one variant, with key and feedback
    markscheme paper                    the plan of the examination
    markscheme preview                  the bank as one web page, to try out
    markscheme export --format moodle   a question bank for Moodle
    markscheme validate                 prove every variant
    markscheme verify exported.xml      does a platform's file still agree?
    markscheme formats                  what each format makes of each answer type
    markscheme explain E303             what a problem means, and what to do
    """  # noqa: D301 - click wants the backspace character


def _completed(what: str) -> Callable[..., list[str]]:
    """Return what completes a word in a shell: the known ones of a kind that begin as it does."""

    def complete(context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
        from markscheme.exporters.completion import words

        return [word for word in words(what, context.params.get("bank")) if word.startswith(begun)]

    return complete


def _bank_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what every command on a bank takes."""
    allow = click.option(
        "--allow-code", is_flag=True, help="Import Python solvers that the bank brings. Only for banks that you trust."
    )
    bank = click.argument("bank", required=False, metavar="[BANK]", shell_complete=_completed("banks"))
    return bank(allow(command))


def _only_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--only",
        multiple=True,
        metavar="GLOB",
        shell_complete=_completed("questions"),
        help="Only questions whose id or topic matches; may be repeated.",
    )(command)


def _count_options(command: Callable[..., Any]) -> Callable[..., Any]:
    variants = click.option(
        "--variants", "-n", type=click.IntRange(1, 100_000), default=10, show_default=True, metavar="N",
        help="Variants of each question; an original counts as one.",
    )  # fmt: skip
    seed = click.option(
        "--seed", type=click.IntRange(0, 2**53), metavar="S", help="Seed of the draws; by default the bank's own."
    )
    return variants(seed(command))


def _draw_options(command: Callable[..., Any]) -> Callable[..., Any]:
    return _count_options(_only_option(command))


@main.command()
@_bank_options
@click.option(
    "--format", "-f", "form", required=True, metavar="FORMAT", shell_complete=_completed("formats"),
    help="What to write; see 'markscheme formats'.",
)  # fmt: skip
@click.option("--output", "-o", metavar="PATH", help="File to write, '-' for standard output; with --split a folder.")
@_draw_options
@click.option("--split", is_flag=True, help="One file a question, in a folder.")
@click.option("--strict", is_flag=True, help="Refuse what the format would hold in another form than yours.")
@click.option("--no-category", is_flag=True, help="Put no categories into the file: questions go where you import.")
@click.option("--no-quiz", is_flag=True, help="Write question banks alone, without a quiz that draws from them.")
@click.option(
    "--canvas-math", type=click.Choice(["text", "image"]), help="Formulas as text (the default) or as Canvas's images."
)
def export(form: str, output: str | None, variants: int, seed: int | None, **rest: Any) -> None:
    """Write a question bank for a learning platform.

    Every variant is solved and checked first; if one is not sound, nothing is written and an old file stays.

    \b
    markscheme export --format moodle
    markscheme export my-bank -f moodle -n 50 -o quiz.xml
    markscheme export -f moodle --only 'conv*' --only recurrent-networks
    """  # noqa: D301 - click wants the backspace character
    from markscheme.exporters.checklist import checklist
    from markscheme.exporters.export import Order
    from markscheme.exporters.format import Options

    started = time.perf_counter()
    chosen = _format(form)
    if output == "-" and rest["split"]:
        raise click.UsageError("--split writes a folder, not standard output")
    given = {"categories": rest["no_category"], "quiz": rest["no_quiz"], "maths": rest["canvas_math"] is not None}
    for name, option in (("categories", "--no-category"), ("quiz", "--no-quiz"), ("maths", "--canvas-math")):
        if given[name] and name not in chosen.options:
            raise click.UsageError(f"{option} means nothing to the format '{form}'")
    bank = _open(rest["bank"], rest["only"], allow_code=rest["allow_code"])
    options = Options(categories=not rest["no_category"], quiz=not rest["no_quiz"], maths=rest["canvas_math"] or "text")
    seed = bank.spec.seed if seed is None else seed
    order = Order(bank=bank, form=chosen, seed=seed, count=variants, options=options, strict=rest["strict"])
    suffix = "" if rest["split"] else chosen.suffix
    path = None if output == "-" else Path(output or f"out/{bank.id}-{form}{suffix}")
    exported = _export(order, path, split=rest["split"])
    to_error = path is None or _is_standard_output(path)
    for line in checklist(order, exported, time.perf_counter() - started):
        click.echo(line, err=to_error)


def _format(name: str) -> Format:
    """Return the format of a name."""
    from markscheme.bank.problems import nearest
    from markscheme.exporters import FORMATS

    chosen = FORMATS.get(name)
    if chosen is None:
        hint = nearest(name, FORMATS.names()) or "known are " + ", ".join(FORMATS.names())
        raise click.BadParameter(f"there is no format '{name}' ({hint})", param_hint="--format")
    return chosen


def _export(order: Order, path: Path | None, *, split: bool) -> Exported:
    """Write to a folder, a file or, without a path, standard output."""
    from markscheme.exporters.export import export_file, export_folder, export_stream
    from markscheme.exporters.output import whole_stream

    total = len(order.bank.questions) * order.count
    if path is None:
        if sys.stdout is None:
            from markscheme.bank.problems import Place, fail

            raise fail(Place("standard output"), "X801", "cannot be written: it is closed", "name a file")
        with whole_stream(sys.stdout.buffer) as stream, progress(total) as advance:
            return export_stream(order, stream.write, advance)
    before = _identity(path)
    try:
        with progress(total) as advance:
            return (export_folder if split else export_file)(order, path, advance)
    except KeyboardInterrupt:
        raise click.Abort(*(["nothing was changed"] if _identity(path) == before else [])) from None


def _is_standard_output(path: Path) -> bool:
    """Return whether a path such as /dev/stdout leads there, so that nothing else may be said in that place."""
    try:
        return sys.stdout is not None and os.path.samestat(path.stat(), os.fstat(sys.stdout.fileno()))
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
def formats() -> None:
    """Print what each format makes of each answer type.

    Exact: students see and earn what the author wrote. Adapted: they earn the same, and see it in another form.
    Refused: the format cannot hold it, and the export says so.
    """
    from rich.table import Table

    from markscheme.exporters import FORMATS
    from markscheme.exporters.fidelity import fidelity

    console = open_console()
    for name, form in FORMATS.items():
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading in (name, "alone", "beside other slots"):
            table.add_column(heading)
        for row in fidelity(form):
            table.add_row(*row)
        say(console, f"{form.title}\n")
        console.print(table)
        say(console, "")


@main.command()
@_bank_options
@_draw_options
@click.option(
    "--samples", type=click.IntRange(0, 100_000), default=50, show_default=True, metavar="M",
    help="Variants of each question to look at in all, of small ones every one; with 0 those of an export alone.",
)  # fmt: skip
@click.option(
    "--format", "-f", "named", multiple=True, metavar="FORMAT",
    help="A format that must hold every question; may be repeated. Without it, refusals are only pointed out.",
)  # fmt: skip
@click.option("--verbose", "-v", is_flag=True, help="Also say in how many variants each wrong answer was of use.")
@click.option(
    "--report", multiple=True, metavar="KIND[=FILE]", shell_complete=_completed("reports"),
    help="A report such as junit=tests.xml, without a file to standard output; may be repeated. See docs/ci.md.",
)  # fmt: skip
@click.option("--locked", is_flag=True, help="Fail where a variant that bank.lock publishes changed or is gone.")
@click.option("--changed", metavar="REV", help="Only questions that changed since a git revision, committed or not.")
@click.option(
    "--workers", default="auto", metavar="N|auto", help="Processes that share the questions; by default as many as pay."
)
def validate(bank: str | None, variants: int, seed: int | None, *, verbose: bool, **rest: Any) -> None:
    """Prove every variant: solve it, write it, read it back and grade it.

    The key must earn full marks, and every mistake and wrong option what the author said, by the rules of each
    platform. Use it in continuous integration: the exit code is 0 only if all is well.

    \b
    markscheme validate
    markscheme validate my-bank -n 50 --report junit=tests.xml --report markdown=summary.md
    """  # noqa: D301 - click wants the backspace character
    from dataclasses import replace

    from markscheme.bank.banks import read_bank
    from markscheme.bank.lock import NAME
    from markscheme.bank.revisions import changed_files, touched
    from markscheme.bank.whole import WholeBank
    from markscheme.exporters.around import around_problems
    from markscheme.exporters.locked import lock_of, lost_questions
    from markscheme.exporters.reporting import Reporting
    from markscheme.exporters.results import Results, Run
    from markscheme.exporters.sharing import sensible_workers
    from markscheme.exporters.validation import Plan, look_beside, published_elsewhere, verdicts

    for name in rest["named"]:
        _format(name)
    started = time.perf_counter()
    wanted = _wanted_reports(rest["report"])
    workers = _workers(rest["workers"])
    options = tuple(f"--{name.replace('_', '-')}" for name in ("allow_code", "locked") if rest[name])
    root = os.environ.get("GITHUB_WORKSPACE", "")
    run = Run(
        bank=bank or "",
        options=options,
        variants=variants,
        samples=rest["samples"],
        seed=seed,
        formats=tuple(rest["named"]),
        only=tuple(rest["only"]),
        changed=rest["changed"],
        root=root,
        verbose=verbose,
    )
    results = Results(run=run, seed=seed)
    console = open_console()
    with Reporting(wanted, results, _say_report(console)) as reporting:
        # Nobody who lets a server look after a bank of his own means the one that comes with markscheme.
        own = rest["locked"] or rest["changed"] is not None or any(os.environ.get(name) for name in _UNATTENDED)
        folder = (_own if own else _where)(bank)
        opened = read_bank(folder, rest["only"], allow_code=rest["allow_code"])
        results.id, results.title, results.place = opened.id, opened.title, opened.spec.place
        lock = lock_of(opened) if rest["locked"] else None
        if lock is not None and not rest["only"]:
            results.problems += lost_questions(lock, {question.id for question in opened.questions})
        every = opened.questions
        if rest["changed"] is not None:
            changed = changed_files(opened.folder, rest["changed"])
            questions = touched(opened, changed)
            if lock is not None and NAME in changed:  # a question may be as it was, and what is said of it not
                results.problems += published_elsewhere(lock, opened, questions)
            opened = replace(opened, questions=questions)
            results.unchanged = len(every) - len(questions)
        results.seed = opened.spec.seed if seed is None else seed
        plan = Plan(
            seed=results.seed,
            count=variants,
            samples=rest["samples"],
            formats=tuple(rest["named"]),
            lock=lock,
        )
        total = sum(map(plan.expected, opened.questions))
        plan = replace(plan, workers=workers or sensible_workers(total))
        whole = WholeBank()
        with progress(total, console) as advance:
            for verdict in verdicts(opened, plan, advance, whole):
                reporting.add(verdict)
        looked_at = {question.id for question in opened.questions}
        look_beside((one for one in every if one.id not in looked_at), results.seed, whole)
        results.findings += whole.findings()
        results.problems += around_problems(opened, results.seed, plan.formats)
        results.seconds = time.perf_counter() - started
    _end_with([problem.code for _, problem in results.every()])


def _wanted_reports(given: Sequence[str]) -> tuple[Wanted, ...]:
    from markscheme.exporters.reporting import WrongReportError, wanted_reports

    try:
        return wanted_reports(given, os.environ)
    except WrongReportError as error:
        raise click.BadParameter(str(error), param_hint="--report") from None


def _say_report(console: Console) -> Say:
    """Return what says a report: to people in lines, to programs as the bytes that a file would hold."""
    from markscheme.exporters.reporting import STANDARD_ERROR

    def say_it(wanted: Wanted, text: str) -> None:
        if wanted.to == STANDARD_ERROR:
            click.echo(text, err=True, nl=False)
        elif wanted.report.for_people:
            say_lines(console, text)
        else:
            click.echo(text.encode(errors="backslashreplace"), nl=False)

    return say_it


def _workers(given: str) -> int | None:
    """Return the number of processes that was asked for; None where it is to be found."""
    if given == "auto":
        return None
    if given.isascii() and given.isdecimal() and 0 < int(given[:4]) <= _MOST_WORKERS:
        return int(given[:4])
    raise click.BadParameter(
        f"'{given}' is neither a number from 1 to {_MOST_WORKERS} nor 'auto'", param_hint="--workers"
    )


def _end_with(codes: Sequence[str]) -> NoReturn:
    """Exit after problems were shown, or none; say where to read more about them."""
    if codes:
        click.echo(where_to_read(codes), err=True)
    sys.exit(1 if codes else 0)


@main.command()
@_bank_options
@click.option(
    "--variants", "-n", type=click.IntRange(1, 100_000), metavar="N",
    help="Variants of each question; by default as many as the lock that is there has, or 10.",
)  # fmt: skip
@click.option(
    "--seed", type=click.IntRange(0, 2**53), metavar="S", help="Seed of the draws; by default the bank's own."
)
def lock(bank: str | None, variants: int | None, seed: int | None, *, allow_code: bool) -> None:
    """Write bank.lock beside bank.yaml: what is published of each variant.

    Put it under version control. 'markscheme validate --locked' then fails where a published variant changed, and
    'markscheme diff' tells what to regrade.
    """
    from markscheme.bank.banks import read_bank
    from markscheme.bank.lock import NAME, make_lock, written
    from markscheme.exporters.comparison import summary
    from markscheme.exporters.locked import earlier_count, earlier_lock
    from markscheme.exporters.output import whole_file

    opened = read_bank(_own(bank), allow_code=allow_code)
    path = opened.folder / NAME
    variants = variants or earlier_count(path) or 10
    with progress(len(opened.questions) * variants) as advance:
        made = make_lock(opened, opened.spec.seed if seed is None else seed, variants, advance)
    earlier = earlier_lock(path)
    with whole_file(path) as stream:
        stream.write(written(made).encode())
    click.echo(f"Wrote {path} ({summary(made, earlier)}).")


@main.command()
@click.argument("old")
@click.argument("new")
@click.option("--bank", "-b", metavar="BANK", help="The bank whose revisions are meant.")
@click.option("--variants", "-n", type=click.IntRange(1, 100_000), metavar="N", help="Variants of each question: 10.")
@click.option("--seed", type=click.IntRange(0, 2**53), metavar="S", help="Seed of the draws.")
@click.option("--csv", "table", metavar="FILE", help="Also write a table of the variants that may earn otherwise now.")
@click.option("--format", "-f", "form", metavar="FORMAT", help="The format of exports whose names do not tell.")
@click.option(
    "--allow-code", is_flag=True, help="Import Python solvers that the bank brings. Only for banks that you trust."
)
def diff(old: str, new: str, bank: str | None, table: str | None, **rest: Any) -> None:
    """List the variants that came, went or changed between OLD and NEW.

    Each is a lock, a bank's folder, a git revision of the bank, or an export, file or folder; two are of one format.

    \b
    markscheme diff bank.lock .                      what was published, and what is
    markscheme diff v2026 HEAD --csv regrade.csv     two git revisions
    markscheme diff last-year.xml this-year.xml      two exports
    """  # noqa: D301 - click wants the backspace character
    from markscheme.exporters.comparison import Draws, NotComparableError, compare, side, write_table

    draws = Draws(count=rest["variants"], seed=rest["seed"], allow_code=rest["allow_code"])
    try:
        where = cache(lambda: _where(bank))  # it says which it found, once
        before, after = (side(name, where, rest["form"]) for name in (old, new))
        with progress(None) as advance:
            found = compare(before, after, draws, advance)
    except NotComparableError as error:
        raise click.UsageError(str(error)) from None
    console = open_console()
    for line in found.lines():
        say(console, line)
    if table is not None:
        write_table(found, Path(table))


@main.command(name="list")
@_bank_options
@_only_option
def list_(bank: str | None, only: Sequence[str], *, allow_code: bool) -> None:
    """List the questions of a bank."""
    from rich.table import Table

    opened = _open(bank, only, allow_code=allow_code)
    console = open_console()
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
@click.argument("question_id", metavar="ID", shell_complete=_completed("questions"))
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
    console = open_console()
    say(console, shown(solved, min(console.width, 100)))


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
    with progress(len(opened.questions)) as advance:
        write_page(opened, settings, path, advance)
    click.echo(f"Wrote {path} ({count(len(opened.questions), 'question')}).")


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
    console = open_console()
    codes = []
    with progress(None, console) as advance:
        for problem in verification.problems(data, advance):
            codes.append(problem.code)
            say(console, str(problem))
    say(console, verification.summary())
    _end_with(codes)


@main.command()
@_bank_options
@click.option(
    "--table", is_flag=True, help="Print the table for the bank's README instead: solvers, precision, variants."
)
def paper(bank: str | None, *, table: bool, allow_code: bool) -> None:
    """Print the plan of a bank's paper: its parts, their questions and marks.

    The paper is the bank's paper.yaml; that its marks add up is checked whenever the bank is read.

    \b
    markscheme paper
    markscheme paper my-bank --table
    """  # noqa: D301 - click wants the backspace character
    from markscheme.bank.banks import paper_of
    from markscheme.bank.overview import table as markdown
    from markscheme.bank.paper import plan

    opened = _open(bank, (), allow_code=allow_code)
    if table:
        click.echo(markdown(opened), nl=False)
        return
    console = open_console()
    for line in plan(paper_of(opened), min(console.width, 100)):
        say(console, line)


@main.command()
@click.argument("kind", metavar="TYPE", shell_complete=_completed("answers"))
@click.argument("question_id", metavar="ID")
@click.argument("bank", required=False, metavar="[BANK]")
@click.option("--topic", "-t", metavar="TOPIC", default="general", help="Topic, and the folder in the bank.")
def new(kind: str, question_id: str, bank: str | None, topic: str) -> None:
    """Write a new question with an answer of a type: a commented example, sound as it stands.

    A folder that is new or empty becomes a bank with it.

    \b
    markscheme new number standard-deviation --topic statistics
    markscheme new choice first-question my-bank
    """  # noqa: D301 - click wants the backspace character
    from markscheme.bank.answers import ANSWERS
    from markscheme.bank.problems import nearest
    from markscheme.bank.skeleton import new_question

    known = [name for name, section in ANSWERS.items() if section.skeleton is not None]
    if kind not in known:
        hint = nearest(kind, known) or "known are " + ", ".join(known)
        raise click.BadParameter(f"there is no answer type '{kind}' ({hint})", param_hint="TYPE")
    folder = _own(bank) if bank is None or Path(bank).name == "bank.yaml" else Path(bank)
    for path in new_question(folder, kind, question_id, topic):
        click.echo(f"Wrote {path}.")


@main.command()
@click.option("--bank", "which", flag_value="bank", help="The schema of bank.yaml.")
@click.option("--paper", "which", flag_value="paper", help="The schema of paper.yaml.")
@click.option("--report", "which", flag_value="report", help="The schema of the report 'json'.")
def schema(which: str | None) -> None:
    """Print the JSON Schema of questions, for editors.

    \b
    markscheme schema > question.schema.json
    """  # noqa: D301 - click wants the backspace character
    import json

    from markscheme.bank.json_schema import bank_schema, paper_schema, question_schema
    from markscheme.exporters.reports.json_document import report_schema

    schemas = {"bank": bank_schema, "paper": paper_schema, "report": report_schema}
    click.echo(json.dumps(schemas.get(which or "", question_schema)(), indent=2, ensure_ascii=False))


@main.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what completes commands, questions, formats and codes in a shell.

    \b
    eval "$(markscheme completion bash)"      in ~/.bashrc
    eval "$(markscheme completion zsh)"       in ~/.zshrc
    markscheme completion fish | source       in ~/.config/fish/config.fish
    """  # noqa: D301 - click wants the backspace character
    from click.shell_completion import get_completion_class

    name = context.find_root().info_name or "markscheme"
    made: Any = get_completion_class(shell)
    source = made(main, {}, name, f"_{name}_COMPLETE".replace("-", "_").upper()).source()
    # Words that are none of ours are files and folders, as everywhere in a shell.
    click.echo(source.replace("complete -o nosort -F", "complete -o nosort -o default -F").replace(" --no-files", ""))


@main.command()
@click.argument("codes", metavar="[CODE]...", nargs=-1, shell_complete=_completed("codes"))
def explain(codes: Sequence[str]) -> None:
    """Explain problems by their codes: what each means, an example, what to do.

    Without a code, list them all.

    \b
    markscheme explain E303
    markscheme explain C401 X902
    """  # noqa: D301 - click wants the backspace character
    from markscheme.bank.codes import CODES, UnknownCodeError, explained

    console = open_console()
    width = min(console.width, 100)
    if not codes:
        click.echo(
            "\n".join(fill(f"{code}  {meaning}", width, subsequent_indent="      ") for code, meaning in CODES.items())
        )
        return
    try:
        say(console, "\n\n".join(explained(code, width).strip("\n") for code in dict.fromkeys(codes)))
    except UnknownCodeError as error:
        raise click.BadParameter(str(error), param_hint="CODE") from None


@main.command()
@click.argument("name", required=False, shell_complete=_completed("solvers"))
def solvers(name: str | None) -> None:
    """List the solvers, or show one: signature, shapes, source, example."""
    from markscheme.bank.manual import solver_list, solver_page

    say(open_console(), solver_list() if name is None else solver_page(name))


def _kind(answer: object) -> str:
    from markscheme.bank.answers import ANSWERS

    return next(name for name, section in ANSWERS.items() if section is type(answer))


def _open(bank: str | None, only: Sequence[str], *, allow_code: bool) -> Bank:
    """Read the bank that was named, or find one and say which."""
    from markscheme.bank.banks import read_bank

    return read_bank(_where(bank), only, allow_code=allow_code)


def _where(bank: str | None) -> Path:
    """Return the folder of the bank that was named, or find one and say which."""
    from markscheme.bank.banks import bank_folder, find_bank

    if bank is not None:
        return bank_folder(bank)
    folder, how = find_bank(_current_folder())
    click.echo(f"Using {how}: {folder}", err=True)
    return folder


def _own(bank: str | None) -> Path:
    """Return the folder of the bank that was named, or of the one around; the shipped one only if it was named."""
    from markscheme.bank.banks import find_bank, is_shipped

    if bank is None and is_shipped(find_bank(_current_folder())[0]):
        raise click.UsageError("the current folder is in no bank: name one, or write a bank.yaml")
    return _where(bank)


def _current_folder() -> Path:
    from markscheme.bank.problems import Place, fail

    try:
        return Path.cwd()
    except OSError as error:
        message = f"the current folder cannot be read: {error.strerror}"
        raise fail(Place("."), "E601", message, "change to another, or name a bank") from None


if _ctrl_c is signal.default_int_handler:
    signal.signal(signal.SIGINT, _ctrl_c)

if __name__ == "__main__":
    main()
