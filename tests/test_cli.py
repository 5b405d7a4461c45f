"""The command line, as a user meets it."""

import os
import re
import signal
import struct
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner

from markscheme.bank.codes import CODES
from markscheme.bank.problems import Problem
from markscheme.cli import main


def run(*arguments: str, cwd: Path | None = None):
    before = Path.cwd()
    try:
        if cwd:
            os.chdir(cwd)
        return CliRunner().invoke(main, list(arguments))
    finally:
        os.chdir(before)


def test_help_teaches_the_commands():
    result = run("--help")
    assert result.exit_code == 0
    for command in ("export", "validate", "list", "show", "solvers"):
        assert f"  {command} " in result.stdout
    assert "Exit codes" in result.stdout


@pytest.mark.parametrize("command", ["", *main.commands])
def test_help_holds_no_backslash(command):
    result = run(*command.split(), "--help")
    assert result.exit_code == 0
    assert "\\b" not in result.stdout
    assert "\b" not in result.stdout


def test_nothing_heavy_is_imported_for_help():
    code = (
        "import sys; from markscheme.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\nprint(*sys.modules)"
    )
    names = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "yaml", "lxml", "markdown_it", "rich", "latex2mathml"} & set(names)


def test_export_names_the_bank_that_it_found(sum_bank, tmp_path):
    result = run("export", "--format", "moodle", "-o", str(tmp_path / "o.xml"), cwd=sum_bank / "topic")
    assert result.exit_code == 0, result.output
    assert f"Using the bank above the current folder: {sum_bank}" in result.stderr
    assert run("list", cwd=tmp_path).stderr.startswith("Using the shipped bank: ")


def test_export_ends_with_an_import_checklist(tmp_path):
    path = tmp_path / "out" / "o.xml"
    result = run("export", "deep_learning", "-f", "moodle", "-n", "3", "-o", str(path))
    assert result.exit_code == 0, result.output
    text = path.read_text()
    items, categories = re.search(r"Expect (\d+) questions in (\d+) categories", result.stdout).groups()
    assert int(items) == len(re.findall(r'<question type="(?!category)', text))
    entered = re.findall(r'type="category"><category><text><!\[CDATA\[(.*?)\]\]>.*\n<question type="(?!category)', text)
    assert int(categories) == len(set(entered)) == len(entered)
    assert f"Wrote {path} in " in result.stdout


def test_export_writes_to_out_by_default(sum_bank):
    assert run("export", "-f", "moodle", cwd=sum_bank).exit_code == 0
    assert (sum_bank / "out" / "test-moodle.xml").is_file()


def test_export_to_standard_output_is_the_file_alone(sum_bank):
    command = [sys.executable, "-m", "markscheme.cli", "export", str(sum_bank), "-f", "moodle", "-n", "2", "-o", "-"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout.startswith("<?xml")
    assert result.stdout.endswith("</quiz>\n")
    assert "Expect 2 questions" in result.stderr


def test_failed_export_writes_nothing_to_standard_output(sum_bank):
    question = sum_bank / "topic" / "sum.yaml"
    question.write_text(question.read_text().replace("require:", "check:\n  - a > 25\nrequire:"))
    result = run("export", str(sum_bank), "-f", "moodle", "-o", "-")
    assert result.exit_code == 1
    assert result.stdout == ""


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="no /dev/stdout")
def test_export_to_dev_stdout_is_the_file_alone(sum_bank):
    command = [sys.executable, "-m", "markscheme.cli", "export", str(sum_bank), "-f", "moodle", "-o", "/dev/stdout"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout.startswith("<?xml")
    assert result.stdout.endswith("</quiz>\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize("command", ["list", "solvers", "--help", "export -f moodle -n 1 -o -"])
def test_full_disk_is_one_line_and_exit_code_1(command):
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "markscheme.cli", *command.split()],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert result.returncode == 1
    lines = [line for line in result.stderr.splitlines() if not line.startswith("Using ")]
    assert lines == ["markscheme: output: No space left on device"]


@pytest.mark.skipif(sys.platform == "win32", reason="a current folder cannot be deleted")
def test_deleted_current_folder_is_a_problem(tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    code = "import os, sys; os.rmdir(os.getcwd()); from markscheme.cli import main; main(['list'])"
    result = subprocess.run([sys.executable, "-c", code], cwd=gone, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert ".: E601 the current folder cannot be read" in result.stderr
    assert "Traceback" not in result.stderr


def test_folder_that_one_may_not_enter_is_one_line(monkeypatch):
    def refuse(start):
        raise PermissionError(13, "Permission denied", str(start / "bank.yaml"))

    monkeypatch.setattr("markscheme.bank.banks.find_bank", refuse)
    result = run("list")
    assert result.exit_code == 1
    assert re.fullmatch(r"markscheme: .*bank\.yaml: Permission denied\n", result.stderr)


@pytest.mark.parametrize("more", [(), ("--split",)])
def test_name_that_is_too_long_is_a_problem(sum_bank, tmp_path, more):
    result = run("export", str(sum_bank), "-f", "moodle", "-o", str(tmp_path / ("a" * 300)), *more)
    assert result.exit_code == 1
    assert "X801 cannot be written: File name too long" in result.stderr


def test_terminal_without_mathematics_shows_question_marks(make_bank):
    text = "id: p\ntitle: π\ntopics: [t]\nstem: x\nanswers:\n  v: {type: number, value: 1}\nfeedback: x\n"
    folder = make_bank({"p": text})
    result = subprocess.run(
        [sys.executable, "-m", "markscheme.cli", "show", "p", str(folder)],
        env=os.environ | {"PYTHONIOENCODING": "ascii"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("?\n")


def test_only_selects_by_id_and_topic(tmp_path):
    def ids(*patterns: str) -> set[str]:
        options = [word for pattern in patterns for word in ("--only", pattern)]
        path = tmp_path / "o.xml"
        assert run("export", "deep_learning", "-f", "moodle", "-n", "1", "-o", str(path), *options).exit_code == 0
        return {name.split(".")[0] for name in re.findall(r"<idnumber>(.*?)</idnumber>", path.read_text())}

    assert ids("conv2d*") == {"conv2d-output"}
    found = ids("recurrent-networks", "conv2d-output")
    assert found >= {"conv2d-output", "recurrent-spectral-radius", "bptt-gradient"}
    assert not found & {"conv-multiplications", "hard-attention"}


def test_only_without_a_match_is_a_problem_with_exit_code_1():
    result = run("export", "deep_learning", "-f", "moodle", "--only", "nothing*")
    assert result.exit_code == 1
    assert "E604 no question's id or topic matches 'nothing*'" in result.stderr


def test_no_category_leaves_categories_out(sum_bank, tmp_path):
    path = tmp_path / "o.xml"
    result = run("export", str(sum_bank), "-f", "moodle", "--no-category", "-o", str(path))
    assert 'type="category"' not in path.read_text()
    assert "categories" not in result.stdout
    assert "Under General, choose the category" in result.stdout


def test_readme_and_tool_say_the_same_words_for_random_questions(sum_bank, tmp_path):
    said = run("export", str(sum_bank), "-f", "moodle", "-o", str(tmp_path / "o.xml")).stdout
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8").replace("**", "")
    for words in (
        "In your course: More > Question bank, then Import in the menu at the top left.",
        "In a quiz: Questions > Add > a random question, from one of the new categories.",
    ):
        assert words in said
        assert words in readme
    assert "Expect 10 questions in 1 category under 'Test bank'." in said


def test_split_writes_a_file_a_question_and_replaces_an_older_export(tmp_path):
    folder = tmp_path / "split"
    for only in ("*", "conv-*"):
        command = ("export", "deep_learning", "-f", "moodle", "-n", "2", "--split", "-o", str(folder), "--only", only)
        assert run(*command).exit_code == 0
    names = {path.name for path in folder.iterdir()} - {".markscheme"}
    assert names
    assert all(name.startswith("conv-") and name.endswith(".xml") for name in names)


def test_split_never_replaces_a_folder_that_holds_other_things(tmp_path):
    (tmp_path / "thesis.xml").write_text("years of work")
    result = run("export", "deep_learning", "-f", "moodle", "-n", "1", "--split", "-o", str(tmp_path))
    assert result.exit_code == 1
    assert "X802" in result.stderr
    assert (tmp_path / "thesis.xml").read_text() == "years of work"


def test_export_says_which_files_of_an_earlier_one_it_removed(tmp_path):
    command = ("export", "deep_learning", "-f", "moodle", "-n", "1", "--split", "-o", str(tmp_path / "out"))
    assert "Removed" not in run(*command).stdout
    second = run(*command, "--only", "recurrent-networks").stdout
    removed = second.partition("Removed what an earlier export left there: ")[2].partition(".\n")[0].split(", ")
    assert {"conv2d-output.xml", "hard-attention.xml"} <= set(removed)
    assert "recurrent-spectral-radius.xml" not in removed


def test_export_never_replaces_a_file_of_another_kind(sum_bank):
    question = sum_bank / "topic" / "sum.yaml"
    before = question.read_text()
    result = run("export", str(sum_bank), "-f", "moodle", "-o", str(question))
    assert result.exit_code == 1
    assert "X803 is there already" in result.stderr
    assert question.read_text() == before


def test_validate_says_where_draws_were_too_close_to_decide_and_what_never_occurs(make_bank):
    text = (
        "id: half\ntitle: Half\ntopics: [t]\nparameters:\n  n: {one_of: [1, 2, 3, 4]}\n  m: {integers: [1, 500]}\n"
        "let: {h: n / 2}\nstem: ${{ n }}$ of ${{ m }}$\nrequire:\n  - h != floor(h)\n"
        "answers:\n  a: {type: number, value: n + m}\nfeedback: x\n"
    )
    result = run("validate", str(make_bank({"half": text})), "-n", "60")
    assert result.exit_code == 0, result.output
    assert re.search(
        r"look at this: \S+\.yaml:1:1: C413 \d+ of \d+ draws were passed over: in 'h != floor\(h\)', ", result.stdout
    )
    assert re.search(
        r"look at this: \S+\.yaml:[0-9]+:3: C412 no variant has n = 2, which the rule lists", result.stdout
    )


def test_unknown_format_is_wrong_usage_with_a_suggestion():
    result = run("export", "deep_learning", "-f", "moodel")
    assert result.exit_code == 2
    assert "did you mean 'moodle'?" in result.stderr


def test_a_folder_without_a_bank_is_a_problem(tmp_path):
    result = run("validate", str(tmp_path))
    assert result.exit_code == 1
    assert "a bank is a folder with a bank.yaml" in result.stderr


def test_export_of_an_unsound_bank_leaves_the_old_file(sum_bank, tmp_path):
    path = tmp_path / "o.xml"
    path.write_text("old")
    question = sum_bank / "topic" / "sum.yaml"
    question.write_text(question.read_text().replace("require:", "check:\n  - a > 25\nrequire:"))
    result = run("export", str(sum_bank), "-f", "moodle", "-o", str(path))
    assert result.exit_code == 1
    assert "E520 the check 'a > 25' does not hold [sum.7." in result.stderr
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".")] == []


def test_validate_proves_the_shipped_bank():
    result = run("validate", "deep_learning", "--variants", "20", "--samples", "20", "-v")
    assert result.exit_code == 0, result.output
    assert re.search(r"^[0-9]+ variants proved, 0 problems, ", result.stdout, re.MULTILINE)
    assert "cross-correlation 20" in result.stdout


def test_validate_fails_on_a_mistake_that_is_never_of_use(sum_bank):
    question = sum_bank / "topic" / "sum.yaml"
    question.write_text(question.read_text().replace("value: a - b", "value: a - b\n        when: a > 99"))
    result = run("validate", str(sum_bank))
    assert result.exit_code == 1
    line = question.read_text()[: question.read_text().index("- name: difference")].count("\n") + 1
    assert re.search(
        rf"sum\.yaml:{line}:9: C401 'difference' in 'total' is of use in none of 50 variants", result.stdout
    )


@pytest.mark.parametrize("variable", ["CI", "GITHUB_ACTIONS", "GITLAB_CI", "PRE_COMMIT"])
def test_validate_on_a_server_takes_no_other_bank_than_that_of_the_folder(variable, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(variable, "true")
    result = run("validate", "-n", "1", "--only", "same-padding")
    assert result.exit_code == 2
    assert "the current folder is in no bank: name one" in result.stderr
    assert run("validate", "deep_learning", "-n", "1", "--samples", "0", "--only", "same-padding").exit_code == 0


@pytest.mark.parametrize("option", [["--locked"], ["--changed", "HEAD"]])
def test_validate_of_what_is_published_takes_no_shipped_bank(option, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("validate", *option).exit_code == 2


def test_validate_does_not_call_proved_what_failed(sum_bank, monkeypatch):
    def fails(road, variants):
        return [[Problem(place=road.place_of(""), code="X701", message="bad", variant=one.id)] for one in variants]

    monkeypatch.setattr("markscheme.exporters.roundtrip.Roundtrip.problems", fails)
    result = run("validate", str(sum_bank), "-n", "3", "--samples", "3")
    assert result.exit_code == 1
    assert "3 variants checked, 0 proved, 1 problem, " in result.stdout
    monkeypatch.setattr("markscheme.exporters.roundtrip.Roundtrip.problems", lambda _, variants: [[] for _ in variants])
    assert "1 variant proved, " in run("validate", str(sum_bank), "-n", "1", "--samples", "1").stdout


def in_terminal(*arguments: str, columns: int = 100) -> str:
    """Run a command in a terminal; return what it shows."""
    pty, fcntl, termios = (pytest.importorskip(name) for name in ("pty", "fcntl", "termios"))
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    command = [sys.executable, "-m", "markscheme.cli", *arguments]
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment | {"TERM": "xterm"})
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # the end of a terminal
        while piece := os.read(ours, 65536):
            shown += piece
    os.close(ours)
    assert process.wait(timeout=60) == 0
    return shown.decode()


def test_verdicts_stand_on_lines_of_their_own_above_the_progress_bar():
    shown = in_terminal("validate", "deep_learning", "-n", "30", "--samples", "30")
    assert "/" in shown  # there was a bar
    verdicts = re.findall(r"^(.*)(?:conv2d-output: 30 variants)(.*)$", shown.replace("\r\n", "\n"), re.MULTILINE)
    ((before, after),) = verdicts
    # What stands before was erased from the line; a bar follows on a line of its own.
    assert re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", before.rpartition("\x1b[2K")[2]).strip() == "ok"
    assert "\u2501" not in after


def test_list_never_cuts_an_id():
    shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", in_terminal("list", "deep_learning", columns=40))
    first = "".join(line[:20].strip() for line in shown.splitlines())
    assert "\u2026" not in shown
    assert "conv-output-shape-symbolic" in first


def test_list_in_a_pipe_has_no_trailing_spaces():
    lines = run("list", "deep_learning").stdout.splitlines()
    assert lines
    assert [line for line in lines if line != line.rstrip()] == []


def test_show_tells_key_interval_mistakes_and_worked_solution():
    result = run("show", "recurrent-spectral-radius.original", "deep_learning")
    assert result.exit_code == 0, result.output
    for part in ("1.84\n", "1.835 to 1.845", "mistake: largest entry", "1.86", "<- key", "Worked solution", "1.8404"):
        assert part in result.stdout


def test_show_takes_a_draw_and_says_why_one_is_passed_over():
    assert run("show", "conv2d-output", "deep_learning", "--draw", "2").exit_code == 0
    outcomes = [run("show", "conv2d-output", "deep_learning", "--draw", str(draw)) for draw in range(1, 12)]
    passed = [outcome for outcome in outcomes if outcome.exit_code]
    assert passed
    assert all(re.search(r"E523 draw \d+ is passed over: 'require: ", outcome.stderr) for outcome in passed)


def test_show_refuses_two_draws_at_once():
    for options in (("a.2021.3", "--draw", "7"), ("a.original", "--draw", "7"), ("a.2021.3", "--seed", "7")):
        result = run("show", *options)
        assert result.exit_code == 2
        assert "names its draw already" in result.stderr


def test_bank_is_named_by_folder_file_or_id(sum_bank):
    for name in (str(sum_bank), str(sum_bank / "bank.yaml")):
        assert "Sum of two numbers" in run("list", name).stdout
    for name in ("deep_learning", "deep-learning"):
        assert "conv2d-output" in run("list", name).stdout


def test_unknown_bank_is_a_problem_with_a_suggestion(tmp_path):
    result = run("list", "deep-leaning", cwd=tmp_path)
    assert result.exit_code == 1
    assert "did you mean 'deep-learning'?" in result.stderr


def test_show_suggests_the_nearest_id():
    result = run("show", "conv2-output", "deep_learning")
    assert result.exit_code == 1
    assert "did you mean 'conv2d-output'?" in result.stderr


def test_list_shows_every_question_even_in_a_pipe():
    result = run("list", "deep_learning")
    assert "conv-output-shape-symbolic" in result.stdout
    assert "Formula for the output size of a convolution (has an original)" in result.stdout


def test_solvers_lists_and_explains():
    assert "conv2d(x, k)" in run("solvers").stdout
    page = run("solvers", "conv_output_size")
    assert "Dumoulin" in page.stdout
    assert run("solvers", "conv2").exit_code == 1


def test_solvers_of_a_bank_need_permission(make_bank):
    text = (
        "id: own\ntitle: Own\ntopics: [t]\nlet:\n  v: double_it(4)\nstem: x\n"
        "answers:\n  v: {type: number, value: v}\nfeedback: x\n"
    )
    folder = make_bank({"own": text}, "id: b\ntitle: B\nseed: 1\nsolvers: [mine.py]\n")
    (folder / "mine.py").write_text(
        "from markscheme.bank.registry import solver\n\n\n@solver\ndef double_it(x):\n    return 2 * x\n"
    )
    assert "E606" in run("validate", str(folder)).stderr
    command = [sys.executable, "-m", "markscheme.cli", "validate", str(folder), "--allow-code", "-n", "1"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_what_a_banks_solver_prints_stays_out_of_what_was_asked_for(make_bank):
    text = (
        "id: own\ntitle: Own\ntopics: [t]\nparameters:\n  n: {integers: [1, 9]}\nlet:\n  v: double_it(n)\n"
        "stem: Twice {{ n }}?\nanswers:\n  v: {type: number, value: v}\nfeedback: x\n"
    )
    folder = make_bank({"own": text}, "id: b\ntitle: B\nseed: 1\nsolvers: [mine.py]\n")
    (folder / "mine.py").write_text(
        "from markscheme.bank.registry import solver\n\nprint('read')\n\n\n"
        "@solver\ndef double_it(x):\n    print('called')\n    return 2 * x\n"
    )
    for words in (["validate", "-n", "3", "--report", "json"], ["export", "-f", "moodle", "-n", "3", "-o", "-"]):
        command = [sys.executable, "-m", "markscheme.cli", words[0], str(folder), "--allow-code", *words[1:]]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr
        assert "read\n" in result.stderr
        assert "called\n" in result.stderr
        assert result.stdout.startswith(("{", "<?xml"))
        assert "called" not in result.stdout


def test_interrupt_exits_130_and_claims_no_more_than_is_true(monkeypatch):
    def interrupted(_start):
        raise KeyboardInterrupt

    monkeypatch.setattr("markscheme.bank.banks.find_bank", interrupted)
    result = run("list")
    assert result.exit_code == 130
    assert result.stderr.strip() == "markscheme: interrupted"


def test_interrupt_after_the_file_was_replaced_does_not_say_that_nothing_changed(sum_bank, tmp_path, monkeypatch):
    replace = Path.replace

    def interrupted(self, target):
        replace(self, target)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    result = run("export", str(sum_bank), "-f", "moodle", "-o", str(tmp_path / "o.xml"))
    assert result.exit_code == 130
    assert "nothing was changed" not in result.stderr
    assert (tmp_path / "o.xml").read_text().endswith("</quiz>\n")


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize(("number", "code"), [("SIGTERM", 143), ("SIGHUP", 129), ("SIGINT", 130)])
def test_signal_that_meets_a_solver_ends_the_program_and_is_no_fault_of_the_solver(make_bank, number, code):
    text = (
        "id: slow\ntitle: Slow\ntopics: [t]\nparameters:\n  n: {integers: [1, 9]}\nstem: What is {{ n }}?\n"
        "answers:\n  y: {type: number, value: ended(n)}\nfeedback: x\n"
    )
    folder = make_bank({"slow": text}, "id: test\ntitle: T\nseed: 7\nsolvers: [own.py]\n")
    (folder / "own.py").write_text(
        "import os, signal\nfrom markscheme.bank.registry import solver\n\n@solver\ndef ended(n: int) -> int:\n"
        f'    """End the program."""\n    os.kill(os.getpid(), signal.{number})\n    return n\n'
    )
    start = "import signal as s; s.signal(s.SIGINT, s.default_int_handler); from markscheme.cli import main; main()"
    command = [sys.executable, "-c", start, "validate", str(folder), "--allow-code"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == code, ended.stderr
    assert "E320" not in ended.stdout + ended.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize(
    ("number", "code", "message"),
    [(signal.SIGINT, 130, "interrupted; nothing was changed"), (signal.SIGTERM, 143, "")],
)
def test_interrupt_keeps_the_old_file_and_leaves_no_other(tmp_path, number, code, message):
    path = tmp_path / "o.xml"
    path.write_text("old")
    # A shell starts what runs in the background with the interrupt ignored, and that would be inherited.
    start = "import signal as s; s.signal(s.SIGINT, s.default_int_handler); from markscheme.cli import main; main()"
    command = [sys.executable, "-c", start, "export", "deep_learning", "-f", "moodle", "-n", "50000"]
    process = subprocess.Popen([*command, "--only", "conv2d*", "-o", str(path)], stderr=subprocess.PIPE, text=True)
    for _ in range(600):
        if any(entry.stat().st_size > 50_000 for entry in tmp_path.glob(".*.part")):
            break
        time.sleep(0.05)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == code
    assert message in said
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["o.xml"]


def test_explain_says_what_a_code_means_and_what_to_do():
    result = run("explain", "e110", "X902")
    assert result.exit_code == 0
    assert result.stdout.startswith("E110 ")
    assert "\nX902 " in result.stdout
    assert "```" not in result.stdout


def test_explain_without_a_code_lists_all_within_the_width():
    lines = run("explain").stdout.splitlines()
    assert [line[:4] for line in lines if not line.startswith(" ")] == list(CODES)
    assert max(map(len, lines)) <= 100


def test_explain_suggests_the_nearest_code():
    result = run("explain", "E1100")
    assert result.exit_code == 2
    assert "there is no code 'E1100' (did you mean 'E110'?)" in result.stderr


def test_problems_end_with_the_command_that_explains_them(sum_bank):
    question = sum_bank / "topic" / "sum.yaml"
    question.write_text(question.read_text().replace("type: number", "type: numbr").replace("marks:", "mark:"))
    for command in ("list", "validate"):
        assert run(command, str(sum_bank)).stderr.endswith("problems; 'markscheme explain E102 E207' says more\n")
    question.write_text(question.read_text().replace("type: numbr", "type: number").replace("mark:", "marks:"))
    question.write_text(question.read_text().replace("value: a - b", "value: a - b\n        when: a > 99"))
    assert run("validate", str(sum_bank)).stderr.endswith("'markscheme explain C401' says more\n")


def test_fault_of_our_own_is_one_line_and_its_traceback_can_be_had(monkeypatch):
    def breaks(_start):
        raise LookupError("a slip")

    monkeypatch.setattr("markscheme.bank.banks.find_bank", breaks)
    result = run("list")
    assert result.exit_code == 70
    assert result.stderr.startswith("markscheme: a fault of markscheme itself: LookupError: a slip (set MARKSCHEME_")
    monkeypatch.setenv("MARKSCHEME_TRACEBACK", "1")
    assert isinstance(run("list").exception, LookupError)


def test_python_cli_py_works_from_the_checkout():
    script = Path(__file__).parent.parent / "cli.py"
    result = subprocess.run([sys.executable, str(script), "--version"], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
