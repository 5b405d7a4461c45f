"""Reports of a validation: what each kind says, and that nothing in a bank can make it say something else."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import xml.dom.minidom
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from markscheme.bank.problems import Place, Problem
from markscheme.bank.seen import Seen, SeenAnswer
from markscheme.cli import main
from markscheme.exporters.reporting import STANDARD_ERROR, STANDARD_OUTPUT, WrongReportError, wanted_reports
from markscheme.exporters.reports import REPORTS
from markscheme.exporters.reports.json_document import SCHEMA
from markscheme.exporters.results import Results, Run
from markscheme.exporters.validation import Verdict

KINDS = ("github", "json", "junit", "markdown", "sarif", "text")
NAMES = {"json": "r.json", "junit": "r.xml", "sarif": "r.sarif", "github": "g.txt", "markdown": "r.md", "text": "t.txt"}
ALL = [f"--report={kind}={name}" for kind, name in NAMES.items()]

HOSTILE = (
    "\x1b[2J\x00]]>\n::error file=x::boo\r##[add-mask]y </pre></failure> `a` | [l](http://e.example) &amp; \u202e %0A"
)
"""What a spec may not hold, but a solver of a bank's own may raise, and a file may be called."""


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)


@pytest.fixture
def broken(sum_bank, monkeypatch):
    """Make a bank whose question fails in one variant, and go there."""
    monkeypatch.chdir(sum_bank)
    question = sum_bank / "topic" / "sum.yaml"
    question.write_text(question.read_text().replace("require:", "check:\n  - a < 30\nrequire:"))
    return question


def run(*arguments: str, code: int = 1):
    result = CliRunner().invoke(main, ["validate", *arguments])
    assert result.exit_code == code, result.output
    return result


def texts() -> dict[str, str]:
    return {kind: Path(name).read_text(encoding="utf-8") for kind, name in NAMES.items()}


def hostile_results() -> Results:
    """Return results in which every text is hostile."""
    place = Place(f"a{HOSTILE}.yaml", 3, 7)
    problem = Problem(
        place=place, code="X713", message=HOSTILE, hint=HOSTILE, variant="q.7.1 and 2 more", check="format moodle"
    )
    seen = Seen(drawn=HOSTILE, stem=HOSTILE, answers=(SeenAnswer(slot="y", key=HOSTILE, options=(HOSTILE, "b")),))
    verdict = Verdict(
        question="q",
        variants=3,
        proved=0,
        space=None,
        problems=(problem,),
        cautions=(Problem(place=place, code="C408", message=HOSTILE, hint=HOSTILE, check="format moodle"),),
        statements=(HOSTILE,),
        place=place,
        checks={"variants": True, "format moodle": True},
        seen={"q.7.1": seen},
    )
    run = Run(bank=HOSTILE, root="/")
    bank = Problem(place=Place(HOSTILE), code="E601", message=HOSTILE)
    return Results(run=run, id="b", title=HOSTILE, seed=7, verdicts=[verdict], problems=[bank], complete=True)


def test_kinds_are_those_of_the_folder():
    assert REPORTS.names() == KINDS


def test_each_kind_goes_to_its_own_file_and_text_to_standard_output(broken):
    result = run(*ALL)
    found = texts()
    assert result.stdout.startswith("FAILED sum: ")
    assert result.stdout.startswith(found["text"].rstrip("\n").rpartition("\n")[0])
    assert all("E520" in text for text in found.values())


def test_every_finding_has_place_code_variant_and_the_command_that_reproduces_it(broken):
    run(*ALL)
    line = broken.read_text().splitlines().index("  - a < 30") + 1
    (found,) = json.loads(Path("r.json").read_text())["questions"][0]["problems"]
    assert (found["file"], found["line"], found["column"], found["code"]) == ("topic/sum.yaml", line, 5, "E520")
    for kind, text in texts().items():
        assert found["variant"] in text, kind
    program, *words = shlex.split(found["command"])
    assert program == "markscheme"
    again = CliRunner().invoke(main, words)
    assert again.exit_code == 1
    assert f"topic/sum.yaml:{line}:5: E520 the check 'a < 30' does not hold" in again.stderr


def test_a_failed_check_shows_the_stem_and_text_is_short(broken):
    result = run(*ALL)
    (found,) = json.loads(Path("r.json").read_text())["questions"][0]["problems"]
    a, b = map(int, re.fullmatch(r"a = (\d+), b = (\d+)", found["seen"]["drawn"]).groups())
    assert a >= 30
    lines = result.stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if "E520" in line)
    assert lines[at + 1 : at + 4] == [
        f"       the student sees: What is {a} + {b}? [[total]]",
        f"       key: [[total]] {a + b}",
        f"       to look at it: {found['command']}",
    ]


SUMS = (
    "id: sums\ntitle: Sums\ntopics: [t]\nparameters:\n  a: {{integers: [2, 90]}}\n  b: {{integers: [2, 90]}}\n"
    "stem: 'What is {{{{ a }}}} + {{{{ b }}}}{shown}'\nanswers:\n  y: {{type: number, value: a + b}}\n"
    "feedback: x\n{more}"
)
ESSAY = SUMS.format(shown="? [[y]] Why? [[why]]", more="marks: 2\n").replace(
    "feedback:", "  why: {type: essay, lines: 3, model: m, rubric: [{points: 1, text: m}]}\nfeedback:"
)
RARE = "check:\n  - not (a == 41 and b > 40 and b < 60)\n"
FEW = SUMS.replace("[2, 90]", "[2, 3]")


def breaks_one(monkeypatch):
    """Let the road through a format fail for one variant."""
    monkeypatch.setattr(
        "markscheme.exporters.roundtrip.Roundtrip.problems",
        lambda road, variants: [
            [Problem(place=road.place_of("y"), code="X713", message="bad", variant=one.id)] if ".30" in one.id else []
            for one in variants
        ],
    )


@pytest.mark.parametrize(
    ("code", "text", "words", "command"),
    [
        ("E520", SUMS.format(shown="?", more="check:\n  - a < 20\n"), "-n 2", "show"),
        ("E520", SUMS.format(shown="?", more=RARE), "-n 2 --samples 3000 --seed 5", "show"),
        ("E522", FEW.format(shown="?", more=""), "-n 9 --seed 3", "validate"),
        ("E207", SUMS.format(shown="?", more="").replace("number", "numbr"), "--only sums", "validate"),
        ("C406", SUMS.format(shown=" == {{ a + b }}?", more=""), "-n 10 --samples 12", "validate"),
        ("X710", ESSAY, "-n 1 --samples 0 --format moodle", "validate"),
        ("X713", SUMS.format(shown="?", more=""), "-n 30 --samples 30 --seed 99 --format qti21", "validate"),
        ("X908", SUMS.format(shown="!", more=""), "-n 4 --locked", "validate"),
    ],
)
def test_the_command_of_a_finding_shows_it_again(code, text, words, command, make_bank, monkeypatch):
    monkeypatch.chdir(make_bank({"sums": SUMS.format(shown="?", more="")}))
    CliRunner().invoke(main, ["lock", "-n", "4"])
    Path("topic/sums.yaml").write_text(text)
    if code == "X713":
        breaks_one(monkeypatch)
    run(*words.split(), "--report=json=r.json")
    report = json.loads(Path("r.json").read_text())
    every = [*report["problems"], *(one for question in report["questions"] for one in question["problems"])]
    found = next(one for one in every if one["code"] == code)
    program, *again = shlex.split(found["command"])
    assert (program, again[0]) == ("markscheme", command)
    result = CliRunner().invoke(main, again)
    assert result.exit_code == 1
    assert re.search(rf"{re.escape(found['file'])}:{found['line']}:{found['column']}: {code} ", result.output)


def test_the_command_of_a_finding_says_what_was_looked_at_and_no_more():
    given = Run(
        bank="b", options=("--allow-code", "--locked"), variants=3, samples=70, seed=4, formats=("moodle", "canvas"),
        only=("x*", "y"), changed="HEAD~1",
    )  # fmt: skip
    problem = Problem(place=Place("a.yaml"), code="C401", message="m", variant="q.4.1", check="check maths")
    rest = "-n 3 --samples 70 --seed 4 --format moodle --format canvas --allow-code --locked"
    assert given.command(problem, "q") == f"markscheme validate b --only q {rest}"
    assert given.command(problem, "") == f"markscheme validate b --only 'x*' --only y --changed 'HEAD~1' {rest}"
    usual = next(option for option in main.commands["validate"].params if option.name == "samples").default
    assert Run(samples=usual).command(problem, "q") == "markscheme validate --only q -n 10"
    of_solving = replace(problem, code="E520", check="variants")
    assert given.command(of_solving, "q") == "markscheme show q.4.1 b --allow-code"


def test_what_the_student_sees_is_told_in_plain_words(sum_bank, monkeypatch):
    monkeypatch.chdir(sum_bank)
    monkeypatch.setattr(
        "markscheme.exporters.roundtrip.Roundtrip.problems",
        lambda road, variants: [
            [Problem(place=road.place_of("total"), code="X713", message="bad", variant=one.id)] for one in variants
        ],
    )
    run("-n", "1", "--samples", "1", *ALL)
    (found,) = json.loads(Path("r.json").read_text())["questions"][0]["problems"]
    a, b = map(int, re.fullmatch(r"a = (\d+), b = (\d+)", found["seen"]["drawn"]).groups())
    assert found["seen"]["stem"] == f"What is {a} + {b}?\n\n[[total]]"
    assert found["seen"]["answers"] == [{"slot": "total", "key": str(a + b), "options": []}]
    for kind in ("junit", "sarif", "github", "markdown"):
        assert f"What is {a} + {b}?" in texts()[kind], kind
        assert f"Key of [[total]]: {a + b}" in texts()[kind], kind


def test_options_are_told_as_they_are_shown(make_bank, monkeypatch):
    text = (
        "id: pick\ntitle: Pick\ntopics: [t]\nparameters:\n  n: {integers: [1, 5]}\nstem: 'Which is $2$?'\nanswers:\n"
        "  y:\n    type: choice\n    order: fixed\n    options:\n      - {text: two, right: true}\n"
        "      - {text: '$n^2$ **pears**'}\nfeedback: x\n"
    )
    monkeypatch.chdir(make_bank({"pick": text}))
    monkeypatch.setattr(
        "markscheme.exporters.roundtrip.Roundtrip.problems",
        lambda road, variants: [
            [Problem(place=road.place_of("y"), code="X713", message="bad", variant=one.id)] for one in variants
        ],
    )
    run("-n", "1", "--samples", "1", "--report=json=r.json")
    (found,) = json.loads(Path("r.json").read_text())["questions"][0]["problems"]
    assert found["seen"]["answers"] == [{"slot": "y", "key": "two", "options": ["two", "n^2 pears"]}]


def test_json_follows_its_published_schema(broken):
    Draft202012Validator.check_schema(SCHEMA)
    validator = Draft202012Validator(SCHEMA)
    run(*ALL)
    report = json.loads(Path("r.json").read_text())
    assert list(validator.iter_errors(report)) == []
    assert report["summary"]["problems"] == 1
    del report["questions"][0]["problems"][0]["command"]
    assert len(list(validator.iter_errors(report))) == 1


def test_junit_has_a_case_for_each_question_and_check_and_counts_them(broken):
    run(*ALL)
    document = xml.dom.minidom.parse("r.xml").documentElement
    suites = document.getElementsByTagName("testsuite")
    assert [suite.getAttribute("name") for suite in suites] == ["bank", "sum"]
    cases = document.getElementsByTagName("testcase")
    names = [(case.getAttribute("classname"), case.getAttribute("name")) for case in cases]
    assert len(set(names)) == len(names)
    assert {name for _, name in names} >= {"read", "variants", "check unused-wrong-answers", "format moodle"}
    failed = [case for case in cases if case.getElementsByTagName("failure")]
    assert [(case.getAttribute("name"), case.getAttribute("file")) for case in failed] == [
        ("variants", "topic/sum.yaml")
    ]
    for node in (document, *suites):
        inside = node.getElementsByTagName("testcase")
        assert int(node.getAttribute("tests")) == len(inside)
        assert int(node.getAttribute("failures")) == len(node.getElementsByTagName("failure"))
        assert int(node.getAttribute("skipped")) == len(node.getElementsByTagName("skipped"))


def test_sarif_has_what_code_scanning_asks_for(broken):
    run(*ALL)
    report = json.loads(Path("r.sarif").read_text())
    assert report["version"] == "2.1.0"
    (only,) = report["runs"]
    rules = only["tool"]["driver"]["rules"]
    (found,) = only["results"]
    assert rules[found["ruleIndex"]]["id"] == found["ruleId"] == "E520"
    assert rules[found["ruleIndex"]]["shortDescription"]["text"]
    (where,) = found["locations"]
    physical = where["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": "topic/sum.yaml", "uriBaseId": "%SRCROOT%"}
    assert physical["region"]["startLine"] > 1
    assert found["message"]["text"].startswith("the check 'a < 30' does not hold\n")
    assert only["invocations"] == [{"executionSuccessful": True}]


def test_fingerprint_of_sarif_does_not_move_with_the_line(broken):
    def fingerprint() -> tuple[object, int]:
        run("--report=sarif=r.sarif")
        (found,) = json.loads(Path("r.sarif").read_text())["runs"][0]["results"]
        return found["partialFingerprints"], found["locations"][0]["physicalLocation"]["region"]["startLine"]

    before, line = fingerprint()
    broken.write_text("# a remark\n" + broken.read_text())
    assert fingerprint() == (before, line + 1)


def test_fingerprints_of_equal_problems_in_one_question_differ():
    results = hostile_results()
    (verdict,) = results.verdicts
    (problem,) = verdict.problems
    at_lines = [replace(problem, place=replace(problem.place, line=line)) for line in (3, 9, 12)]

    def prints(problems: list[Problem]) -> list[str]:
        results.verdicts = [replace(verdict, problems=tuple(problems))]
        (only,) = json.loads(REPORTS.get("sarif").end(results))["runs"]
        return [one["partialFingerprints"]["markscheme/v1"] for one in only["results"] if one["ruleId"] == "X713"]

    found = prints(at_lines)
    assert len(set(found)) == 3
    assert prints([replace(one, place=replace(one.place, line=one.place.line + 5)) for one in at_lines]) == found
    assert prints(at_lines[:1]) == found[:1]


def test_message_of_sarif_has_no_placeholder_and_no_link():
    results = hostile_results()
    text = r"{0} of {1} [l](http://e.example) [m\](n) [o\\](p) \(x_{ij}\) [[y]]"
    results.problems = [Problem(place=Place("a"), code="E601", message=text)]
    (only,) = json.loads(REPORTS.get("sarif").end(results))["runs"]
    said = only["results"][0]["message"]["text"].splitlines()[0]
    assert not re.search(r"(?<!\{)(\{\{)*\{[0-9]+\}", said)
    # As consumers find a link: brackets before which stands no backslash, or an even number of them.
    unescaped = r"(?<!\\)(?:\\\\)*"
    assert not re.search(unescaped + r"\[(?:\\.|[^\]\\])*" + r"\]\(", said)
    assert said.replace("{{", "{").replace("}}", "}").endswith(r"\(x_{ij}\) [[y]]")


def test_annotations_appear_by_themselves_on_github_at_the_path_in_the_checkout(broken, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(broken.parent.parent.parent))
    result = run()
    line = broken.read_text().splitlines().index("  - a < 30") + 1
    (command,) = [line for line in result.stderr.splitlines() if line.startswith("::")]
    assert command.startswith(f"::error file=bank/topic/sum.yaml,line={line},col=5,title=E520 [sum.7.")
    assert "::the check 'a < 30' does not hold%0A" in command
    assert "::error" not in result.stdout
    assert run("--report=github").stderr.count("::error") == 0


def test_markdown_is_read_as_it_is_meant(broken):
    run(*ALL)
    page = MarkdownIt("gfm-like", {"linkify": False}).render(Path("r.md").read_text())
    assert "<td>sum</td>" in page
    assert "<strong>E520</strong>" in page
    assert "the check 'a &lt; 30' does not hold" in page


def long_results(questions: int, problems: int, length: int) -> Results:
    """Return results with long stems, of which each character takes as much room as any can."""
    text = "'" * length
    seen = Seen(drawn="n = 1", stem=text, answers=(SeenAnswer(slot="y", key=text, options=(text,) * 5),))
    results = hostile_results()
    (verdict,) = results.verdicts
    (problem,) = verdict.problems
    many = tuple(replace(problem, message=f"wrong {number} {text}", hint="") for number in range(problems))
    cautions = verdict.cautions * problems
    results.verdicts = [
        replace(verdict, question=f"q{number}", problems=many, seen={"q.7.1": seen}, cautions=cautions)
        for number in range(questions)
    ]
    results.problems = []
    return results


@pytest.mark.parametrize(
    ("questions", "problems", "length", "told"),
    [(60, 1, 4_000, "The student sees"), (20, 20, 100_000, "more."), (12_000, 0, 1, ""), (9_000, 1, 9, "more")],
)
def test_summary_is_within_what_github_takes_and_says_what_is_left_out(questions, problems, length, told):
    results = long_results(questions, problems, length)
    text = REPORTS.get("markdown").end(results)
    assert 100_000 < len(text.encode()) <= 900_000
    assert told in text
    (left_out,) = re.findall(r"^And ([0-9]+) problems? more\.$", text, re.MULTILINE) or ["0"]
    assert text.count("**X713**") + int(left_out) == results.wrong
    (left_out,) = re.findall(r"^\| \| and ([0-9]+) questions? more \|", text, re.MULTILINE) or ["0"]
    assert len(re.findall(r"^\| [❌✅]", text, re.MULTILINE)) + int(left_out) == questions
    (left_out,) = re.findall(r"^- and ([0-9]+) more$", text, re.MULTILINE) or ["0"]
    assert len(re.findall(r"^- \*\*C408", text, re.MULTILINE)) + int(left_out) == questions * problems


def test_summary_that_is_short_of_room_shows_every_problem_with_less_of_what_is_seen():
    text = REPORTS.get("markdown").end(long_results(60, 1, 4_000))
    assert text.count("**X713**") == text.count("The student sees:") == 60
    assert "…" in text


def test_bank_that_cannot_be_read_makes_every_report_too(sum_bank, monkeypatch):
    monkeypatch.chdir(sum_bank)
    question = sum_bank / "topic" / "sum.yaml"
    question.write_text(question.read_text().replace("type: number", "type: numbr"))
    line = question.read_text()[: question.read_text().index("numbr")].count("\n") + 1
    result = run(*ALL)
    assert f"topic/sum.yaml:{line}:11: E207" in result.stderr
    assert "E207" not in result.stdout
    assert all("E207" in text for text in texts().values())
    report = json.loads(Path("r.json").read_text())
    assert list(Draft202012Validator(SCHEMA).iter_errors(report)) == []
    assert report["bank"] is None
    assert [(one["code"], one["line"]) for one in report["problems"]] == [("E207", line)]
    (case,) = xml.dom.minidom.parse("r.xml").getElementsByTagName("testcase")
    assert (case.getAttribute("name"), case.getAttribute("line")) == ("read", str(line))
    assert case.getElementsByTagName("failure")


def test_bank_that_is_not_there_makes_reports_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("nowhere", *ALL)
    assert all("E601" in text for text in texts().values())


def test_report_to_standard_output_is_the_file_alone(broken):
    run("--report=json=r.json")
    assert run("--report=json").stdout == Path("r.json").read_text()


def test_sound_bank_reports_no_problem_and_ends_with_exit_code_0(sum_bank, monkeypatch):
    monkeypatch.chdir(sum_bank)
    run(*ALL, code=0)
    assert json.loads(Path("r.json").read_text())["summary"]["problems"] == 0
    assert "✅" in Path("r.md").read_text()
    assert Path("g.txt").read_text() == ""
    assert not xml.dom.minidom.parse("r.xml").getElementsByTagName("failure")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--report=jnuit"], "did you mean 'junit'?"),
        (["--report=json", "--report=junit=-"], "two reports cannot both go to standard output"),
        (["--report=json=a.json", "--report=sarif=a.json"], "two reports cannot both go to 'a.json'"),
        (["--report=json=a.json", "--report=sarif=./a.json"], "two reports cannot both go to './a.json'"),
        (["--report=junit="], "names no file"),
    ],
)
def test_reports_that_cannot_be_made_are_wrong_usage(words, said):
    assert said in run(*words, code=2).stderr


def test_two_names_of_one_file_are_one_place(broken):
    Path("b.json").symlink_to("a.json")
    assert (
        "two reports cannot both go to 'b.json'" in run("--report=json=a.json", "--report=sarif=b.json", code=2).stderr
    )


def test_summary_of_a_step_is_added_to_what_stands_there(broken, monkeypatch):
    summary = Path("step_summary_1f0c")
    summary.write_text("# Before")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary.resolve()))
    for _ in range(2):
        run(f"--report=markdown={summary}", "--report=markdown=r.md")
    once = Path("r.md").read_text()
    assert "E520" in once
    assert summary.read_text() == f"# Before\n\n{once}\n\n{once}"
    monkeypatch.delenv("GITHUB_STEP_SUMMARY")
    assert "X803" in run(f"--report=markdown={summary}").stderr
    assert summary.read_text().count("E520") == 2


def test_summary_of_a_step_that_cannot_be_written_is_a_problem(broken, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "topic")
    result = run("--report=markdown=topic", "--report=json=r.json")
    assert "topic: X801" in result.stderr
    assert "E520" in Path("r.json").read_text()


def test_report_never_replaces_a_file_of_another_kind(broken):
    before = broken.read_text()
    assert "X803" in run("--report=json=topic/sum.yaml").stderr
    assert broken.read_text() == before


def test_report_that_cannot_be_written_is_a_problem_and_the_others_are_written(broken):
    Path("file").write_text("")
    result = run("--report=json=file/r.json", "--report=junit=r.xml")
    assert "file/r.json: X801 cannot be written" in result.stderr
    assert "E520" in Path("r.xml").read_text()


def test_wanted_reports_are_text_by_default_and_no_annotation_twice():
    def places(*given: str, **environment: str) -> list[tuple[str, bool]]:
        return [(one.to, one.asked) for one in wanted_reports(given, environment)]

    assert places() == [(STANDARD_OUTPUT, False)]
    assert places("text") == [(STANDARD_OUTPUT, True)]
    assert places("json=a") == [(STANDARD_OUTPUT, False), ("a", True)]
    assert places(GITHUB_ACTIONS="true") == [(STANDARD_OUTPUT, False), (STANDARD_ERROR, True)]
    assert places("github=g.txt", GITHUB_ACTIONS="true") == [(STANDARD_OUTPUT, False), ("g.txt", True)]
    with pytest.raises(WrongReportError):
        places("")


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_of_a_bank_can_steer_a_terminal(kind):
    results = hostile_results()
    report = REPORTS.get(kind)
    text = report.verdict(results.verdicts[0], results.run) + report.end(results)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", text)


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_of_a_bank_is_a_workflow_command(kind):
    results = hostile_results()
    colons = "::add-mask::x\n  ::stop-commands::y\n##[error]z"
    results.problems.append(Problem(place=Place(colons), code="E601", message=colons))
    report = REPORTS.get(kind)
    lines = re.split("\r\n|\r|\n", report.verdict(results.verdicts[0], results.run) + report.end(results))
    assert not [line for line in lines if "##[" in line]
    commands = {line.split(" ")[0] for line in lines if line.lstrip().startswith("::")}
    assert commands <= ({"::error", "::warning", "::notice"} if kind == "github" else set())


def test_programs_read_the_same_whether_or_not_it_looks_like_a_command():
    (problem,) = json.loads(REPORTS.get("json").end(hostile_results()))["problems"]
    assert "\n::error file=x::boo\\r##[add-mask]y" in problem["message"]
    failures = xml.dom.minidom.parseString(REPORTS.get("junit").end(hostile_results()).encode())
    said = "".join(node.firstChild.data for node in failures.getElementsByTagName("failure"))
    assert "\n  ::error file=x::boo" in said
    assert "##[add-mask]" in said
    page = MarkdownIt("gfm-like", {"linkify": False}).render(REPORTS.get("markdown").end(hostile_results()))
    assert "\n  &#58;:error file=x::boo" in page  # as a browser is told to show two colons


def test_bank_that_cannot_be_read_gives_no_command_to_a_runner(sum_bank):
    question = sum_bank / "topic" / "sum.yaml"
    question.write_text(question.read_text() + "'##[add-mask]x': 1\n")
    result = run(str(sum_bank))
    assert "unknown key '#\\x23[add-mask]x'" in result.stderr


def test_what_is_seen_of_many_variants_is_looked_up_and_not_searched():
    class Counted(list):
        passes = 0

        def __iter__(self):
            self.passes += 1
            return super().__iter__()

    results = hostile_results()
    (verdict,) = results.verdicts
    results.verdicts = Counted(replace(verdict, question=f"q{number}") for number in range(50))
    assert results.seen("q49", verdict.problems[0]) is verdict.seen["q.7.1"]
    assert all(results.seen(question, problem) for question, problem in results.every() if question)
    assert results.verdicts.passes < 5


def test_annotations_are_one_command_each_with_the_properties_that_are_meant():
    lines = REPORTS.get("github").end(hostile_results()).splitlines()
    for line in lines:
        found = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line)
        assert found, line
        properties = dict(one.split("=", 1) for one in found[2].split(","))
        assert set(properties) <= {"file", "line", "col", "title"}
        assert not re.search("%(?!25|0A|0D|3A|2C)", line)
    assert [line.split(" ")[0] for line in lines] == ["::error", "::error", "::warning"]


def test_annotations_are_as_many_as_github_shows_one_a_question_first():
    results = long_results(12, 20, 10)
    lines = REPORTS.get("github").end(results).splitlines()
    for level, most in (("error", 12 * 20), ("warning", 12 * 20)):
        told = [line for line in lines if line.startswith(f"::{level} ")]
        assert len(told) == 10
        assert told[9].startswith(f"::{level} title={most - 9} more")
        assert re.findall(r"(q[0-9]+) \(([0-9]+)\)", told[9])[:4] == [
            ("q9", "20"), ("q10", "20"), ("q11", "20"), ("q0", "19"),
        ]  # fmt: skip
    shown = [re.search("--only (q[0-9]+)", line)[1] for line in lines[:9]]
    assert shown == [f"q{number}" for number in range(9)]
    assert len(REPORTS.get("github").end(long_results(5, 2, 10)).splitlines()) == 20


def test_annotation_is_not_cut_by_github_and_says_the_command_first():
    (command, _) = REPORTS.get("github").end(long_results(1, 1, 50_000)).splitlines()
    message = command.split("::", 2)[2].replace("%0A", "\n").replace("%25", "%")
    assert len(message) <= 4_096
    assert message.splitlines()[1].startswith("To look at it: markscheme ")
    assert message.splitlines()[2] == "The student sees:"


ALIKE = (
    "id: {0}\ntitle: T\ntopics: [t]\nparameters:\n  n: {{integers: [1, 900]}}\n"
    "stem: What is the number that comes right after {{{{ n }}}} in counting?\n"
    "answers:\n  y: {{type: number, value: n + 1}}\nfeedback: x\n"
)
GUESSED = (
    "id: pick\ntitle: Pick\ntopics: [t]\nparameters:\n  n: {integers: [1, 500]}\nstem: 'Is {{ n }} positive?'\n"
    "answers:\n  y:\n    type: choice\n    options:\n      - {text: certainly, right: true}\n"
    "      - {text: perhaps, credit: 0.6}\nfeedback: x\n"
)


def test_cautions_have_a_place_and_a_code_in_every_report(make_bank, monkeypatch):
    monkeypatch.chdir(make_bank({"one": ALIKE.format("one"), "two": ALIKE.format("two"), "pick": GUESSED}))
    result = run("-n", "5", "--samples", "0", *ALL, code=0)
    assert "look at this: topic/pick.yaml:1:1: C408 a random guesser earns 80% of the marks" in result.stdout
    said = "C409 'one' and 'two' are nearly the same (100% in common)"
    assert f"over the whole bank, {said} (topic/one.yaml:1:1, topic/two.yaml:1:1)" in result.stdout
    report = json.loads(Path("r.json").read_text())
    assert list(Draft202012Validator(SCHEMA).iter_errors(report)) == []
    (caution,) = (one for question in report["questions"] for one in question["cautions"])
    assert (caution["file"], caution["line"], caution["column"]) == ("topic/pick.yaml", 1, 1)
    assert (caution["code"], caution["check"]) == ("C408", "check guessing")
    (finding,) = (one for one in report["findings"] if one["caution"])
    assert finding["code"] == "C409"
    assert [(place["file"], place["line"]) for place in finding["places"]] == [
        ("topic/one.yaml", 1),
        ("topic/two.yaml", 1),
    ]
    (only,) = json.loads(Path("r.sarif").read_text())["runs"]
    by_code = {one["ruleId"]: one for one in only["results"]}
    assert {code: one["level"] for code, one in by_code.items()} == {"C408": "warning", "C409": "warning"}
    (also,) = by_code["C409"]["relatedLocations"]
    assert also["physicalLocation"]["artifactLocation"]["uri"] == "topic/two.yaml"
    out = {
        case.getAttribute("name"): case.getElementsByTagName("system-out")[0].firstChild.data
        for case in xml.dom.minidom.parse("r.xml").getElementsByTagName("testcase")
        if case.getElementsByTagName("system-out")
    }
    assert out.keys() == {"check guessing", "whole bank"}
    assert out["check guessing"].startswith("look at this: topic/pick.yaml:1:1: C408 ")
    assert "topic/one.yaml:1:1: C409 " in out["whole bank"]
    assert out["whole bank"].endswith("see also topic/two.yaml:1:1")
    commands = Path("g.txt").read_text().splitlines()
    assert [line.partition(",")[0] for line in commands] == [
        "::warning file=topic/pick.yaml",
        "::warning file=topic/one.yaml",
    ]
    assert "**C409**" in Path("r.md").read_text()


def test_format_that_cannot_hold_a_question_is_a_note(make_bank, monkeypatch):
    text = (
        "id: two\ntitle: Two\ntopics: [t]\nmarks: 2\nparameters:\n  n: {integers: [1, 50]}\n"
        "stem: After {{ n }} comes [[a]], as [[b]]\nanswers:\n  a: {type: number, value: n + 1}\n"
        "  b: {type: essay, lines: 3, model: m, rubric: [{points: 1, text: m}]}\nfeedback: x\n"
    )
    monkeypatch.chdir(make_bank({"two": text}))
    run("-n", "1", "--samples", "0", *ALL, code=0)
    (only,) = json.loads(Path("r.sarif").read_text())["runs"]
    refused = [one for one in only["results"] if one["ruleId"] == "X710"]
    assert {one["level"] for one in refused} == {"note"}
    assert any("refused by moodle" in one["message"]["text"] for one in refused)
    assert "::notice file=topic/two.yaml" in Path("g.txt").read_text()


def test_hostile_junit_is_well_formed_and_has_its_own_elements_only():
    document = xml.dom.minidom.parseString(REPORTS.get("junit").end(hostile_results()).encode())
    names = [node.tagName for node in document.getElementsByTagName("*")]
    assert sorted(set(names)) == ["failure", "system-out", "testcase", "testsuite", "testsuites"]
    assert names.count("failure") == 2


def test_hostile_json_and_sarif_hold_the_texts_as_data():
    for kind in ("json", "sarif"):
        document = json.loads(REPORTS.get(kind).end(hostile_results()))
        assert "</pre></failure> `a`" in json.dumps(document)
    document = json.loads(REPORTS.get("json").end(hostile_results()))
    assert list(Draft202012Validator(SCHEMA).iter_errors(document)) == []


def test_hostile_markdown_makes_no_link_no_tag_and_no_further_cell():
    page = MarkdownIt("gfm-like", {"linkify": False}).render(REPORTS.get("markdown").end(hostile_results()))
    inside = re.sub(r"<pre>.*?</pre>", "", page, flags=re.DOTALL)
    assert page.count("</pre>") == 2
    assert "<a " not in inside
    assert "<code" not in inside
    assert page.count("<tr>") == 2
    assert set(re.findall(r"</?([a-z0-9]+)", inside)) <= {
        "h2", "p", "details", "summary", "table", "thead", "tbody", "tr", "th", "td", "strong", "ul", "li",
    }  # fmt: skip


SLOW = (
    "id: {name}\ntitle: T\ntopics: [t]\nparameters:\n  n: {{integers: [1, 9]}}\nstem: What is {{{{ n }}}}?\n"
    "answers:\n  y: {{type: number, value: {value}}}\nfeedback: x\n"
)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupt_keeps_what_was_found_in_every_report(make_bank, tmp_path, number, code, workers):
    questions = {
        "a-first": SLOW.format(name="a-first", value="n") + "check:\n  - n > 99\n",
        "b-slow": SLOW.format(name="b-slow", value="waits(n)"),
    }
    folder = make_bank(questions, "id: test\ntitle: T\nseed: 7\nsolvers: [own.py]\n")
    (folder / "own.py").write_text(
        "import time, pathlib\nfrom markscheme.bank.registry import solver\n\n@solver\ndef waits(n: int) -> int:\n"
        f'    """Wait."""\n    pathlib.Path({str(tmp_path / "waiting")!r}).touch()\n    time.sleep(60)\n    return n\n'
    )
    start = "import signal as s; s.signal(s.SIGINT, s.default_int_handler); from markscheme.cli import main; main()"
    command = [sys.executable, "-c", start, "validate", str(folder), "--allow-code", "--workers", workers, *ALL]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for _ in range(600):
        if (tmp_path / "waiting").exists():
            break
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(number)
    output, said = process.communicate(timeout=60)
    assert process.returncode == code, said
    assert "Traceback" not in said
    assert "FAILED a-first" in output
    for name in NAMES.values():
        assert "E520" in (tmp_path / name).read_text(), name
    assert json.loads((tmp_path / "r.json").read_text())["complete"] is False
    assert xml.dom.minidom.parse(str(tmp_path / "r.xml")).getElementsByTagName("error")
    assert json.loads((tmp_path / "r.sarif").read_text())["runs"][0]["invocations"][0]["executionSuccessful"] is False
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".")] == []


def test_reader_that_has_read_enough_costs_no_report(broken):
    command = f"{shlex.quote(sys.executable)} -m markscheme.cli validate --report=junit=r.xml | true"
    subprocess.run(["bash", "-c", command], env=os.environ, capture_output=True, check=False)
    assert "E520" in Path("r.xml").read_text()


def test_a_format_that_was_not_looked_at_is_no_passed_test(sum_bank, monkeypatch):
    monkeypatch.chdir(sum_bank)
    run("-n", "2", "--samples", "0", "--format", "moodle", "--report=json=r.json", code=0)
    (question,) = json.loads(Path("r.json").read_text())["questions"]
    assert [one["name"] for one in question["checks"] if one["name"].startswith("format")] == ["format moodle"]


def test_a_format_that_refuses_a_question_is_left_out_and_not_passed(make_bank, monkeypatch):
    text = (
        "id: two\ntitle: Two\ntopics: [t]\nmarks: 2\nparameters:\n  n: {integers: [1, 50]}\n"
        "stem: After {{ n }} comes [[a]], as [[b]]\nanswers:\n  a: {type: number, value: n + 1}\n"
        "  b: {type: essay, lines: 3, model: m, rubric: [{points: 1, text: m}]}\nfeedback: x\n"
    )
    monkeypatch.chdir(make_bank({"two": text}))
    run("-n", "1", "--samples", "0", "--report=json=r.json", code=0)
    (question,) = json.loads(Path("r.json").read_text())["questions"]
    status = {one["name"]: one["status"] for one in question["checks"]}
    assert status["format canvas"] == status["format moodle"] == "left out"
    assert status["format qti21"] == "passed"
