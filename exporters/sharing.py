"""Validation shared among processes: each is handed one question after another, and verdicts keep their order.

A question goes to a process as its spec and is compiled there. Nothing is read from the bank's folder again but what
the spec names, so an edit meanwhile does not mix two banks.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markscheme.bank.bank_code import import_solvers
from markscheme.bank.question_compiler import compile_question
from markscheme.exporters.processes import in_processes
from markscheme.exporters.validation import Judgement, Plan, judge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from markscheme.bank.banks import Bank
    from markscheme.bank.spec import QuestionSpec
    from markscheme.bank.yaml_tree import Scalar
    from markscheme.exporters.export import Progress
    from markscheme.exporters.processes import Report

WORTH_IT = 400
"""A process starts in the time of so many variants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a process is told at its start; called with a question's spec and folder, it judges the question.

    Attributes
    ----------
    solvers
        The bank's own solvers. Where there are any, reading the bank has allowed its code already.
    """

    bank_id: str
    folder: Path
    solvers: tuple[Scalar, ...]
    plan: Plan

    def __call__(self, task: tuple[QuestionSpec, Path | None], report: Report) -> Judgement:
        """Judge a question."""
        import_solvers(self.solvers, self.folder, allow_code=True)
        question = compile_question(task[0], self.bank_id, task[1])
        return judge(question, self.plan, report)


def shared(bank: Bank, plan: Plan, progress: Progress) -> Iterator[Judgement]:
    """Yield the judgement of each question, in order; the arguments are those of `verdicts`."""
    job = Job(bank_id=bank.id, folder=bank.folder, solvers=bank.spec.solvers, plan=plan)
    tasks = [(question.spec, question.folder) for question in bank.questions]
    yield from in_processes(job, tasks, plan.workers, progress)


def sensible_workers(variants: int) -> int:
    """Return how many processes pay for so many variants: at most one a core."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, variants // WORTH_IT))
