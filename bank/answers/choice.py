"""``choice``: options of which exactly one is right.

Options are texts that say themselves whether they are right, or expressions over the question's symbols that are
compared with the answer's value at points of the stated domain.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from markscheme.bank.answers import ANSWERS
from markscheme.bank.answers._selection import in_a_line, written_twice
from markscheme.bank.compiling import (
    AnswerParts,
    WrongAnswer,
    as_seen,
    check_show,
    evaluate,
    identity,
    orders,
    said,
    sets_of,
)
from markscheme.bank.problems import BankError, fail
from markscheme.bank.schema import Integer, ListOf, OneOf, SectionOf, Slips, entry
from markscheme.bank.spec import EXPRESSION, AnswerSpec, OptionSpec, Skeleton
from markscheme.bank.symbolic import NotMathematics, as_formula
from markscheme.bank.text.html import REFERENCE
from markscheme.bank.text.plain import PLAIN, flat
from markscheme.bank.text.template import NotPlainError
from markscheme.bank.text.text import condition
from markscheme.bank.values import PassedOver, Value
from markscheme.bank.variants import ChoiceResponse, Option, RichText

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from markscheme.bank.compiling import Compiler
    from markscheme.bank.draws import Draw
    from markscheme.bank.expressions import Expression
    from markscheme.bank.maths import Node
    from markscheme.bank.problems import Place
    from markscheme.bank.spec import BlockSpec
    from markscheme.bank.text.template import Target
    from markscheme.bank.text.text import Text
    from markscheme.bank.yaml_reader import Scalar

_MOST_REMEMBERED = 5_000


@ANSWERS.register("choice")
@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceSpec(AnswerSpec):
    """Options of which exactly one is right."""

    skeleton: ClassVar[Skeleton | None] = Skeleton(
        stem="Which is one more than ${{ n }}$? [[answer]]\n",
        answer="""\
options:                     # exactly one is right
  - text: ${{ n + 1 }}$
    right: true
  - text: ${{ n - 1 }}$
    feedback: That is one less.
  - text: ${{ n + 2 }}$
    feedback: That is two more.
""",
        feedback="One more than ${{ n }}$ is ${{ n + 1 }}$.",
    )

    in_a_menu: ClassVar[bool] = False
    """Whether the options stand in a menu, which shows plain text only."""

    value: Scalar | None = entry(EXPRESSION, "For symbolic options: the right answer, over the symbols.", default=None)
    options: tuple[OptionSpec, ...] = entry(ListOf(SectionOf(OptionSpec, "an option"), 2, 40), "The options.")
    show: int | None = entry(
        Integer(2, 20), "How many options a variant shows, the right one among them; all by default.", default=None
    )
    order: str = entry(
        OneOf(("drawn", "fixed")), "Whether each variant draws an order, or keeps the one written.", default="drawn"
    )

    def compile(self, slot: str, marks: Fraction, compiler: Compiler) -> CompiledChoice:
        """Return the compiled answer."""
        slips = Slips()
        options: list[_CompiledOption] = []
        for index, option in enumerate(self.options):
            with slips.gather():
                options.append(_compile_option(option, option.label(index), self, compiler))
        value: Expression | None = None
        with slips.gather():
            value = None if self.value is None else compiler.symbolic(self.value)
        for name, option in _repeated(self.options):
            slips.add(
                fail(
                    option.keys.get("name", option.place),
                    "E508",
                    f"two options are called '{name}'",
                    "give them different names",
                )
            )
        for slip in written_twice(self.options):
            slips.add(slip)
        with slips.gather():
            check_show(self.show, len(self.options), "options", self.keys.get("show", self.place))
        slips.raise_any()
        return CompiledChoice(
            slot=slot,
            marks=marks,
            options=tuple(options),
            value=value,
            points=compiler.points,
            show=self.show,
            drawn=self.order == "drawn",
            place=self.place,
            layout="dropdown" if self.in_a_menu else "list",
            is_block=not self.in_a_menu,
        )


def _repeated(options: Sequence[OptionSpec]) -> Iterator[tuple[str, OptionSpec]]:
    seen: set[str] = set()
    for index, option in enumerate(options):
        name = option.label(index)
        if name in seen:
            yield name, option
        seen.add(name)


@dataclass(frozen=True, slots=True)
class _CompiledOption:
    spec: OptionSpec
    name: str
    text: Text | None
    symbolic: Expression | None
    right: Expression | None
    when: Expression | None
    feedback: Text | None
    fractional: frozenset[str]
    in_a_menu: bool
    _formulas: dict[object, Node] = field(default_factory=dict, compare=False)

    def look(self, values: Mapping[str, Value]) -> str:
        """Return the option as it looks in the reference target."""
        look = as_seen(self.write(REFERENCE, values).markup)
        if not look:
            raise fail(self.spec.place, "E509", f"the option '{self.name}' says nothing in this variant")
        return look

    def _said(self, values: Mapping[str, Value]) -> str:
        """Return what the option says in plain text."""
        if self.text is not None:
            return said(self.text, values)
        if self.symbolic is None:
            return ""
        try:
            return flat(self._formula(self.symbolic, PLAIN, values))
        except NotPlainError as error:
            hint = "a menu shows plain text; use the type 'choice'"
            raise fail(self.symbolic.place, "E412", str(error), hint) from None

    def write(self, target: Target, values: Mapping[str, Value]) -> RichText:
        """Return what the option says."""
        if self.in_a_menu:
            return RichText(markup=self._said(values))
        if self.text is not None:
            return in_a_line(self.text.fill(target, values))
        if self.symbolic is None:
            return RichText(markup="")
        return RichText(markup=self._formula(self.symbolic, target, values))

    def _formula(self, symbolic: Expression, target: Target, values: Mapping[str, Value]) -> str:
        used = _used(symbolic, values)
        try:
            if used not in self._formulas:
                _make_room(self._formulas)
                self._formulas[used] = as_formula(symbolic.tree, values, self.fractional)
            return target.formula(self._formulas[used])
        except (NotMathematics, ArithmeticError) as error:
            reason = error if isinstance(error, NotMathematics) else "a part of it is no number"
            raise fail(symbolic.place, "E321", f"'{symbolic.words}' cannot be shown as a formula: {reason}") from None


def _used(expression: Expression, values: Mapping[str, Value]) -> tuple[object, ...]:
    """Return an expression with the values that it uses: few stand in a formula, and they come back draw after draw."""
    return (expression.source, *(identity(values[name]) for name in sorted(expression.names) if name in values))


def _make_room(remembered: dict[object, Any]) -> None:
    if len(remembered) == _MOST_REMEMBERED:
        remembered.clear()


def _compile_option(option: OptionSpec, name: str, answer: ChoiceSpec, compiler: Compiler) -> _CompiledOption:
    if (option.text is None) == (option.symbolic is None):
        found = "neither" if option.text is None else "both"
        raise fail(option.place, "E506", f"an option has either 'text' or 'symbolic'; '{name}' has {found}")
    if option.symbolic is not None and answer.value is None:
        hint = "give the answer a 'value', the right answer over the symbols"
        raise fail(option.keys["symbolic"], "E506", "there is nothing to compare a symbolic option with", hint)
    if option.symbolic is None and answer.value is not None:
        hint = "make the option 'symbolic', or take the answer's 'value' away and say which option is 'right'"
        raise fail(
            option.keys["text"], "E506", f"'{name}' is a text and cannot be compared with the answer's 'value'", hint
        )
    if option.symbolic is not None and option.right is not None:
        hint = "delete 'right'"
        raise fail(
            option.keys["right"], "E506", "a symbolic option is right where it equals the answer's 'value'", hint
        )
    if option.credit >= 1:
        raise fail(option.keys["credit"], "E505", f"a wrong option cannot earn the full marks (credit {option.credit})")
    return _CompiledOption(
        spec=option,
        name=name,
        text=None if option.text is None else _compile_text(option.text, answer, compiler),
        symbolic=None if option.symbolic is None else compiler.symbolic(option.symbolic),
        right=compiler.condition(option.right),
        fractional=compiler.fractional,
        in_a_menu=answer.in_a_menu,
        when=compiler.condition(option.when),
        feedback=compiler.text(option.feedback) if option.feedback else None,
    )


def _compile_text(blocks: Sequence[BlockSpec], answer: ChoiceSpec, compiler: Compiler) -> Text:
    return compiler.plain(blocks) if answer.in_a_menu else compiler.text(blocks)


@dataclass(slots=True, kw_only=True)
class CompiledChoice(AnswerParts):
    """A choice, compiled."""

    options: tuple[_CompiledOption, ...]
    value: Expression | None
    points: tuple[Mapping[str, Value], ...]
    show: int | None
    drawn: bool
    place: Place
    layout: Literal["list", "dropdown"]
    _probed: dict[object, list[Any]] = field(default_factory=dict)

    def choices(self) -> int | None:
        """Return how many sets of options there are."""
        return sets_of(self.show, len(self.options))

    def wrong_answers(self) -> Iterator[WrongAnswer]:
        """Yield the options; which of them is right may depend on the variant."""
        chance = 1.0 if self.show is None else (self.show - 1) / (len(self.options) - 1)
        yield from (WrongAnswer(option.name, option.spec.place, chance) for option in self.options)

    def solve(self, values: Mapping[str, Value], draw: Draw, *, original: bool) -> SolvedChoice:
        """Return the options that are shown, in order."""
        present = [o for o in self.options if o.when is None or condition(o.when, values)]
        right = self._right(present, values)
        names = [option.name for option in present]
        key = self._key(present, right)
        priority, order = orders(self.slot, names, draw, listed=original, fixed=not self.drawn)
        shown = self._distinct(present, key, right, priority, values)
        wanted = self.show or len(present)
        if len(shown) < 2 or (self.show and len(shown) < min(self.show, 3)):
            raise PassedOver(f"in '{self.slot}', too few options are different")
        chosen = set(shown[:wanted])
        return SolvedChoice(self, values, tuple(present[i] for i in order if i in chosen), present[key].name)

    def _right(self, present: list[_CompiledOption], values: Mapping[str, Value]) -> list[bool]:
        if self.value is not None:
            key = self._probe(self.value, values)
            return [_same(self._probe(option.symbolic, values), key) for option in present if option.symbolic]
        return [option.right is not None and condition(option.right, values) for option in present]

    def _probe(self, expression: Expression, values: Mapping[str, Value]) -> list[Any]:
        """Return an expression's values at the points of the symbols."""
        used = _used(expression, values)
        if used not in self._probed:
            _make_room(self._probed)
            self._probed[used] = [_at(point, expression, values) for point in self.points]
        return self._probed[used]

    def _key(self, present: list[_CompiledOption], right: list[bool]) -> int:
        rights = [i for i, is_right in enumerate(right) if is_right]
        if not rights:
            raise fail(self.place, "E507", "no option is right", "exactly one must be")
        if len(rights) > 1 and self.value is None:
            names = " and ".join(f"'{present[i].name}'" for i in rights)
            raise fail(self.place, "E507", f"{names} are right together", "exactly one must be")
        return rights[0]

    def _distinct(
        self, present: list[_CompiledOption], key: int, right: list[bool], order: list[int], values: Mapping[str, Value]
    ) -> list[int]:
        """Return the key and the wrong options that differ from it and from one another."""
        looks = {present[key].look(values)}
        probes = [] if self.value is None else [self._probe(self.value, values)]
        shown = [key]
        for i in order:
            option = present[i]
            look = option.look(values)
            if right[i] or look in looks:
                continue
            if option.symbolic is not None:
                probe = self._probe(option.symbolic, values)
                if any(_same(probe, other) for other in probes):
                    continue
                probes.append(probe)
            looks.add(look)
            shown.append(i)
        return shown


def _at(point: Mapping[str, Value], expression: Expression, values: Mapping[str, Value]) -> Any:
    try:
        return evaluate(expression, {**values, **point})
    except BankError as error:
        where = ", ".join(f"{name} = {point[name]}" for name in sorted(expression.names & point.keys()))
        hint = "limit the symbols under 'domain', if that cannot be"
        found = [replace(one, message=f"{one.message}, at {where}", hint=hint) for one in error.problems]
        raise BankError(found) from None


def _same(left: list[Any], right: list[Any]) -> bool:
    """Return whether two lists of values agree everywhere, floats to 9 digits."""
    return all(_close(one, two) for one, two in zip(left, right, strict=True))


def _close(left: Any, right: Any) -> bool:
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(_close(one, two) for one, two in zip(left, right, strict=True))
    kinds = {type(left), type(right)}
    if float in kinds and kinds <= {int, float}:
        return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-12)
    return len(kinds) == 1 and bool(identity(left) == identity(right))


@dataclass(frozen=True, slots=True)
class SolvedChoice:
    """A choice, solved."""

    compiled: CompiledChoice
    values: Mapping[str, Value]
    options: tuple[_CompiledOption, ...]
    key: str

    def lower(self, target: Target) -> ChoiceResponse:
        """Return the response, its texts in a target's markup."""
        return ChoiceResponse(
            slot=self.compiled.slot,
            marks=self.compiled.marks,
            layout=self.compiled.layout,
            options=tuple(
                Option(
                    name=option.name,
                    text=option.write(target, self.values),
                    right=option.name == self.key,
                    credit=Fraction(1) if option.name == self.key else Fraction(option.spec.credit),
                    feedback=None if option.feedback is None else option.feedback.fill(target, self.values),
                )
                for option in self.options
            ),
        )
