"""Numbers to type: what the types ``number`` and ``matrix`` share."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from markscheme.bank.compiling import AnswerParts, WrongAnswer, evaluate
from markscheme.bank.numbers import (
    Accepted,
    Decimals,
    Exact,
    Precision,
    Significant,
    Tolerance,
    accept,
    exactly,
    wording,
)
from markscheme.bank.problems import fail
from markscheme.bank.schema import Integer, ListOf, OneOf, Real, SectionOf, Slips, entry
from markscheme.bank.spec import EXPRESSION, AnswerSpec, MistakeSpec
from markscheme.bank.text.text import condition
from markscheme.bank.values import PassedOver, Value, describe
from markscheme.bank.variants import Entry, Mistake, NumericResponse
from markscheme.bank.yaml_reader import Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from markscheme.bank.compiling import Compiler
    from markscheme.bank.draws import Draw
    from markscheme.bank.expressions import Expression
    from markscheme.bank.problems import Place
    from markscheme.bank.schema import JsonSchema, Refer
    from markscheme.bank.text.template import Target
    from markscheme.bank.text.text import Text
    from markscheme.bank.yaml_reader import Node


_DISTANCE = Real("0", "1e15")


@dataclass(frozen=True, slots=True, kw_only=True)
class _ToleranceSpec:
    relative: Decimal = entry(Real("0", "1"), "Accepted distance as a part of the key.", default=Decimal(0))
    absolute: Decimal = entry(_DISTANCE, "Accepted distance, at least.", default=Decimal(0))
    place: Place


_TOLERANCE = SectionOf(_ToleranceSpec, "a tolerance")


@dataclass(frozen=True, slots=True)
class _ToleranceKind:
    words: str = "a number, or {relative: …, absolute: …}"

    def json_schema(self, refer: Refer) -> JsonSchema:
        """Return either."""
        return {"anyOf": [_DISTANCE.json_schema(refer), _TOLERANCE.json_schema(refer)]}

    def read(self, node: Node) -> Tolerance:
        """Return the tolerance."""
        if isinstance(node, Scalar):
            tolerance = Tolerance(_DISTANCE.read(node))
        else:
            spec = _TOLERANCE.read(node)
            tolerance = Tolerance(spec.absolute, spec.relative)
        if not tolerance.absolute and not tolerance.relative:
            raise fail(node.place, "E502", "a tolerance must be above zero")
        return tolerance


@dataclass(frozen=True, slots=True, kw_only=True)
class NumericSpec(AnswerSpec):
    """An answer of numbers to type."""

    value: Scalar = entry(EXPRESSION, "The right answer, computed.")
    decimals: int | None = entry(Integer(0, 9), "Digits after the point that are asked for.", default=None)
    significant: int | None = entry(Integer(1, 9), "Significant digits that are asked for.", default=None)
    tolerance: Tolerance | None = entry(
        _ToleranceKind(), "Accepted distance: a number, or `{relative: 0.01, absolute: 0.001}`.", default=None
    )
    precision: str = entry(
        OneOf(("stated", "silent")), "Whether the student is told the precision after the slot.", default="stated"
    )
    mistakes: tuple[MistakeSpec, ...] = entry(
        ListOf(SectionOf(MistakeSpec, "a mistake"), most=20), "Wrong answers that are recognised.", default=()
    )

    def stated(self) -> Precision | None:
        """Return the precision that the author stated."""
        stated = [key for key in ("decimals", "significant", "tolerance") if getattr(self, key) is not None]
        if len(stated) > 1:
            names = " and ".join(f"'{key}'" for key in stated)
            raise fail(self.keys[stated[1]], "E502", f"{names} exclude each other", "keep one of them")
        if self.decimals is not None:
            return Decimals(self.decimals)
        return Significant(self.significant) if self.significant is not None else self.tolerance


@dataclass(frozen=True, slots=True)
class _Mistake:
    spec: MistakeSpec
    value: Expression
    when: Expression | None
    feedback: Text

    @property
    def name(self) -> str:
        return self.spec.label


@dataclass(slots=True, kw_only=True)
class CompiledNumeric(AnswerParts):
    """Numbers to type, compiled."""

    value: Expression
    precision: Precision | None
    mistakes: tuple[_Mistake, ...]

    def wrong_answers(self) -> Iterator[WrongAnswer]:
        """Yield the mistakes."""
        yield from (WrongAnswer(mistake.name, mistake.spec.place, 1.0) for mistake in self.mistakes)

    def solve(self, values: Mapping[str, Value], draw: Draw, *, original: bool) -> SolvedNumeric:  # noqa: ARG002
        """Return the key, the mistakes, and where each is recognised."""
        shape, key = self._numbers(self.value, values)
        precision = self.precision
        if precision is None:
            if any(type(number) is not int for number in key):
                hint = "add 'decimals', 'significant' or 'tolerance', such as 'decimals: 3'"
                raise fail(self.value.place, "E501", f"'{self.value.words}' is no integer: say how precise", hint)
            precision = Exact()
        accepted = self._accepted(key, precision)
        wrong = [self._wrong(mistake, values, shape, precision) for mistake in self.mistakes]
        self._apart(accepted, wrong)
        entries = tuple(_entry(at, position, wrong) for position, at in enumerate(accepted))
        return SolvedNumeric(self, values, shape, entries, tuple(wrong))

    def _numbers(self, source: Expression, values: Mapping[str, Value]) -> tuple[tuple[int, ...], list[Any]]:
        value = evaluate(source, values)
        is_array = isinstance(value, np.ndarray)
        if self.is_block and is_array and value.dtype.kind != "b" and value.size and value.ndim <= 2:
            return value.shape, value.ravel().tolist()
        if type(value) in (int, float) and not self.is_block:
            return (), [value]
        wanted, other = ("a vector or matrix", "number") if self.is_block else ("a number", "matrix")
        hint = f"use 'type: {other}'" if is_array != self.is_block and type(value) in (int, float, np.ndarray) else ""
        raise fail(source.place, "E503", f"'{source.words}' is {describe(value)}, not {wanted} to type", hint)

    def _accepted(self, numbers: list[Any], precision: Precision) -> tuple[Accepted, ...]:
        if isinstance(precision, Tolerance) and not precision.absolute and 0 in numbers:
            hint = "add an absolute one: 'tolerance: {relative: …, absolute: …}'"
            raise fail(self.value.place, "E504", f"'{self.value.words}': a relative tolerance of zero is none", hint)
        try:
            return tuple([accept(number, precision) for number in numbers])
        except ValueError as error:
            raise fail(self.value.place, "E504", f"'{self.value.words}': {error}") from None

    def _wrong(
        self, mistake: _Mistake, values: Mapping[str, Value], shape: tuple[int, ...], precision: Precision
    ) -> tuple[Accepted, ...] | None:
        if mistake.when is not None and not condition(mistake.when, values):
            return None
        wrong_shape, numbers = self._numbers(mistake.value, values)
        if wrong_shape != shape:
            return None
        if isinstance(precision, Exact):
            return tuple([exactly(number) for number in numbers])
        if isinstance(precision, Significant):  # zero has no significant digits, but students may answer it
            return tuple([accept(n, precision) if n else exactly(0) for n in numbers])
        return tuple([accept(number, precision) for number in numbers])

    def _apart(self, key: tuple[Accepted, ...], wrong: list[tuple[Accepted, ...] | None]) -> None:
        """Pass the draw over where a mistake equals the key throughout, or another mistake."""
        seen = [("the key", key)]
        for mistake, numbers in zip(self.mistakes, wrong, strict=True):
            if numbers is None:
                continue
            for name, other in seen:
                if all(one.meets(two) for one, two in zip(numbers, other, strict=True)):
                    raise PassedOver(f"in '{self.slot}', the mistake '{mistake.name}' equals {name}")
            seen.append((f"the mistake '{mistake.name}'", numbers))


def _entry(accepted: Accepted, position: int, wrong: list[tuple[Accepted, ...] | None]) -> Entry:
    taken = [accepted]
    recognised: list[tuple[int, Accepted]] = []
    for index, numbers in enumerate(wrong):
        if numbers is None:
            continue
        number = numbers[position]
        for other in taken:
            if number.meets(other):
                break
        else:
            taken.append(number)
            recognised.append((index, number))
    return Entry(accepted=accepted, mistakes=tuple(recognised))


@dataclass(frozen=True, slots=True)
class SolvedNumeric:
    """Numbers to type, solved."""

    compiled: CompiledNumeric
    values: Mapping[str, Value]
    shape: tuple[int, ...]
    entries: tuple[Entry, ...]
    wrong: tuple[tuple[Accepted, ...] | None, ...]

    def lower(self, target: Target) -> NumericResponse:
        """Return the response, its texts in a target's markup."""
        mistakes: list[Mistake | None] = []
        for mistake, numbers in zip(self.compiled.mistakes, self.wrong, strict=True):
            if numbers is None:
                mistakes.append(None)
                continue
            feedback = mistake.feedback.fill(target, self.values)
            credit = Fraction(mistake.spec.credit)
            mistakes.append(Mistake(name=mistake.name, entries=numbers, credit=credit, feedback=feedback))
        return NumericResponse(
            slot=self.compiled.slot,
            marks=self.compiled.marks,
            shape=self.shape,
            entries=self.entries,
            mistakes=tuple(mistakes),
        )


def compile_numeric(
    spec: NumericSpec, slot: str, marks: Fraction, compiler: Compiler, *, is_block: bool
) -> CompiledNumeric:
    """Compile an answer of numbers to type."""
    slips = Slips()
    mistakes: list[_Mistake] = []
    for mistake in spec.mistakes:
        with slips.gather():
            mistakes.append(_compile_mistake(mistake, compiler, [earlier.name for earlier in mistakes]))
    precision: Precision | None = None
    with slips.gather():
        precision = spec.stated()
    value: Expression | None = None
    with slips.gather():
        value = compiler.expression(spec.value)
    slips.raise_any()
    note = wording(precision) if precision is not None and spec.precision == "stated" else ""
    return CompiledNumeric(
        slot=slot,
        marks=marks,
        value=value,
        precision=precision,
        mistakes=tuple(mistakes),
        note=f"each entry {note}" if note and is_block else note,
        is_block=is_block,
    )


def _compile_mistake(spec: MistakeSpec, compiler: Compiler, earlier: Sequence[str]) -> _Mistake:
    if spec.credit >= 1:
        raise fail(spec.keys["credit"], "E505", f"a mistake cannot earn the full marks (credit {spec.credit})")
    if spec.label in earlier:
        raise fail(
            spec.keys.get("name", spec.place),
            "E508",
            f"two mistakes are called '{spec.label}'",
            "give them different names",
        )
    return _Mistake(
        spec=spec,
        value=compiler.expression(spec.value),
        when=compiler.condition(spec.when),
        feedback=compiler.text(spec.feedback),
    )
