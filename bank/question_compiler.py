"""The compiler of questions: from what an author wrote to what can be drawn and solved."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from markscheme.bank.compiling import Compiler
from markscheme.bank.draws import Source
from markscheme.bank.expressions import Expression, Scope, compile_expression
from markscheme.bank.functions import FUNCTIONS
from markscheme.bank.parameters import Rule, compile_rule
from markscheme.bank.problems import BankError, fail, nearest
from markscheme.bank.question import Question, Step
from markscheme.bank.registry import SOLVERS
from markscheme.bank.schema import Keyed, Slips
from markscheme.bank.spec import BlockSpec
from markscheme.bank.text.text import Text, compile_text, condition
from markscheme.bank.yaml_reader import Scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from markscheme.bank.compiling import CompiledAnswer
    from markscheme.bank.spec import QuestionSpec
    from markscheme.bank.values import Value

_POINTS = 24
_PROBES = 5_000


def compile_question(spec: QuestionSpec, bank_id: str, folder: Path | None = None) -> Question:
    """Compile a question.

    Parameters
    ----------
    spec
        What the author wrote.
    bank_id
        The id of its bank, on which every draw depends.
    folder
        Where its picture files are.

    Raises
    ------
    BankError
        With everything that is wrong and can be found together.
    """
    functions = {**FUNCTIONS, **dict(SOLVERS.items())}
    _check_names(spec, functions)
    compiler = _QuestionCompiler(spec, functions)
    parameters = compiler.parameters()
    steps = compiler.steps()
    scope = compiler.scope()
    parts = Compiler(scope=scope, symbols=compiler.symbol_scope(), points=compiler.points(bank_id), folder=folder)
    answers = _answers(spec, parts)
    notes = {slot: answer.note for slot, answer in answers.items()}
    block_slots = frozenset(slot for slot, answer in answers.items() if answer.is_block)
    stem = _with_slots(spec, answers)
    slips = Slips()
    texts: list[Text] = []
    for blocks, slot_notes in ((stem, notes), (spec.feedback, {})):
        try:
            texts.append(compile_text(blocks, scope, folder, slot_notes, block_slots))
        except BankError as error:
            slips.add(error)
    slips.raise_any()
    return Question(
        spec=spec,
        bank_id=bank_id,
        parameters=parameters,
        steps=steps,
        checks=tuple(compile_expression(check.text, check.at, scope) for check in spec.check),
        answers=tuple((slot, answers[slot]) for slot in texts[0].slots),
        stem=texts[0],
        feedback=texts[1],
        pinned=_pinned(spec, parameters),
    )


def _check_names(spec: QuestionSpec, functions: Mapping[str, object]) -> None:
    problems = Slips()
    seen: dict[str, int] = {}
    named: tuple[Keyed[Any], ...] = (*spec.parameters, *spec.symbols, *spec.let)
    for keyed in named:
        if keyed.name in functions:
            problems.add(fail(keyed.place, "E220", f"'{keyed.name}' is the name of a function"))
        if keyed.name in seen:
            problems.add(fail(keyed.place, "E220", f"'{keyed.name}' is named on line {seen[keyed.name]} already"))
        seen.setdefault(keyed.name, keyed.place.line)
    if not spec.answers:
        problems.add(fail(spec.place, "E221", "a question needs at least one answer"))
    problems.raise_any()


def _with_slots(spec: QuestionSpec, answers: Mapping[str, CompiledAnswer]) -> tuple[BlockSpec, ...]:
    """Return the stem's blocks, with the slots that the author left out at its end."""
    written = "".join(block.text.text for block in spec.stem)
    missing = [slot for slot in answers if f"[[{slot}]]" not in written]
    if not missing:
        return spec.stem
    last = spec.stem[-1].text
    text = Scalar(text=" ".join(f"[[{slot}]]" for slot in missing), place=last.place)
    return (*spec.stem, BlockSpec(text=text, place=last.place))


def _answers(spec: QuestionSpec, compiler: Compiler) -> dict[str, CompiledAnswer]:
    stated = [Fraction(keyed.value.marks) for keyed in spec.answers if keyed.value.marks is not None]
    if stated and len(stated) < len(spec.answers):
        hint = "or leave out the marks of all answers, for equal shares"
        raise fail(spec.answers[0].place, "E222", "some answers have marks and others have none", hint)
    if stated and sum(stated) != Fraction(spec.marks):
        total = Decimal(sum(stated).numerator) / sum(stated).denominator
        raise fail(
            spec.answers[0].place, "E222", f"the answers' marks add up to {total}, the question's are {spec.marks}"
        )
    problems = Slips()
    answers = {}
    for keyed in spec.answers:
        share = Fraction(keyed.value.marks or 0) if stated else Fraction(spec.marks) / len(spec.answers)
        try:
            answers[keyed.name] = keyed.value.compile(keyed.name, share, compiler)
        except BankError as error:
            problems.add(error)
    problems.raise_any()
    return answers


def _pinned(spec: QuestionSpec, parameters: tuple[tuple[str, Rule], ...]) -> dict[str, Value] | None:
    if not spec.original:
        return None
    rules = dict(parameters)
    problems = Slips()
    pinned = {}
    for keyed in spec.original:
        if keyed.name not in rules:
            problems.add(fail(keyed.place, "E223", f"there is no parameter '{keyed.name}'", nearest(keyed.name, rules)))
            continue
        try:
            pinned[keyed.name] = rules[keyed.name].pin(keyed.value)
        except BankError as error:
            problems.add(error)
    missing = [name for name in rules if name not in {keyed.name for keyed in spec.original}]
    if missing:
        problems.add(fail(spec.original[0].place, "E223", f"the original does not pin {', '.join(missing)}"))
    problems.raise_any()
    return pinned


class _QuestionCompiler:
    """Compiles the named values of a question in order; each may use those before it."""

    def __init__(self, spec: QuestionSpec, functions: Mapping[str, Callable[..., object]]) -> None:
        named: tuple[Keyed[Any], ...] = (*spec.parameters, *spec.let)
        self.spec = spec
        self.functions = functions
        self.known: set[str] = set()
        self.exact: set[str] = set()
        self.all = {keyed.name for keyed in named}

    def scope(self) -> Scope:
        return Scope(
            values=frozenset(self.known),
            functions=self.functions,
            exact=frozenset(self.exact),
            later=frozenset(self.all - self.known),
        )

    def symbol_scope(self) -> Scope:
        names = frozenset(keyed.name for keyed in self.spec.symbols)
        scope = self.scope()
        return Scope(values=scope.values | names, functions=self.functions, exact=scope.exact, later=scope.later)

    def parameters(self) -> tuple[tuple[str, Rule], ...]:
        rules = []
        for keyed in self.spec.parameters:
            rule = compile_rule(keyed.value, self.scope())
            rules.append((keyed.name, rule))
            self.known.add(keyed.name)
            if rule.exact:
                self.exact.add(keyed.name)
        return tuple(rules)

    def steps(self) -> tuple[Step, ...]:
        """Return `let` and `require` interleaved: each requirement follows the last value that it needs."""
        lets = []
        for keyed in self.spec.let:
            expression = compile_expression(keyed.value.text, keyed.value.at, self.scope())
            lets.append(Step(keyed.name, expression))
            self.known.add(keyed.name)
        requires = [compile_expression(source.text, source.at, self.scope()) for source in self.spec.require]
        steps: list[Step] = []
        for require in requires:
            steps += self._needed(require, lets, steps)
            steps.append(Step("", require))
        return (*steps, *(let for let in lets if let not in steps))

    def _needed(self, require: Expression, lets: list[Step], done: list[Step]) -> Iterator[Step]:
        needed = set(require.names)
        for let in reversed(lets):
            if let.name in needed:
                needed |= let.expression.names
        return (let for let in lets if let.name in needed and let not in done)

    def points(self, bank_id: str) -> tuple[Mapping[str, Value], ...]:
        """Return points of the stated domain at which symbolic options are compared."""
        spec = self.spec
        if not spec.symbols:
            return ()
        inner = _QuestionCompiler(replace(spec, parameters=spec.symbols, let=()), self.functions)
        rules = inner.parameters()
        domain = [compile_expression(source.text, source.at, inner.scope()) for source in spec.domain]
        source = Source(bank_id, 0, spec.id + "/symbols")
        points: list[Mapping[str, Value]] = []
        for number in range(1, _PROBES):
            values: dict[str, Value] = {}
            for name, rule in rules:
                values[name] = rule.draw(name, source.draw(number), values)
            if all(condition(expression, values) for expression in domain):
                points.append(values)
            if len(points) == _POINTS:
                return tuple(points)
        place = spec.symbols[0].place
        raise fail(place, "E322", f"only {len(points)} of {_PROBES} points of the symbols lie in the domain")
