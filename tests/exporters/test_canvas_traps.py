"""What Canvas loses in silence: each trap is set in a package that was sound, and is found by its code."""

import io
import re
import zipfile
from decimal import Decimal

import pytest

from markscheme.bank.banks import read_bank
from markscheme.bank.numbers import Accepted, Decimals, Significant, Tolerance, accept
from markscheme.bank.problems import BankError
from markscheme.bank.sampling import Sampler
from markscheme.exporters import FORMATS
from markscheme.exporters.canvas.grade import typed_number
from markscheme.exporters.canvas.parts import _on_four_decimals
from markscheme.exporters.canvas.spelling import grid, spellings
from markscheme.exporters.canvas.target import CanvasHtml, unbracketed
from markscheme.exporters.roundtrip import exported

CANVAS = FORMATS.get("canvas")
SPECS = {
    "number": "stem: 'How much? [[y]]'\nanswers:\n  y: {type: number, value: 2.5, decimals: 1}\n",
    "words": "stem: 'What? [[y]]'\nanswers:\n  y: {type: text, accept: [word, other]}\n",
    "choice": "stem: 'Which?'\nanswers:\n  y: {type: choice, options: [{text: aye, right: true, feedback: So.}, "
    "{text: nay, feedback: 'Not $x<3$.'}]}\n",
    "ticks": "stem: 'Which?'\nanswers:\n  y: {type: choices, options: [{text: aye, right: true}, {text: nay}]}\n",
    "truth": "stem: 'So?'\nanswers:\n  y: {type: true_false, value: 2 > 1}\n",
    "pairs": "stem: 'Match.'\nanswers:\n  y: {type: match, pairs: [{prompt: 'a < b', choice: one}, "
    "{prompt: b, choice: two}]}\n",
    "blanks": "stem: 'Two [[y]] and three [[z]]'\nmarks: 2\nanswers:\n  y: {type: number, value: 2}\n"
    "  z: {type: number, value: 3}\n",
    "menus": "stem: 'Two [[y]] and three [[z]]'\nmarks: 2\nanswers:\n"
    "  y: {type: dropdown, options: [{text: two, right: true}, {text: one}]}\n"
    "  z: {type: dropdown, options: [{text: three, right: true}, {text: one}]}\n",
    "essay": "stem: 'Why?'\nanswers:\n  y: {type: essay, model: So., rubric: [{points: 1, text: All.}]}\n",
    "picture": "stem: '![A dot](dot.png) How much?'\nanswers:\n  y: {type: number, value: 2}\n",
}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bank")
    (folder / "bank.yaml").write_text("id: traps\ntitle: Traps\nseed: 1\n", encoding="utf-8")
    (folder / "dot.png").write_bytes(PNG)
    for name, body in SPECS.items():
        head = f"id: {name}\ntitle: A title\ntopics: [traps]\nfew_variants: it is always the same\n"
        (folder / f"{name}.yaml").write_text(f"{head}{body}feedback: Like this.\n", encoding="utf-8")
    bank = read_bank(folder)
    return {
        question.id: exported(list(Sampler(question, 1).variants(1, CANVAS.target)), CANVAS)
        for question in bank.questions
    }


def changed(data, *changes):
    """Return a package in which texts were replaced in all files; a change must do something."""
    out = io.BytesIO()
    done = set()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(out, "w") as written:
        for name in package.namelist():
            content, kept = package.read(name), name
            for old, new in changes:
                if old.encode() in content or old == name:
                    done.add(old)
                content = content.replace(old.encode(), new.encode()) if not name.endswith(".png") else content
                kept = new if name == old else kept
            if kept:
                written.writestr(kept, content)
    assert done == {old for old, _ in changes}
    return out.getvalue()


def notes(data):
    return [(note.code, note) for item in CANVAS.read(data, "trap.zip") for note in item.notes]


LONG = "x" * 17_000
SETVAR = '<setvar action="Add"'
TRAPS = {
    # package, what becomes of it, code, words
    "long text": ("number", [("How much", f'&lt;span title="{LONG}"&gt;&lt;/span&gt;How much')], "X720", "16,384"),
    "blank renamed": ("blanks", [("y-1", "y 1")], "X721", "changes the name of the blank 'y 1'"),
    "blank with a point": ("blanks", [("y-1", "y.1")], "X721", "changes the name of the blank 'y.1'"),
    "blank without a place": ("blanks", [("[y-1]", "")], "X721", "'y-1' has no place"),
    "blank used twice": ("blanks", [("[y-1]", "[y-1] [y-1]")], "X721", "'y-1' has more than one place"),
    "shared answer idents": ("blanks", [('ident="1003"', 'ident="1001"')], "X722", "mixes up their keys"),
    "shared digits": ("pairs", [('ident="1001"', 'ident="a1"'), ('ident="1002"', 'ident="b1"')], "X722", "same digits"),
    "ident that starts with a digit": ("number", [('<item ident="', '<item ident="1')], "X722", "changes the ident"),
    "ident that is not ASCII": ("number", [('<item ident="n', '<item ident="é')], "X722", "changes the ident"),
    "ident that is too long": ("number", [('<item ident="', f'<item ident="{"a" * 250}')], "X722", "may fail"),
    "no ident": ("number", [("<item ident=", "<item label=")], "X722", "has no ident"),
    "set in a menu": ("menus", [(SETVAR, '<setvar action="Set"')], "X723", 'another action than "Add"'),
    "set in a match": ("pairs", [(SETVAR, '<setvar action="Set"')], "X723", 'another action than "Add"'),
    "no key of a choice": ("choice", [(">100</setvar>", ">0</setvar>")], "X723", "no option is right"),
    "no key of ticks": ("ticks", [(">100</setvar>", ">0</setvar>")], "X723", "takes the first one for right"),
    "no key of a text": ("words", [(">100</setvar>", ">0</setvar>")], "X723", "makes it an essay"),
    "no type": ("choice", [("question_type", "other_type")], "X724", "has no question_type"),
    "type that Canvas lacks": ("choice", [("multiple_choice_question", "ordering_question")], "X724", "does not know"),
    "truth in another language": (
        "truth",
        [(">True<", ">Wahr<"), (">False<", ">Falsch<")],
        "X724",
        "'True' and 'False'",
    ),
    "picture in the text": (
        "number",
        [("How much", '&lt;img src="data:image/png;base64,AAAA"/&gt;How much')],
        "X725",
        "stands in the text",
    ),
    "picture that is not listed": ("picture", [('<file href="images/', '<file href="other/')], "X725", "is not among"),
    "picture whose name has a percent sign": ("picture", [("images/", "images/100%25")], "X725", "is not among"),
    "file whose name has a plus": ("picture", [("images/", "images/+")], "X725", "'%' or '+'"),
    "markup in a menu": (
        "menus",
        [('texttype="text/plain">two', 'texttype="text/html">&lt;b&gt;two')],
        "X726",
        "students read the signs",
    ),
    "image among the choices": ("pairs", [(">two<", ">&lt;img src=x&gt;<")], "X726", "for a picture"),
    "decimal comma": ("number", [(">2.5</varequal>", ">2,5</varequal>")], "X727", "'2,5'"),
    "exponent": ("number", [(">2.55</varlte>", ">255E-2</varlte>")], "X727", "'255E-2'"),
    "margin on one side": ("number", [(">2.55</varlte>", ">2.65</varlte>")], "X727", "not in the middle"),
    "precision look-alike": ("number", [("vargte", "vargt")], "X727", "number of digits"),
    "exact key without ends": (
        "number",
        [
            (
                '<and><vargte respident="response1">2.45</vargte><varlte respident="response1">2.55</varlte></and>',
                "",
            )
        ],
        "X727",
        "without both of its ends",
    ),
    "finer than four decimals": (
        "number",
        [(">2.55<", ">2.50001<"), (">2.45<", ">2.49999<")],
        "X727",
        "rounds answers to 4 decimals",
    ),
    "points with a comma": (
        "number",
        [("points_possible</fieldlabel><fieldentry>1<", "points_possible</fieldlabel><fieldentry>1,5<")],
        "X727",
        "points '1,5'",
    ),
    "script": ("number", [("How much", "&lt;script&gt;x()&lt;/script&gt;How much")], "X728", "'<script'"),
    "drawing": ("number", [("How much", "&lt;svg&gt;&lt;/svg&gt;How much")], "X728", "'<svg'"),
    "handler": ("number", [("How much", "&lt;b onclick=x()&gt;How&lt;/b&gt; much")], "X728", "drops the script in"),
    "prompt of text alone": ("pairs", [('&lt;div class="prompt"&gt;', ""), ("&lt;/div&gt;", "")], "X728", "'&lt;'"),
    "feedback of text alone": (
        "choice",
        [('&lt;div class="feedback"&gt;', ""), ("&lt;/div&gt;", "")],
        "X728",
        "'&lt;'",
    ),
    "group of an unknown bank": ("number", [("<sourcebank_ref>", "<sourcebank_ref>x")], "X729", "leaves it empty"),
    "group that draws too many": ("number", [("<selection_number>1", "<selection_number>3")], "X729", "draws 3 of 1"),
    "group that draws none": ("number", [("<selection_number>1", "<selection_number>0")], "X729", "no number"),
    "long bank title": ("number", [("Bank: ", f"{'Bank' * 70}: ")], "X729", "longer than 255"),
    "feedback that nothing shows": (
        "number",
        [('<itemfeedback ident="general_fb"', '<itemfeedback ident="x_fb"')],
        "X730",
        "nowhere",
    ),
    "no manifest": ("number", [("imsmanifest.xml", "")], "X731", "New Quizzes refuses it"),
    "bank listed as a quiz": (
        "number",
        [('learning-application-resource" href="non_cc', 'imsqti_xmlv1p2" href="non_cc')],
        "X731",
        "for a quiz",
    ),
    "no namespace": ("number", [(' xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"', "")], "X731", "namespace"),
    "file that is not listed": ("number", [('<file href="non_cc', '<file href="cc')], "X731", "does not list it"),
}


@pytest.mark.parametrize("name", SPECS)
def test_what_is_written_falls_into_no_trap(packages, name):
    assert notes(packages[name]) == []


@pytest.mark.parametrize("trap", TRAPS)
def test_each_trap_is_found_by_its_code(packages, trap):
    name, changes, code, said = TRAPS[trap]
    found = notes(changed(packages[name], *changes))
    assert any(one == code and said in note for one, note in found), found


def test_two_items_of_one_ident_are_found(packages):
    data = changed(packages["blanks"], ("</objectbank>", "<item ident='blanks.1.1' title='again'/></objectbank>"))
    assert ("X722", "another item has the ident 'blanks.1.1': Canvas keeps the last one only") in notes(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "X704"),
        (b"PK\x05\x06", "X704"),
        (b"<quiz/>", "X704"),
    ],
)
def test_what_is_no_archive_is_refused(data, code):
    with pytest.raises(BankError, match=code):
        list(CANVAS.read(data, "x.zip"))


def test_document_type_in_a_package_is_refused(packages):
    data = changed(packages["number"], ("<questestinterop", '<!DOCTYPE a [<!ENTITY b "c">]><questestinterop'))
    with pytest.raises(BankError, match="X702"):
        list(CANVAS.read(data, "x.zip"))


def test_broken_xml_in_a_package_is_refused_with_its_place(packages):
    data = changed(packages["number"], ("</objectbank>", ""))
    with pytest.raises(BankError, match=r"x\.zip/non_cc_assessments/bank\.number\.1\.xml\.qti:\d+:\d+: X705"):
        list(CANVAS.read(data, "x.zip"))


@pytest.mark.parametrize(
    ("typed", "handed_in"),
    [
        ("2.5", "2.5000"),
        ("1,234.56789", "1234.5679"),  # commas are cut, whatever they mean
        ("1,5", "15.0000"),
        ("-0.00005", "-0.0001"),
        ("12 apples", "12.0000"),
        ("1e3", "1000.0000"),
        (".5", "0.5000"),
        ("−2", None),
        ("abc", None),
        ("", None),
        ("1e999", None),
    ],
)
def test_typed_number_is_what_a_browser_hands_in(typed, handed_in):
    assert typed_number(typed) == (None if handed_in is None else Decimal(handed_in))


@pytest.mark.parametrize(
    ("value", "precision", "texts"),
    [
        (7, None, {"7", "+7"}),
        (-7, None, {"-7", "−7"}),
        (1234, None, {"1234", "+1234", "1,234", "+1,234"}),
        (-0.5, Decimals(1), {"-0.5", "−0.5", "-.5", "−.5"}),
        (2.0, Decimals(1), {"2.0", "+2.0", "2", "+2"}),
        (0.0, Decimals(1), {s + t for s in ("", "+", "-", "−") for t in ("0.0", ".0", "0")}),
        (12345.0, Significant(3), {"12300", "+12300", "12,300", "+12,300"}),
        (0.25, Decimals(1), {"0.2", "+0.2", ".2", "+.2", "0.3", "+0.3", ".3", "+.3"}),
        (
            1.5,
            Tolerance(Decimal("0.1")),
            {s + t for s in ("", "+") for t in ("1.4", "1.5", "1.6")},
        ),
    ],
)
def test_number_is_spelled_in_every_way_on_its_grid(value, precision, texts):
    accepted = Accepted(Decimal(value), Decimal(0)) if precision is None else accept(value, precision)
    found = spellings(accepted, grid(accepted))
    assert set(found) == texts
    assert len(found) == len(set(found))


def test_more_than_sixty_spellings_are_too_many():
    wide = accept(100.0, Tolerance(Decimal(20)))
    assert spellings(wide, 0) is None
    assert spellings(wide, grid(wide)) is not None


def test_refused_number_says_what_to_do(make_bank):
    body = (
        "id: wide\ntitle: Wide\ntopics: [x]\nfew_variants: it is one\nstem: '[[y]]'\nanswers:\n"
        "  y: {type: matrix, value: 'array(1000.0, 1.5)', tolerance: {relative: 0.01, absolute: 0.01}}\nfeedback: So.\n"
    )
    question = read_bank(make_bank({"wide": body})).questions[0]
    variant = next(Sampler(question, 1).variants(1, CANVAS.target))
    (refusal,) = CANVAS.refusals(variant)
    assert refusal.slot == "y"
    assert "needs more than 60 spellings" in refusal.reason
    assert "ask for fewer digits" in refusal.reason


@pytest.mark.parametrize(
    ("accepted", "held"),
    [
        (Accepted(Decimal("1.84"), Decimal("0.005")), ("1.835", "1.845")),
        (Accepted(Decimal("2.34567891"), Decimal("0.01")), ("2.3356", "2.3557")),  # widened to what can be handed in
        (Accepted(Decimal("0.1235"), Decimal("0.00005")), ("0.1235", "0.1235")),
        (Accepted(Decimal("0.00012"), Decimal("0.000005")), None),
    ],
)
def test_interval_is_that_of_the_numbers_that_can_be_handed_in(accepted, held):
    found = _on_four_decimals(accepted)
    assert (None if found is None else (found.low, found.high)) == (None if held is None else tuple(map(Decimal, held)))


@pytest.mark.parametrize(
    ("latex", "safe"),
    [
        (r"x[0]", r"x\lbrack 0]"),
        (r"\left[a, b\right]", r"\left\lbrack a, b\right]"),
        (r"\bigl[a\bigr]", r"\bigl\lbrack a\bigr]"),
        (r"\sqrt[n-1]{x}", r"\sqrt[{n-1}]{x}"),
        (r"a \\ [b]", r"a \\ \lbrack b]"),
        ("ab", "ab"),
    ],
)
def test_no_bracket_of_a_formula_is_a_blank(latex, safe):
    assert unbracketed(latex) == safe
    assert not re.search(r"\[[A-Za-z0-9_\-.]+\]", safe)


def test_no_bracket_of_a_text_is_a_blank():
    target = CanvasHtml()
    assert target.escape("x[0] and [y]") == "x<span>[</span>0] and <span>[</span>y]"
    assert not re.search(r"\[[A-Za-z0-9_\-.]+\]", target.attribute("x[0]"))
