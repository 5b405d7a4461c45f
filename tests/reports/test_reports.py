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
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
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
        cautions=(HOSTILE,),
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
        (["--report=junit="], "names no file"),
    ],
)
def test_reports_that_cannot_be_made_are_wrong_usage(words, said):
    assert said in run(*words, code=2).stderr


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


def test_no_text_of_a_bank_is_a_workflow_command():
    results = hostile_results()
    report = REPORTS.get("text")
    text = report.verdict(results.verdicts[0], results.run) + report.end(results)
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::") or "##[" in line]
    colons = "::add-mask::x\n  ::stop-commands::y\n"
    bare = Results(run=Run(), problems=[Problem(place=Place(colons), code="E601", message="x")])
    assert report.end(bare).startswith("\\x3a:add-mask")


def test_annotations_are_one_command_each_with_the_properties_that_are_meant():
    lines = REPORTS.get("github").end(hostile_results()).splitlines()
    for line in lines:
        found = re.fullmatch(r"::(error|notice) ([^:]*)::(.*)", line)
        assert found, line
        properties = dict(one.split("=", 1) for one in found[2].split(","))
        assert set(properties) <= {"file", "line", "col", "title"}
        assert not re.search("%(?!25|0A|0D|3A|2C)", line)
    assert [line.split(" ")[0] for line in lines] == ["::error", "::error", "::notice"]


def test_hostile_junit_is_well_formed_and_has_its_own_elements_only():
    document = xml.dom.minidom.parseString(REPORTS.get("junit").end(hostile_results()).encode())
    names = [node.tagName for node in document.getElementsByTagName("*")]
    assert sorted(set(names)) == ["failure", "testcase", "testsuite", "testsuites"]
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
