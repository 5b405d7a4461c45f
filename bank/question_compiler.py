"""The compiler of questions: from what an author wrote to what can be drawn and solved."""

from __future__ import annotations

import keyword
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from markscheme.bank.compiling import Compiler
from markscheme.bank.draws import Source
from markscheme.bank.expressions import Expression, Scope, compile_expression
from markscheme.bank.figure_calls import check_figure, figure_functions
from markscheme.bank.functions import FUNCTIONS
from markscheme.bank.parameters import Rule, compile_rule
from markscheme.bank.probing import probe
from markscheme.bank.problems import fail, nearest
from markscheme.bank.question import Question, Step
from markscheme.bank.registry import SOLVERS
from markscheme.bank.schema import Keyed, Slips
from markscheme.bank.spec import BlockSpec
from markscheme.bank.text.text import Text, compile_text
from markscheme.bank.values import PassedOver, ValueRefused
from markscheme.bank.yaml_reader import Scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from markscheme.bank.compiling import CompiledAnswer
    from markscheme.bank.spec import QuestionSpec, RuleSpec
    from markscheme.bank.values import Value


MOST_OPERATIONS = 2_000
"""So many operations, names and numbers may stand under `let`, `require` and `check`; a rich question has 150."""


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
    slips = Slips()
    compiler = _QuestionCompiler(spec, functions, slips)
    parameters = compiler.parameters()
    steps = compiler.steps()
    checks = compiler.expressions(spec.check)
    _check_size(spec, [*(step.expression for step in steps), *checks], slips)
    pinned = _pinned(spec, dict(parameters), slips)
    scope = replace(compiler.scope(), figures=compiler.figures())
    parts = Compiler(
        scope=scope,
        symbols=compiler.symbol_scope(),
        points=compiler.points(bank_id),
        folder=folder,
        pinned={keyed.name: keyed.value for keyed in spec.original},
    )
    answers = _answers(spec, parts, slips)
    notes = {keyed.name: answers[keyed.name].note if keyed.name in answers else "" for keyed in spec.answers}
    block_slots = frozenset(slot for slot, answer in answers.items() if answer.is_block)
    texts: list[Text] = []
    for blocks, slot_notes in ((_with_slots(spec), notes), (_solution(spec), {})):
        with slips.gather():
            texts.append(compile_text(blocks, scope, folder, slot_notes, block_slots))
    slips.raise_any()
    return Question(
        spec=spec,
        bank_id=bank_id,
        parameters=parameters,
        steps=steps,
        checks=checks,
        answers=tuple((slot, answers[slot]) for slot in texts[0].slots),
        stem=texts[0],
        feedback=texts[1],
        pinned=pinned,
        folder=folder,
    )


def _check_size(spec: QuestionSpec, expressions: Sequence[Expression], slips: Slips) -> None:
    """Refuse a question that computes too much: each draw of a hostile one would take seconds."""
    size = sum(expression.size for expression in expressions)
    if size > MOST_OPERATIONS:
        message = f"the question's values have {size:,} operations, names and numbers in all"
        place = spec.keys.get("let", spec.place)
        slips.add(fail(place, "E302", message, f"at most {MOST_OPERATIONS:,}; a solver can compute more"))


def _check_names(spec: QuestionSpec, functions: Mapping[str, object]) -> None:
    slips = Slips()
    lines: dict[str, int] = {}
    named: tuple[Keyed[Any], ...] = (*spec.parameters, *spec.symbols, *spec.let)
    for keyed in named:
        if keyed.name in functions:
            slips.add(fail(keyed.place, "E220", f"'{keyed.name}' is the name of a function", "choose another name"))
        elif keyword.iskeyword(keyed.name):
            hint = f"choose another name, such as '{keyed.name}_'"
            slips.add(fail(keyed.place, "E220", f"'{keyed.name}' is a word of the expression language", hint))
        elif keyed.name in lines:
            message = f"'{keyed.name}' is the name of something else, on line {lines[keyed.name]}"
            slips.add(fail(keyed.place, "E220", message, "choose another name"))
        lines.setdefault(keyed.name, keyed.place.line)
    if not spec.answers:
        slips.add(fail(spec.keys["answers"], "E221", "a question needs at least one answer"))
    if not _solution(spec):
        hint = "write the worked solution; only an essay's model answer can stand for it"
        slips.add(fail(spec.place, "E201", "a question lacks the key 'feedback'", hint))
    if spec.domain and not spec.symbols:
        hint = "give the symbols and where they range, or write it under 'require'"
        slips.add(fail(spec.keys["domain"], "E224", "'domain' limits the question's 'symbols', and it has none", hint))
    slips.raise_any()


def _with_slots(spec: QuestionSpec) -> tuple[BlockSpec, ...]:
    """Return the stem's blocks, with the slots that the author left out at its end."""
    written = "".join(block.text.text for block in spec.stem)
    missing = [f"[[{keyed.name}]]" for keyed in spec.answers if f"[[{keyed.name}]]" not in written]
    if not missing:
        return spec.stem
    place = spec.stem[-1].text.place
    return (*spec.stem, BlockSpec(text=Scalar(text=" ".join(missing), place=place), place=place))


def _solution(spec: QuestionSpec) -> tuple[BlockSpec, ...]:
    """Return the worked solution, with what the answers add to it."""
    return (*spec.feedback, *(block for keyed in spec.answers for block in keyed.value.solution))


def _answers(spec: QuestionSpec, compiler: Compiler, slips: Slips) -> dict[str, CompiledAnswer]:
    """Compile the answers, each with its share of the marks."""
    stated = [Fraction(keyed.value.marks) for keyed in spec.answers if keyed.value.marks is not None]
    place = next((keyed.value.keys["marks"] for keyed in spec.answers if keyed.value.marks is not None), spec.place)
    if stated and len(stated) < len(spec.answers):
        hint = "give marks to all, or to none for equal shares"
        slips.add(fail(place, "E222", "some answers have marks and others have none", hint))
    elif stated and sum(stated) != Fraction(spec.marks):
        total = Decimal(sum(stated).numerator) / sum(stated).denominator
        message = f"the answers' marks add up to {total}, the question's are {spec.marks}"
        slips.add(fail(place, "E222", message, "change them, or the question's 'marks'"))
    answers = {}
    for keyed in spec.answers:
        share = Fraction(keyed.value.marks or 0) if stated else Fraction(spec.marks) / len(spec.answers)
        with slips.gather():
            answers[keyed.name] = keyed.value.compile(keyed.name, share, compiler)
    return answers


def _pinned(spec: QuestionSpec, rules: Mapping[str, Rule], slips: Slips) -> dict[str, Value] | None:
    """Return the parameters' values in the original, if there is one."""
    if "original" not in spec.keys:
        return None
    pinned: dict[str, Value] = {}
    slots = {keyed.name for keyed in spec.answers if keyed.value.pins}
    names = [*(keyed.name for keyed in spec.parameters), *sorted(slots)]
    for keyed in spec.original:
        if keyed.name not in names:
            hint = nearest(keyed.name, names)
            slips.add(fail(keyed.place, "E223", f"the original pins '{keyed.name}', which is not drawn", hint))
        elif keyed.name in rules:
            with slips.gather():
                try:
                    pinned[keyed.name] = rules[keyed.name].pin(keyed.value)
                    rules[keyed.name].check_pinned(pinned[keyed.name], pinned, keyed.value.place)
                except (ValueRefused, OverflowError) as error:
                    raise fail(keyed.value.place, "E212", f"the pinned value cannot be used: {error}") from None
    missing = [f"'{name}'" for name in names if name not in {keyed.name for keyed in spec.original}]
    if missing:
        slips.add(fail(spec.keys["original"], "E223", f"the original does not pin {' and '.join(missing)}"))
    return pinned


class _QuestionCompiler:
    """Compiles the named values of a question in order; each may use those before it.

    What fails is gathered, and its name stays known, so that one slip is not reported many times.
    """

    def __init__(self, spec: QuestionSpec, functions: Mapping[str, Callable[..., object]], slips: Slips) -> None:
        named: tuple[Keyed[Any], ...] = (*spec.parameters, *spec.let)
        self.spec = spec
        self.functions = functions
        self.slips = slips
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
        scope = self.scope()
        return replace(scope, values=scope.values | {keyed.name for keyed in self.spec.symbols})

    def expressions(self, sources: Sequence[Scalar]) -> tuple[Expression, ...]:
        compiled = []
        for source in sources:
            with self.slips.gather():
                compiled.append(compile_expression(source.text, source.at, self.scope()))
        return tuple(compiled)

    def parameters(self) -> tuple[tuple[str, Rule], ...]:
        rules = []
        for keyed in self.spec.parameters:
            with self.slips.gather():
                rule = _rule(keyed, self.scope())
                rules.append((keyed.name, rule))
                if rule.exact:
                    self.exact.add(keyed.name)
            self.known.add(keyed.name)
        return tuple(rules)

    def steps(self) -> tuple[Step, ...]:
        """Return `let` and `require` interleaved: each requirement follows the last value that it needs."""
        lets = []
        for keyed in self.spec.let:
            for expression in self.expressions([keyed.value]):
                lets.append(Step(keyed.name, expression))
                if expression.exact:
                    self.exact.add(keyed.name)
            self.known.add(keyed.name)
        steps: list[Step] = []
        done: set[str] = set()
        for require in self.expressions(self.spec.require):
            needed = _needed(require, lets)
            steps += [let for let in lets if let.name in needed - done]
            steps.append(Step("", require))
            done |= needed
        return (*steps, *(let for let in lets if let.name not in done))

    def figures(self) -> dict[str, Expression | None]:
        """Return the figures; their expressions may use all values, and are calls of a kind."""
        if not self.spec.figures:
            return {}
        scope = self.scope()
        scope = replace(scope, functions={**scope.functions, **figure_functions()})
        figures: dict[str, Expression | None] = {}
        for keyed in self.spec.figures:
            figures[keyed.name] = None  # texts may show what is wrong: it is reported here
            with self.slips.gather():
                figure = compile_expression(keyed.value.text, keyed.value.at, scope)
                check_figure(figure)
                figures[keyed.name] = figure
        return figures

    def points(self, bank_id: str) -> tuple[Mapping[str, Value], ...]:
        """Return points of the stated domain at which symbolic options are compared."""
        if not self.spec.symbols:
            return ()
        inner = _QuestionCompiler(replace(self.spec, parameters=self.spec.symbols, let=()), self.functions, Slips())
        rules = inner.parameters()
        domain = inner.expressions(self.spec.domain)
        self.slips.problems += inner.slips.problems
        if inner.slips.problems:
            return ()
        with self.slips.gather():
            return probe(rules, domain, Source(bank_id, 0, f"{self.spec.id}/symbols"), self.spec.keys["symbols"])
        return ()


def _needed(expression: Expression, lets: Sequence[Step]) -> set[str]:
    """Return the names of `let` on which an expression depends, at any remove."""
    needed = set(expression.names)
    for let in reversed(lets):
        if let.name in needed:
            needed |= let.expression.names
    return needed


def _rule(keyed: Keyed[RuleSpec], scope: Scope) -> Rule:
    """Compile a rule, and draw from it once if it needs no other parameter: what is impossible is found at once."""
    try:
        rule = compile_rule(keyed.value, scope)
        if rule.size() is not None:
            rule.draw(keyed.name, Source("", 0, "").draw(1), {})
    except (PassedOver, ValueRefused, OverflowError) as reason:
        raise fail(keyed.value.place, "E310", f"'{keyed.name}' cannot be drawn: {reason}") from None
    return rule
