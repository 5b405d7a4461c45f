"""Breakages of questions: a text of a copy is replaced by another.

What contradicts the question itself, `validate` finds. Where an author is wrong in a consistent way, such as a key that
is plausible and false, nothing in the question says so; but what was exported before does, and `verify` reads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from checked_harness import Breakage, Caught, Workshop, add

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def batched(edits: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield pairs of what is replaced, and by what."""
    return zip(edits[::2], edits[1::2], strict=True)


def _validated(question: str, *edits: str) -> Callable[[Workshop, str], Caught]:
    def run(workshop: Workshop, _form: str) -> Caught:
        workshop.bank(question)
        for old, new in batched(edits):
            workshop.edit(question, old, new)
        return workshop.validate(12, "--format", "moodle") if "credit" in edits[-1] else workshop.validate(12)

    return run


def _verified(question: str, *edits: str) -> Callable[[Workshop, str], Caught]:
    def run(workshop: Workshop, form: str) -> Caught:
        workshop.bank(question)
        path = workshop.export("moodle")
        for old, new in batched(edits):
            workshop.edit(question, old, new)
        return workshop.verify(path, "moodle")

    return run


_HALF_A_MISTAKE = "    value: n\n    mistakes:\n      - name: padding forgotten\n"

_SLIPS = (
    (
        "key is a mistake", "the key is the value of a recognised mistake",
        "conv2d-output", "E522", "    value: y\n", "    value: unflipped\n",
    ),
    (
        "check contradicted", "a correlation is computed for a convolution",
        "conv2d-output", "E520", "  y: conv2d(x, k)\n", "  y: correlate2d(x, k)\n",
    ),
    (
        "stride forgotten", "multiplications are counted as if the stride were 1",
        "conv-multiplications", "E520",
        "n: conv_multiplications(h, w, k, k, s,", "n: conv_multiplications(h, w, k, k, 1,",
    ),
    (
        "two right options", "a second option of a choice is right",
        "shift-orbit-separability", "E507", "right: not separable", "right: 1 == 1",
    ),
    (
        "symbolic option", "the formula that is right by the solver is wrong",
        "conv-output-shape-symbolic", "E507",
        "(N + 2*p - d*(n - 1) - 1)//s + 1)\n", "(N + p - d*(n - 1) - 1)//s + 1)\n",
    ),
    (
        "distractor is the key", "a wrong option always equals the right one",
        "curse-of-dimensionality", "C401", "text: $10^{ {{ linear }} }$", "text: $10^{ {{ key + 0 }} }$",
    ),
    (
        "option written twice", "a wrong option is a copy of the right one",
        "curse-of-dimensionality", "E508", "text: $10^{ {{ linear }} }$", "text: $10^{ {{ key }} }$",
    ),
    (
        "mistake never made", "the condition of a mistake never holds",
        "conv-multiplications", "C401",
        "when: a == 1\n        value: products", "when: a == 2\n        value: products",
    ),
    (
        "value shown too coarsely", "the stem shows a matrix without the decimals that its key is worked out from",
        "recurrent-spectral-radius", "C403", "{{ W }}", "{{ W:.0f }}",
    ),
    (
        "rounded distractor", "a wrong option is the right one with fewer digits",
        "curse-of-dimensionality", "C405",
        "text: $10^{ {{ key }} }$", "text: '{{ key + 0.25:.2f }}'", "text: $10^{ {{ linear }} }$", "text: '{{ key }}'",
    ),
    (
        "key in the stem", "the stem shows the answer",
        "conv-multiplications", "C406", "There is no bias.", "There is no bias ({{ n }}).",
    ),
    (
        "option in the stem", "the stem repeats the reason that is right",
        "dag-factorisation", "C406", "The graph shows", "{{ factorisation(names, A) }}. The graph shows",
    ),
    (
        "two signs", "a text reads + -3",
        "hard-attention", "C407", "The rows of $Q$ are", "Of 7 + {{ -p }} arrays, the rows of $Q$ are",
    ),
    (
        "refused fraction", "a mistake earns 15 %, a fraction that Moodle refuses",
        "conv-multiplications", "X710", _HALF_A_MISTAKE, f"{_HALF_A_MISTAKE}        credit: 0.15\n",
    ),
    (
        "original out of bounds", "the printed paper's own values break a requirement",
        "hard-attention", "E521", "Q: [[-2, 1, 1, -3], [-3, 0, -3, -3]]", "Q: [[-2, 1, 1, -3], [-2, 1, 1, -3]]",
    ),
    (
        "no draw left", "the requirements exclude each other",
        "conv2d-output", "E522", "  - m < h and n < w\n", "  - m > h and n < w\n",
    ),
    (
        "no digits said", "a text shows a computed number with all of its digits",
        "recurrent-spectral-radius", "E404", "{{ rho:.4f }}", "{{ rho }}",
    ),
    (
        "precision left out", "a computed number is asked for without a precision",
        "recurrent-spectral-radius", "E501", "    decimals: 2\n", "",
    ),
    (
        "formula of no browser", "a formula uses a command that is not known everywhere",
        "hard-attention", "E410", "Q K^\\top =", "Q K^\\topp =",
    ),
    (
        "slot lost", "an answer has no place in the stem, and another has two",
        "multi-head-projection", "E403", "Columns: [[columns]]", "Columns: [[rows]]",
    ),
)  # fmt: skip

_AGREED = (
    (
        "plausible key", "the key is one too large, whatever the variant",
        "conv-multiplications", "    value: n\n", "    value: n + 1\n",
    ),
    (
        "tolerance off by ten", "one decimal is asked for in the place of two",
        "recurrent-spectral-radius", "    decimals: 2\n", "    decimals: 1\n",
    ),
    (
        "options exchanged", "no is right where yes was, and the other way round",
        "dag-independence", "right: t0", "right: not t0", "right: not t0\n        feedback:\n          - when: not t0",
        "right: t0\n        feedback:\n          - when: not t0",
    ),
    (
        "pair exchanged", "a property belongs to the other model",
        "vae-vs-gan",
        'generated examples.", choice: GAN', 'generated examples.", choice: VAE',
    ),
    (
        "statement turned round", "a false statement of a pool is taken for true",
        "vanishing-activations",
        "truth: saturates_on_both_sides('softsign')", "truth: not saturates_on_both_sides('softsign')",
    ),
    (
        "marks changed", "the question is worth less than it was",
        "conv-multiplications", "marks: 4", "marks: 3",
    ),
    (
        "worked solution wrong", "the solution shows the kernel as it is printed",
        "conv2d-output", "$$K' = {{ rot180(k) }}$$", "$$K' = {{ k }}$$",
    ),
    (
        "domain moved", "parameters are drawn from other numbers",
        "conv-multiplications", "h: {integers: [4, 12]}", "h: {integers: [4, 11]}",
    ),
)  # fmt: skip

for _name, _what, _question, _code, *_edits in _SLIPS:
    add(
        Breakage(
            name=_name, part="Questions", what=_what, question=_question, command="validate", code=_code, formats=(),
            run=_validated(_question, *_edits),
        )
    )  # fmt: skip
for _name, _what, _question, *_edits in _AGREED:
    add(
        Breakage(
            name=_name, part="Questions that agree with themselves", what=_what, question=_question, command="verify",
            code="X903", formats=(), run=_verified(_question, *_edits),
        )
    )  # fmt: skip
