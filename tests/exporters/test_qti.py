"""QTI packages: what is written for each answer type, that it comes back and is scored, and that damage is found."""

import io
import re
import zipfile
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from markscheme.bank.banks import SHIPPED, read_bank
from markscheme.bank.numbers import Accepted
from markscheme.bank.problems import Place
from markscheme.bank.sampling import Sampler
from markscheme.bank.variants import (
    ChoiceResponse,
    Entry,
    MatchResponse,
    Mistake,
    NumericResponse,
    Option,
    OrderResponse,
    Pair,
    RichText,
    SelectionResponse,
    Stem,
    TextResponse,
    Variant,
)
from markscheme.cli import main
from markscheme.exporters import FORMATS
from markscheme.exporters.export import Order, export_stream
from markscheme.exporters.format import Options
from markscheme.exporters.qti.elements import name
from markscheme.exporters.roundtrip import exported, roundtrip
from markscheme.exporters.verification import Verification, format_of

FORMS = [FORMATS.get(name) for name in ("qti21", "qti22", "qti30")]
BANK = read_bank(Path(__file__).parent.parent / "types")
QUESTIONS = {question.id: question for question in BANK.questions}
INTERACTIONS = {
    "divisors": {"choiceInteraction"},
    "menu": {"inlineChoiceInteraction"},
    "pairs": {"matchInteraction"},
    "pick": {"choiceInteraction"},
    "pool": {"choiceInteraction"},
    "single": {"textEntryInteraction"},
    "steps": {"orderInteraction"},
    "sums": {"textEntryInteraction"},
    "talk": {"extendedTextInteraction"},
    "truth": {"choiceInteraction"},
    "words": {"textEntryInteraction"},
}

each_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)


def variants(question: str, form, count: int = 12):
    return list(Sampler(QUESTIONS[question], 3).variants(count, form.target))


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {one: archive.read(one) for one in archive.namelist()}


def packed(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for file, content in files.items():
            archive.writestr(file, content)
    return stream.getvalue()


def document(question: str, form) -> etree._Element:
    variant = variants(question, form, 1)[0]
    return etree.fromstring(members(exported([variant], form))[f"items/{variant.id}.xml"])


def whole_export(bank, form, count: int) -> bytes:
    pieces: list[bytes] = []
    order = Order(bank=bank, form=form, seed=bank.spec.seed, count=count, options=Options())
    export_stream(order, pieces.append, print)
    return b"".join(pieces)


@each_form
@pytest.mark.parametrize("question", sorted(QUESTIONS))
def test_every_type_comes_back_and_is_scored_as_its_author_said(question, form):
    for variant in variants(question, form):
        assert [str(problem) for problem in roundtrip(variant, form, QUESTIONS[question].place_of)] == []


@each_form
@pytest.mark.parametrize("question", sorted(INTERACTIONS))
def test_every_type_is_the_interaction_that_qti_has_for_it(question, form):
    found = {name(one) for one in document(question, form).iter() if name(one).endswith("Interaction")}
    assert found == INTERACTIONS[question]


@each_form
def test_names_are_those_of_the_version(form):
    root = document("everything", form)
    tags = {etree.QName(one).localname for one in root.iter()}
    own = {"responseDeclaration", "qti-response-declaration"} & tags
    assert own == ({"qti-response-declaration"} if form.name == "qti30" else {"responseDeclaration"})
    assert etree.QName(root).namespace.endswith({"qti21": "v2p1", "qti22": "v2p2", "qti30": "v3p0"}[form.name])
    attributes = {key for one in root.iter() for key in one.attrib if not key.startswith("{")}
    assert ("response-identifier" in attributes) is (form.name == "qti30")
    assert ("responseIdentifier" in attributes) is (form.name != "qti30")


@each_form
def test_scores_are_declared_and_their_sum_is_the_score(form):
    variant = variants("everything", form, 1)[0]
    item = next(form.read(exported([variant], form), "q.zip")).item
    assert item.outcomes["MAXSCORE"].default == float(variant.marks)
    slots = {f"S_{response.slot}" for response in variant.responses}
    assert slots <= set(item.outcomes)
    written = etree.tostring(item.rules).decode()
    total = re.search(
        r"<(?:qti-)?set-?outcome-?value identifier=\"SCORE\"><(?:qti-)?sum>(.*?)</(?:qti-)?sum>", written, re.I
    )
    assert set(re.findall(r'identifier="(\w+)"', total[1])) == slots


@each_form
def test_an_essay_is_left_to_a_person_who_reads_the_rubric(form):
    variant = variants("talk", form, 1)[0]
    item = next(form.read(exported([variant], form), "q.zip"))
    assert item.submit(["Some words."]).fraction is None
    assert item.submit([None]).fraction == 0
    said = etree.tostring(item.item.root).decode()
    assert 'view="scorer"' in said
    assert ("xternalScored=" in said or "external-scored=" in said) is (form.name != "qti21")  # 2.1 knows no such thing


@each_form
def test_formulas_are_mathml_that_says_its_latex(form):
    formulas = [one for one in document("everything", form).iter() if name(one) == "math"]
    assert formulas
    for formula in formulas:
        assert etree.QName(formula).namespace == "http://www.w3.org/1998/Math/MathML"
        annotation = formula.find("{*}semantics/{*}annotation")
        assert annotation.get("encoding") == "application/x-tex"
        assert annotation.text == formula.get("alttext") != ""
        assert formula.prefix is None
    numbers = "".join("".join(map(str, formula.itertext())) for formula in formulas)
    assert "\ue000" not in numbers


CONTENT = "(?:<qti-content-body>)?"
DAMAGE = {
    "a bound of the interval": (r'(lte>.*?float">)[-\d.]+', r"\g<1>9999999", "single", "just above the interval"),
    "a score": (r'(mapped-?[vV]alue=")0.25"', r'\g<1>0.75"', "pick", "earns"),
    "what a mistake is told": (rf'(identifier="told"[^>]*>{CONTENT}<p>)', r"\1Not ", "single", "is answered"),
    "an undeclared response": (r'(response-?[iI]dentifier=")R_', r"\1X_", "single", "is not declared"),
    "an option without a name of its own": (r'identifier="c1"', 'identifier="c0"', "pick", "two choices are called"),
    "words of the stem": (r"(<(?:qti-)?item-?[bB]ody><[^>]+>)", r"\1Hm ", "single", "the stem reads"),
    "the worked solution": (rf'(identifier="solution"[^>]*>{CONTENT}<p>)', r"\1Hm ", "single", "solution reads"),
    "a lost formula": (r"<annotation.*?</annotation>", "", "sums", "has lost its LaTeX"),
    "marks": (r'(identifier="MAXSCORE".*?value>)\d+', r"\g<1>9", "single", "the mark is 9"),
    "rules that are gone": (
        r"<(qti-)?response-?[pP]rocessing>.*</(qti-)?response-?[pP]rocessing>",
        "",
        "single",
        "earns",
    ),
    "a rule that is not known": (r"(?<=<)(/?)(?:qti-)?sum\b", r"\1surprise", "single", "cannot be worked out"),
}


@each_form
@pytest.mark.parametrize("what", DAMAGE)
def test_damage_to_an_item_is_found(form, what):
    old, new, question, said = DAMAGE[what]

    class Damaged:
        is_done = False

        def __getattr__(self, attribute):
            return getattr(form, attribute)

        def read(self, data, file):
            files = members(data)
            for member in [one for one in files if one.startswith("items/")]:
                text = files[member].decode()
                changed = re.sub(old, new, text, count=2 if "surprise" in new else 1, flags=re.DOTALL)
                self.is_done |= changed != text
                files[member] = changed.encode()
            return form.read(packed(files), file)

    damaged = Damaged()
    problems = list(roundtrip(variants(question, form, 1)[0], damaged, lambda _slot: Place("q.yaml", 1, 1)))
    assert damaged.is_done
    assert problems
    assert any(said in str(problem) for problem in problems), [str(one) for one in problems]


@each_form
def test_whole_package_is_as_it_was_read_and_accepted(form, golden):
    shown = [variants(question, form, 1)[0] for question in sorted(QUESTIONS)]
    parts = []
    for member, content in members(exported(shown, form)).items():
        text = content.decode().replace("><", ">\n<") if member.endswith(".xml") else f"{len(content) > 0}"
        parts.append(f"=== {member}\n{text.strip()}\n")
    golden(f"qti/{form.name}.txt", "".join(parts))


@each_form
def test_manifest_lists_every_file_and_what_each_item_needs(form):
    files = members(whole_export(read_bank(SHIPPED / "deep_learning", only=["conv*", "dag*"]), form, 2))
    manifest = etree.fromstring(files["imsmanifest.xml"])
    resources = {one.get("identifier"): one for one in manifest.iter("{*}resource")}
    listed = {one.get("href") for one in manifest.iter("{*}file")}
    assert listed == set(files) - {"imsmanifest.xml"}
    needed = set()
    for identifier, resource in resources.items():
        needs = {one.get("identifierref") for one in resource.iter("{*}dependency")}
        assert needs <= set(resources)
        needed |= needs
        if identifier.startswith("item-"):
            shown = set(re.findall(rb'src="\.\./([^"]+)"', files[resource.get("href")]))
            assert {resources[one].get("href").encode() for one in needs} == shown
    assert needed == set(resources) - {"test"}
    assert any(one.startswith("images/") for one in files)


@each_form
def test_test_follows_the_paper_and_draws_one_variant_of_each_question(form):
    bank = read_bank(SHIPPED / "deep_learning")
    files = members(whole_export(bank, form, 3))
    test = etree.fromstring(files["test.xml"])
    by_name: dict[str, list] = {}
    for element in test.iter():
        by_name.setdefault(name(element), []).append(element)
    placed = [item for section in bank.paper.sections for part in section.parts for item in part.items]
    inner = [one for one in by_name["assessmentSection"] if any(name(child) == "assessmentItemRef" for child in one)]
    assert len(inner) == len(placed)
    for section, item in zip(inner, placed, strict=True):
        selection = next(one for one in section if name(one) == "selection")
        assert selection.get("select") == "1"
        refs = [one for one in section if name(one) == "assessmentItemRef"]
        assert all(one.get("href").startswith(f"items/{item.question}.") for one in refs)
        assert all(one.get("href") in files for one in refs)
        weight = float(refs[0][0].get("value"))
        own = next(question for question in bank.questions if question.id == item.question).spec.marks
        assert weight * float(Fraction(str(own))) == pytest.approx(float(item.marks), rel=1e-9)
    (limits,) = by_name["timeLimits"]
    assert int(limits.get("maxTime") or limits.get("max-time")) == 60 * bank.paper.minutes


@each_form
def test_without_a_paper_each_question_is_a_section(form):
    test = etree.fromstring(members(whole_export(BANK, form, 2))["test.xml"])
    sections = [one for one in test.iter() if name(one) == "assessmentSection"]
    assert [one.get("identifier") for one in sections] == [f"section-{question.id}" for question in BANK.questions]


@each_form
def test_export_and_verify_agree_and_edits_are_told_from_age(form, tmp_path):
    path = tmp_path / "quiz.zip"
    data = whole_export(BANK, form, 2)
    path.write_bytes(data)
    assert format_of(path, None) is form
    run = CliRunner().invoke(main, ["verify", str(path), "--bank", str(BANK.folder)])
    assert run.exit_code == 0, run.output
    files = members(data)
    member = next(one for one in files if one.startswith("items/single."))
    kept = re.sub(rb'(lte>.*?float">)[-\d.]+', rb"\g<1>999999", files[member], count=1, flags=re.DOTALL)
    assert kept != files[member]
    aged = re.sub(rb'label="ms:\w{4}', b'label="ms:0000', kept, count=1)
    nameless = re.sub(rb' label="ms:\w+"', b"", kept, count=1)
    for content, code in ((kept, "X902"), (aged, "X903"), (nameless, "X906")):
        path.write_bytes(packed(files | {member: content}))
        run = CliRunner().invoke(main, ["verify", str(path), "--bank", str(BANK.folder)])
        assert run.exit_code == 1
        (line,) = [line for line in run.output.splitlines() if line.startswith(str(path))]
        assert line.startswith(f"{path}/{member}: {code}")
        assert "999999" in line


@each_form
def test_a_missing_variant_and_a_swapped_picture_are_found(form, tmp_path):
    bank = read_bank(SHIPPED / "deep_learning", only=["conv-activation-map"])
    files = members(whole_export(bank, form, 3))
    pictures = sorted(one for one in files if one.startswith("images/"))
    swapped = files | {pictures[0]: files[pictures[1]]}
    (problem,) = verify(bank, form, packed(swapped))
    assert problem.code == "X902"
    assert "SHA-256" in problem.message
    gone = sorted(one for one in files if one.startswith("items/"))[1]
    manifest = re.sub(
        rb'<resource identifier="item-[^"]*" [^>]*href="%s">.*?</resource>' % gone.encode(), b"",
        files["imsmanifest.xml"], flags=re.DOTALL,
    )  # fmt: skip
    left = {one: content for one, content in files.items() if one != gone} | {"imsmanifest.xml": manifest}
    assert [problem.code for problem in verify(bank, form, packed(left))] == ["X904"]


def verify(bank, form, data: bytes) -> list:
    return list(Verification(bank, form, "q.zip").problems(data, lambda _question: None))


def test_an_alias_stands_for_the_version_that_most_systems_read():
    assert FORMATS.get("qti") is FORMATS.get("qti21")
    assert "qti" not in FORMATS.names()


# What may be in a question that nobody thought of.
words = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)
marks = st.sampled_from(["1", "2", "3", "2.5", "7"])


def rich(form, text: str) -> RichText:
    return RichText(markup=form.target.escape(text))


def accepted(key: int, half: int) -> Accepted:
    return Accepted(key=Decimal(key).scaleb(-2), half=Decimal(half).scaleb(-3))


@st.composite
def responses(draw, form, slot: str):
    kind = draw(st.sampled_from(["number", "choice", "selection", "text", "match", "order"]))
    own = Fraction(draw(st.integers(1, 9)))
    texts = draw(st.lists(words, min_size=3, max_size=5, unique_by=str.casefold))
    half = Fraction(1, 2)
    match kind:
        case "number":
            keys = draw(st.lists(st.integers(-9999, 9999), min_size=2, max_size=4, unique=True))
            wrong = accepted(keys[0] + 40_000, 5)
            mistake = Mistake(name="m", entries=(wrong,) * (len(keys)), credit=half, feedback=rich(form, texts[0]))
            entries = tuple(Entry(accepted=accepted(key, 5), mistakes=((0, wrong),)) for key in keys)
            return NumericResponse(slot=slot, marks=own, shape=(len(keys),), entries=entries, mistakes=(mistake,))
        case "choice":
            options = tuple(
                Option(
                    name=str(i), text=rich(form, text), right=i == 1, credit=Fraction(i == 1) or Fraction(0),
                    feedback=rich(form, text) if i else None,
                )
                for i, text in enumerate(texts)
            )  # fmt: skip
            return ChoiceResponse(slot=slot, marks=own, options=options)
        case "selection":
            rights = draw(st.integers(1, len(texts)))
            options = tuple(
                Option(
                    name=str(i), text=rich(form, text), right=i < rights,
                    credit=Fraction(1 if i < rights else -1, rights), feedback=None,
                )
                for i, text in enumerate(texts)
            )  # fmt: skip
            return SelectionResponse(slot=slot, marks=own, options=options)
        case "text":
            return TextResponse(slot=slot, marks=own, accepted=tuple(texts), case=draw(st.booleans()))
        case "match":
            keys = draw(st.lists(st.integers(0, len(texts) - 1), min_size=2, max_size=3))
            pairs = tuple(Pair(prompt=rich(form, f"{i} {texts[i]}"), key=key) for i, key in enumerate(keys))
            return MatchResponse(slot=slot, marks=own, pairs=pairs, choices=tuple(texts))
        case _:
            shown = tuple(draw(st.permutations(range(len(texts)))))
            items = tuple(rich(form, text) for text in texts)
            return OrderResponse(slot=slot, marks=own, items=items, shown=shown)


@st.composite
def whole_variants(draw, form):
    count = draw(st.integers(1, 3))
    parts = tuple(draw(responses(form, f"s{i}")) for i in range(count))
    pieces = tuple(f"<div>{form.target.escape(draw(words))}" if i == 0 else "" for i in range(count))
    return Variant(
        id="made.1.2", bank="made", question="made", title=draw(words), topics=("made",), draw=2,
        marks=Decimal(int(sum(part.marks for part in parts))), penalty=Decimal("0"),
        stem=Stem(pieces=(*pieces, "</div>"), slots=tuple(part.slot for part in parts)), responses=parts,
        feedback=RichText(markup=f"<p>{form.target.escape(draw(words))}</p>"), fingerprint="0123456789abcdef",
    )  # fmt: skip


@each_form
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_a_question_holds_comes_back_and_is_scored(form, data):
    variant = data.draw(whole_variants(form))
    assert [str(problem) for problem in roundtrip(variant, form, lambda _slot: Place("q.yaml"))] == []
