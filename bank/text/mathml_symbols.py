"""What stands in MathML for the macros of `markscheme.bank.text.tex`, and for letters in other fonts."""

from __future__ import annotations


def _table(text: str) -> dict[str, str]:
    words = text.split()
    return {f"\\{macro}": symbol for macro, symbol in zip(words[::2], words[1::2], strict=True)}


LETTERS = _table("""
    alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ mu μ
    nu ν xi ξ pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω
    partial ∂ infty ∞ ell ℓ hbar ℏ Re ℜ Im ℑ aleph ℵ angle ∠ triangle △ prime ′ dagger † top ⊤ bot ⊥ emptyset ∅
    varnothing ∅ cdots ⋯ ldots … vdots ⋮ ddots ⋱ dots … % % # # & & $ $ _ _
""")
UPRIGHT = _table("""
    Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω nabla ∇
""")
"""What is not slanted, though it is a single letter."""

OPERATORS = _table("""
    cdot ⋅ times × div ÷ pm ± mp ∓ ast ∗ star ⋆ circ ∘ bullet • oplus ⊕ ominus ⊖ otimes ⊗ odot ⊙ cup ∪ cap ∩ setminus ∖
    wedge ∧ vee ∨ land ∧ lor ∨ lnot ¬ neg ¬ forall ∀ exists ∃ nexists ∄ in ∈ notin ∉ ni ∋ subset ⊂ supset ⊃ subseteq ⊆
    supseteq ⊇ leq ≤ le ≤ geq ≥ ge ≥ neq ≠ ne ≠ ll ≪ gg ≫ equiv ≡ sim ∼ simeq ≃ approx ≈ cong ≅ propto ∝ mid ∣
    parallel ∥ perp ⊥ to → gets ← mapsto ↦ rightarrow → leftarrow ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐
    Leftrightarrow ⇔ longrightarrow ⟶ Longrightarrow ⟹ uparrow ↑ downarrow ↓ iff ⟺ implies ⟹ lt < gt >
""")
CHARACTERS = {
    "-": "−", "*": "∗", "+": "+", "=": "=", "<": "<", ">": ">", ",": ",", ";": ";", ":": ":", "/": "/", "!": "!",
    "?": "?", ".": ".", "|": "|", "(": "(", ")": ")", "[": "[", "]": "]",
}  # fmt: skip
FENCES = _table("""
    { { } } lbrace { rbrace } lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ langle ⟨ rangle ⟩ lvert | rvert | lVert ‖ rVert ‖ vert |
    Vert ‖ | ‖ backslash \\
""") | {"(": "(", ")": ")", "[": "[", "]": "]", "|": "|", "/": "/", "<": "⟨", ">": "⟩", ".": ""}
OPENING = frozenset("([{⌊⌈⟨")
CLOSING = frozenset(")]}⌋⌉⟩")
SIGNS = frozenset("−+±∓¬")
"""What may stand before a factor as its sign."""

LARGE = _table("sum ∑ prod ∏ bigcup ⋃ bigcap ⋂ bigoplus ⨁ bigotimes ⨂")
INTEGRALS = _table("int ∫ iint ∬ oint ∮")
FUNCTIONS = frozenset(
    "\\" + name
    for name in """dim exp ker ln log lg sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth deg hom
    """.split()  # noqa: SIM905 - a list of strings is longer
)
LIMITS = {f"\\{name}": name for name in ("lim", "sup", "inf", "max", "min", "det", "gcd", "Pr")} | {
    "\\limsup": "lim\u2009sup",
    "\\liminf": "lim\u2009inf",
}
SPACES = {
    "\\,": "0.1667em", "\\:": "0.2222em", "\\;": "0.2778em", "\\!": "-0.1667em", "\\ ": "0.25em", "~": "0.25em",
    "\\quad": "1em", "\\qquad": "2em",
}  # fmt: skip
ACCENTS = {
    "\\hat": ("^", False), "\\widehat": ("\u0302", True), "\\bar": ("¯", False), "\\overline": ("¯", True),
    "\\tilde": ("~", False), "\\widetilde": ("\u0303", True), "\\vec": ("→", False), "\\overrightarrow": ("→", True),
    "\\dot": ("˙", False), "\\ddot": ("¨", False), "\\overbrace": ("⏞", True), "\\underbrace": ("⏟", True),
    "\\underline": ("\u0332", True),
}  # fmt: skip
"""What stands above a symbol, or below it for the last two, and whether it is as wide as that."""

BIG = {"big": "1.2em", "Big": "1.623em", "bigg": "2.047em", "Bigg": "2.47em"}
SURROUNDED = {
    "matrix": ("", ""), "array": ("", ""), "pmatrix": ("(", ")"), "bmatrix": ("[", "]"), "Bmatrix": ("{", "}"),
    "vmatrix": ("|", "|"), "Vmatrix": ("‖", "‖"), "cases": ("{", ""),
}  # fmt: skip

# Where a font's A, a, 0, Α and α are, in Unicode's block of mathematical letters; 0 where it has none.
_FONTS = {
    "\\mathbf": (0x1D400, 0x1D41A, 0x1D7CE, 0x1D6A8, 0x1D6C2),
    "\\mathit": (0x1D434, 0x1D44E, 0, 0, 0),
    "\\mathcal": (0x1D49C, 0x1D4B6, 0, 0, 0),
    "\\mathfrak": (0x1D504, 0x1D51E, 0, 0, 0),
    "\\mathbb": (0x1D538, 0x1D552, 0x1D7D8, 0, 0),
    "\\mathsf": (0x1D5A0, 0x1D5BA, 0x1D7E2, 0, 0),
    "\\mathtt": (0x1D670, 0x1D68A, 0x1D7F6, 0, 0),
    "\\boldsymbol": (0x1D468, 0x1D482, 0x1D7CE, 0x1D71C, 0x1D736),
    "\\mathrm": (0, 0, 0, 0, 0),
}
# Letters that Unicode had elsewhere before.
_ELSEWHERE = {
    "\\mathit": dict(zip("h", "ℎ", strict=True)),
    "\\mathcal": dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)),
    "\\mathfrak": dict(zip("CHIRZ", "ℭℌℑℜℨ", strict=True)),
    "\\mathbb": dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)),
}
FONTS = frozenset(_FONTS)


def in_font(text: str, font: str) -> str:
    r"""Return letters and digits in a font.

    Examples
    --------
    >>> in_font("R2", "\\mathbb"), in_font("Wh", "\\mathbf")
    ('ℝ𝟚', '𝐖𝐡')
    """
    return "".join(_ELSEWHERE.get(font, {}).get(character) or _letter(character, font) for character in text)


def _letter(character: str, font: str) -> str:
    ranges = (("A", "Z"), ("a", "z"), ("0", "9"), ("Α", "Ω"), ("α", "ω"))
    for (first, last), start in zip(ranges, _FONTS[font], strict=True):
        if start and first <= character <= last:
            return chr(start + ord(character) - ord(first))
    return character
