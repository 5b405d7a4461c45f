"""Response processing: what an engine of others made of our items, and what the standard says of single rules.

`recorded/qti/outcomes.json` is what oat-sa/qti-sdk, an engine in PHP, gave for answers to the items beside it: every
outcome of each.
"""

import json
from pathlib import Path

import pytest
from lxml import etree

from markscheme.bank.problems import Place
from markscheme.exporters.qti.expressions import Declared, Expressions, RuleError
from markscheme.exporters.qti.item import Item
from markscheme.exporters.qti.rules import Processing
from markscheme.exporters.qti.values import parse_all

RECORDED = Path(__file__).parent / "recorded" / "qti"
CASES = json.loads((RECORDED / "outcomes.json").read_text(encoding="utf-8"))
ITEMS = {path.stem: Item(place=Place(path.name), root=etree.parse(path).getroot()) for path in RECORDED.glob("*.xml")}


def agrees(said: str, value) -> bool:
    if isinstance(value, float):
        return said != "" and abs(float(said) - value) < 1e-9
    return said == ("" if value is None else ",".join(value) if isinstance(value, tuple) else value)


@pytest.mark.parametrize("name", sorted(ITEMS))
def test_every_outcome_is_that_of_an_engine_of_others(name):
    item = ITEMS[name]
    cases = [case for case in CASES if case["item"] == name]
    assert len(cases) >= 2
    for case in cases:
        declared = item.responses
        values = {
            response: parse_all(texts, declared[response].base_type, declared[response].cardinality)
            for response, texts in case["values"].items()
        }
        outcomes = item.processing.run(values)
        differing = {
            key: (said, outcomes[key]) for key, said in case["outcomes"].items() if not agrees(said, outcomes[key])
        }
        assert differing == {}, case["values"]


def test_the_recording_has_right_partly_right_and_wrong_answers():
    scores = {(case["item"], case["outcomes"].get("VERDICT")) for case in CASES}
    assert {verdict for _, verdict in scores} == {"right", "partly", "wrong", None}
    assert len(ITEMS) == 12


DECLARED = {
    name: Declared(name, cardinality, base_type, None, correct, None)
    for name, cardinality, base_type, correct in (
        ("A", "single", "float", 2.0),
        ("B", "single", "boolean", True),
        ("M", "multiple", "identifier", ("x", "y")),
        ("O", "ordered", "identifier", ("x", "y")),
        ("S", "single", "string", "Word"),
    )
}
VALUES = {"A": 2.5, "B": None, "M": ("y", "x"), "O": ("y", "x"), "S": "word"}
TRUE, FALSE, NULL = (f'<baseValue baseType="boolean">{word}</baseValue>' for word in ("true", "false", ""))


def number(value: float) -> str:
    return f'<baseValue baseType="float">{value}</baseValue>'


EXPRESSIONS = [
    ("<null/>", None),
    (f"<and>{TRUE}{NULL}</and>", None),
    (f"<and>{FALSE}{NULL}</and>", False),
    (f"<or>{TRUE}{NULL}</or>", True),
    (f"<or>{FALSE}{NULL}</or>", None),
    (f"<not>{NULL}</not>", None),
    (f"<not>{FALSE}</not>", True),
    ('<isNull><variable identifier="B"/></isNull>', True),
    ('<isNull><variable identifier="A"/></isNull>', False),
    ('<match><variable identifier="M"/><correct identifier="M"/></match>', True),
    ('<match><variable identifier="O"/><correct identifier="O"/></match>', False),
    ('<match><variable identifier="B"/><correct identifier="B"/></match>', None),
    (f'<gte><variable identifier="A"/>{number(2.5)}</gte>', True),
    (f'<gt><variable identifier="A"/>{number(2.5)}</gt>', False),
    (f'<lt><variable identifier="A"/>{number("x")}</lt>', None),
    (f"<sum>{number(1)}{number(0.5)}</sum>", 1.5),
    (f"<product>{number(3)}{number(0.5)}</product>", 1.5),
    (f"<subtract>{number(3)}{number(0.5)}</subtract>", 2.5),
    (f"<equal toleranceMode='exact'>{number(3)}{number('3.0')}</equal>", True),
    ('<index n="1"><variable identifier="O"/></index>', "y"),
    ('<index n="3"><variable identifier="O"/></index>', None),
    ('<member><baseValue baseType="identifier">x</baseValue><variable identifier="M"/></member>', True),
    ('<stringMatch caseSensitive="false"><variable identifier="S"/><correct identifier="S"/></stringMatch>', True),
    ('<stringMatch caseSensitive="true"><variable identifier="S"/><correct identifier="S"/></stringMatch>', False),
    ('<patternMatch pattern="\\s*([wW][oO]rd)\\s*"><variable identifier="S"/></patternMatch>', True),
    ('<patternMatch pattern="wor"><variable identifier="S"/></patternMatch>', False),
    ('<qti-base-value base-type="float">1.5</qti-base-value>', 1.5),
]


@pytest.mark.parametrize(("written", "wanted"), EXPRESSIONS, ids=[written[:60] for written, _ in EXPRESSIONS])
def test_expressions_are_worth_what_the_standard_says(written, wanted):
    work = Expressions(DECLARED).work(etree.fromstring(written))
    assert work(dict(VALUES)) == wanted


REFUSED = [
    "<surprise/>",
    '<variable identifier="nowhere"/>',
    '<equal toleranceMode="absolute" tolerance="1"><variable identifier="A"/><variable identifier="A"/></equal>',
    '<patternMatch pattern="(a+)+b"><variable identifier="S"/></patternMatch>',
    '<mapResponse identifier="A"/>',
    "<not/>",
    "<match><null/></match>",
]


@pytest.mark.parametrize("written", REFUSED)
def test_what_is_not_known_is_refused_and_not_guessed(written):
    with pytest.raises(RuleError):
        Expressions(DECLARED).work(etree.fromstring(written))


RESPONSE = """<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="i">
<responseDeclaration identifier="RESPONSE" cardinality="multiple" baseType="identifier">
<correctResponse><value>a</value><value>b</value></correctResponse>
<mapping lowerBound="0" upperBound="2" defaultValue="-1"><mapEntry mapKey="a" mappedValue="1.5"/>
<mapEntry mapKey="b" mappedValue="1"/></mapping></responseDeclaration>
<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/TEMPLATE"/></assessmentItem>"""


@pytest.mark.parametrize(
    ("template", "given", "score"),
    [
        ("match_correct", ("b", "a"), 1.0),
        ("match_correct", ("a",), 0.0),
        ("match_correct", None, 0.0),
        ("map_response", ("a",), 1.5),
        ("map_response", ("a", "b"), 2.0),
        ("map_response", ("a", "c"), 0.5),
        ("map_response", ("c",), 0.0),
        ("map_response", None, 0.0),
    ],
)
def test_standard_templates(template, given, score):
    root = etree.fromstring(RESPONSE.replace("TEMPLATE", template))
    item = Item(place=Place("i"), root=root)
    assert item.processing.run({"RESPONSE": given})["SCORE"] == score


def test_a_template_that_is_not_known_is_refused():
    item = Item(place=Place("i"), root=etree.fromstring(RESPONSE.replace("TEMPLATE", "surprise")))
    with pytest.raises(RuleError, match="surprise"):
        Processing(item.responses, item.outcomes, item.rules)


def test_leaving_early_leaves_the_rest():
    rules = etree.fromstring(
        f"<responseProcessing><setOutcomeValue identifier='N'>{number(1)}</setOutcomeValue>"
        f"<responseCondition><responseIf>{FALSE}<exitResponse/></responseIf><responseElse>"
        f"<setOutcomeValue identifier='N'>{number(2)}</setOutcomeValue><exitResponse/></responseElse>"
        "</responseCondition>"
        f"<setOutcomeValue identifier='N'>{number(3)}</setOutcomeValue></responseProcessing>"
    )
    outcome = Declared("N", "single", "float", None, None, None)
    assert Processing({}, {"N": outcome}, rules).run({}) == {"N": 2.0}
