"""``statements``: true and false statements drawn from a pool; the true ones (or the false ones) are to be ticked.

Each statement has an id. Its priority in a draw depends on the id alone, and a variant shows the first of each
stratum, true and false; so a statement that joins the pool changes few variants.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from markscheme.bank.answers import ANSWERS
from markscheme.bank.answers._selection import MOST_RIGHT, SolvedSelection, Tick
from markscheme.bank.compiling import AnswerParts, WrongAnswer, look
from markscheme.bank.problems import BankError, Place, fail, nearest
from markscheme.bank.schema import ID, Flag, Integer, ListOf, OneOf, SectionOf, Slips, Word, entry
from markscheme.bank.spec import EXPRESSION, TEXT, AnswerSpec, BlockSpec, Skeleton
from markscheme.bank.text.text import condition
from markscheme.bank.values import PassedOver
from markscheme.bank.yaml_tree import Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Sequence as Listed
    from fractions import Fraction

    from markscheme.bank.compiling import Compiler
    from markscheme.bank.draws import Draw
    from markscheme.bank.expressions import Expression
    from markscheme.bank.text.text import Text
    from markscheme.bank.values import Value
    from markscheme.bank.yaml_reader import Node, Scalar

NONE = "None of the above"
_NONE_OF_NINE = 2
"""In so many of nine variants "none of the above" is right: 22 %."""

_ID = Word("an id", ID, "a lower-case letter, then lower-case letters, digits and '-'")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementSpec:
    """A statement of a pool."""

    id: str = entry(_ID, "The statement's id: whether a draw shows it depends on the id alone.")
    text: tuple[BlockSpec, ...] = entry(TEXT, "The statement.")
    truth: Scalar = entry(EXPRESSION, "Whether it is true: true, false or an expression.")
    reason: tuple[BlockSpec, ...] = entry(TEXT, "Why it is true or false, for those who tick it.")
    when: Scalar | None = entry(EXPRESSION, "The statement exists only where this is true.", default=None)
    only: str | None = entry(
        OneOf(("original",)), "`original` keeps a printed statement out of all other draws.", default=None
    )
    place: Place
    keys: Mapping[str, Place]


@ANSWERS.register("statements")
@dataclass(frozen=True, slots=True, kw_only=True)
class StatementsSpec(AnswerSpec):
    """Statements drawn from a pool."""

    skeleton: ClassVar[Skeleton | None] = Skeleton(
        stem="Tick what is true of ${{ n }}$. [[answer]]\n",
        answer="""\
show: 3                      # so many are drawn from the pool
statements:
  - id: more                 # which ones a draw shows depends on the ids alone
    text: Adding $1$ to it makes more.
    truth: true
    reason: Adding a positive number makes more.
  - id: double
    text: Twice ${{ n }}$ is ${{ 2 * n }}$.
    truth: true
    reason: That is what doubling means.
  - id: less
    text: Taking $1$ away makes more.
    truth: false
    reason: Taking away makes less.
  - id: zero
    text: Multiplying it by $0$ leaves ${{ n }}$.
    truth: false
    reason: Any number times $0$ is $0$.
""",
        feedback="Adding makes more, taking away makes less.",
        marks=2,
    )

    pins: ClassVar[bool] = True

    statements: tuple[StatementSpec, ...] = entry(
        ListOf(SectionOf(StatementSpec, "a statement"), 3, 200), "The pool, in any order."
    )
    show: int = entry(Integer(2, 20), "How many options a variant shows, 'None of the above' among them.", default=5)
    tick: str = entry(
        OneOf(("true", "false")), "Whether the true statements or the false ones are to be ticked.", default="true"
    )
    none: bool = entry(
        Flag(), "Whether 'None of the above' is an option; it is the right one in 2 of 9 variants.", default=False
    )

    def compile(self, slot: str, marks: Fraction, compiler: Compiler) -> CompiledStatements:
        """Return the compiled answer."""
        slips = Slips()
        pool: dict[str, _Statement] = {}
        for statement in self.statements:
            with slips.gather():
                if statement.id in pool:
                    raise fail(statement.keys["id"], "E508", f"two statements have the id '{statement.id}'")
                pool[statement.id] = _compile(statement, compiler)
        pinned: tuple[str, ...] = ()
        if slot in compiler.pinned and not slips.problems:
            with slips.gather():
                pinned = _pinned(compiler.pinned[slot], pool)
        slips.raise_any()
        none = compiler.words(NONE, self.place) if self.none else None
        drawn = tuple(one for one in pool.values() if one.only is None)
        compiled = CompiledStatements(
            slot=slot,
            marks=marks,
            pool=drawn,
            pinned=tuple(pool[name] for name in pinned),
            show=self.show,
            tick=self.tick == "true",
            none=none,
            place=self.place,
            pins_place=compiler.pinned[slot].place if slot in compiler.pinned else self.place,
        )
        compiled.check_pool()
        return compiled


@dataclass(frozen=True, slots=True)
class _Statement:
    id: str
    place: Place
    text: Text
    truth: Expression
    when: Expression | None
    reason: Text
    only: str | None


def _compile(statement: StatementSpec, compiler: Compiler) -> _Statement:
    truth = compiler.condition(statement.truth)
    if truth is None:
        raise fail(statement.place, "E201", "a statement lacks the key 'truth'")
    return _Statement(
        id=statement.id,
        place=statement.place,
        text=compiler.text(statement.text),
        truth=truth,
        when=compiler.condition(statement.when),
        reason=compiler.text(statement.reason),
        only=statement.only,
    )


def _pinned(node: Node, pool: Mapping[str, _Statement]) -> tuple[str, ...]:
    """Return the ids of the original's statements, in the printed order."""
    slips = Slips()
    ids = ListOf(_ID, 1, 20).read(node)
    places = [item.place for item in node.items] if isinstance(node, Sequence) else [node.place]
    for number, (name, place) in enumerate(zip(ids, places, strict=True)):
        if name not in pool:
            slips.add(fail(place, "E511", f"the pool has no statement '{name}'", nearest(name, pool)))
        elif name in ids[:number]:
            slips.add(fail(place, "E511", f"the original shows '{name}' twice", "name each statement once"))
    slips.raise_any()
    return ids


@dataclass(slots=True, kw_only=True)
class CompiledStatements(AnswerParts):
    """A pool of statements, compiled."""

    pool: tuple[_Statement, ...]
    pinned: tuple[_Statement, ...]
    show: int
    tick: bool
    none: Text | None
    place: Place
    pins_place: Place

    @property
    def drawn(self) -> int:
        """How many statements a variant shows."""
        return self.show - (self.none is not None)

    def check_pool(self) -> None:
        """Refuse a pool of known truths that is too small.

        Raises
        ------
        BankError
            If there are too few true or false statements to show.
        """
        if any(one.truth.names or one.when for one in self.pool):
            return
        strata = self._strata({})
        if not self._counts(strata):
            true, false = (len(strata[truth]) for truth in (True, False))
            message = f"{true} true and {false} false statements are too few to show {self.drawn} of both kinds"
            raise fail(self.place, "E511", message, "write more statements, or show fewer")

    def choices(self) -> None:
        """Return None: the sets of statements are many."""

    def wrong_answers(self) -> Iterator[WrongAnswer]:
        """Yield the statements; which of them are right may depend on the variant."""
        chance = self.drawn / (2 * len(self.pool))
        yield from (WrongAnswer(one.id, one.place, chance) for one in self.pool)

    def solve(self, values: Mapping[str, Value], draw: Draw, *, original: bool) -> SolvedSelection:
        """Return the statements that are shown, in order."""
        if original and self.pinned:
            shown = [(one, _holds(one, values)) for one in self.pinned]
        else:
            shown = self._drawn(values, draw)
            order = draw.order(f"{self.slot}/order", [one.id for one, _ in shown])
            shown = [shown[i] for i in order]
        self._check_looks([one for one, _ in shown], values)
        ticks = [Tick(one.id, one.text, truth is self.tick, one.reason) for one, truth in shown]
        right = sum(tick.right for tick in ticks)
        if right > MOST_RIGHT:  # a draw takes care of it
            hint = f"pin at most {MOST_RIGHT} of them"
            raise fail(self.pins_place, "E507", f"{right} statements of the original are to be ticked", hint)
        if self.none is not None:
            ticks.append(Tick("none", self.none, right == 0, None))
        elif not right:
            raise fail(self.pins_place, "E507", "no statement is to be ticked", "add 'none: true', or pin others")
        return SolvedSelection(self.slot, self.marks, values, tuple(ticks))

    def _check_looks(self, shown: Listed[_Statement], values: Mapping[str, Value]) -> None:
        """Refuse a statement that says nothing, and two that look alike."""
        seen: dict[str, str] = {}
        for one in shown:
            words = look(one.text, values)
            if not words:
                raise fail(one.place, "E509", f"the statement '{one.id}' says nothing in this variant")
            other = seen.setdefault(words, one.id)
            if other != one.id:
                raise PassedOver(f"in '{self.slot}', '{other}' and '{one.id}' look alike")

    def _drawn(self, values: Mapping[str, Value], draw: Draw) -> list[tuple[_Statement, bool]]:
        strata = self._strata(values)
        counts = self._counts(strata)
        if not counts:
            raise PassedOver(f"in '{self.slot}', too few statements are true or too few are false")
        wanted = counts[draw.numbers(f"{self.slot}/right", 1, len(counts))[0]]
        # None of the shown statements is to be ticked in a set part of the variants, whatever their number.
        if self.none is not None:
            none = draw.numbers(f"{self.slot}/none", 1, 9)[0] < _NONE_OF_NINE
            wanted = 0 if none else wanted
        sizes = {self.tick: wanted, not self.tick: self.drawn - wanted}
        shown = []
        for truth, stratum in strata.items():
            order = draw.order(self.slot, [one.id for one in stratum])
            shown += [(stratum[i], truth) for i in order[: sizes[truth]]]
        return shown

    def _strata(self, values: Mapping[str, Value]) -> dict[bool, Listed[_Statement]]:
        """Return the statements that exist, those that are true and those that are false."""
        present = [one for one in self.pool if one.when is None or condition(one.when, values)]
        truths = [_holds(one, values) for one in present]
        return {
            truth: [one for one, is_ in zip(present, truths, strict=True) if is_ is truth] for truth in (True, False)
        }

    def _counts(self, strata: Mapping[bool, Listed[_Statement]]) -> list[int]:
        """Return how many of the shown statements may be to be ticked: one at least, and without 'none' not all."""
        right, wrong = len(strata[self.tick]), len(strata[not self.tick])
        if self.none is not None and wrong < self.drawn:
            return []  # "none of the above" could never be right
        most = min(self.drawn - (self.none is None), right, MOST_RIGHT)
        return list(range(max(1, self.drawn - wrong), most + 1))


def _holds(statement: _Statement, values: Mapping[str, Value]) -> bool:
    try:
        return condition(statement.truth, values)
    except BankError as error:
        raise BankError(
            replace(problem, message=f"{problem.message}, in the truth of '{statement.id}'")
            for problem in error.problems
        ) from None
