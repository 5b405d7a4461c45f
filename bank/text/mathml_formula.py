r"""Presentation MathML from LaTeX that `markscheme.bank.text.tex` has checked.

Only what MathML Core knows is relied on, so that browsers show it by themselves: letters in other fonts are
characters of their own, and a sign is told from an operator by its form.
"""

from __future__ import annotations

from html import escape

from markscheme.bank.text.mathml_elements import Atom, cells, joined, one, operator, scripted, surrounded
from markscheme.bank.text.mathml_symbols import (
    ACCENTS,
    BIG,
    CHARACTERS,
    CLOSING,
    FENCES,
    FONTS,
    FUNCTIONS,
    INTEGRALS,
    LARGE,
    LETTERS,
    LIMITS,
    OPENING,
    OPERATORS,
    SIGNS,
    SPACES,
    SURROUNDED,
    UPRIGHT,
    in_font,
)
from markscheme.bank.text.tex import WORDS, environment, sized, tokens

_NO_SPACE = 'lspace="0em" rspace="0em"'
_PRIMES = {1: "′", 2: "″", 3: "‴"}
_FRACTIONS = {"\\frac": "", "\\dfrac": "true", "\\tfrac": "false"}
_STYLES = {"\\displaystyle": "true", "\\textstyle": "false"}
_STACKED = {"\\stackrel": "mover", "\\overset": "mover", "\\underset": "munder"}


def formula(content: str) -> str:
    r"""Return the elements of a formula, without the ``math`` around them.

    A hole, a character of a private-use range, stays where it was, and stands for one element.

    Examples
    --------
    >>> formula(r"x_1 = -\frac{1}{2}")
    '<msub><mi>x</mi><mn>1</mn></msub><mo>=</mo><mo form="prefix">−</mo><mfrac><mn>1</mn><mn>2</mn></mfrac>'
    """
    return joined(_Converter(content).row())


def element(content: str) -> str:
    r"""Return a formula as one element."""
    return one(_Converter(content).row())


class _Converter:
    """Reads tokens from left to right; every method begins at the token that it is named for."""

    def __init__(self, content: str) -> None:
        self.tokens = [token for _, token in tokens(content)]
        self.next = 0
        self.font = ""

    def peek(self) -> str:
        """Return the next token that is no space, or an empty text at the end."""
        while self.next < len(self.tokens) and self.tokens[self.next].isspace():
            self.next += 1
        return self.tokens[self.next] if self.next < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.next += 1
        return token

    def row(self, *stops: str) -> list[Atom]:
        """Return atoms up to what closes the row, which is left where it is."""
        done: list[Atom] = []  # what stands before the last change of style
        atoms: list[Atom] = []
        before, style = "open", ""  # the kind of the last atom that is no space, and the style
        while (token := self.peek()) and not _closes(token) and token not in stops:
            if token in _STYLES:
                done += _in_style(atoms, style)
                atoms, before, style = [], "open", self.take()
                continue
            if token in ("^", "_", "'"):
                atoms.append(self.scripts(atoms.pop() if atoms and atoms[-1].kind != "space" else Atom("<mrow/>")))
            else:
                atoms.append(self.atom(before))
            before = before if atoms[-1].kind == "space" else atoms[-1].kind
        return done + _in_style(atoms, style)

    def atom(self, before: str = "open") -> Atom:
        """Return the next atom; `before` is the kind of the one before it."""
        token = self.take()
        if token == "{":
            return self.group()
        for reads in (self.character, self.symbol, self.macro, self.sized):
            found = reads(token, before)
            if found is not None:
                return found
        raise ValueError(f"{token!r} is no part of a formula")

    def group(self) -> Atom:
        atoms = self.row()
        self.take()
        return atoms[0] if len(atoms) == 1 else Atom(one(atoms))

    def character(self, token: str, before: str) -> Atom | None:
        if token.startswith("\\"):
            return None
        if token[0].isdigit():
            return Atom(self.number(token))
        if "\ue000" <= token <= "\uf8ff" or token >= "\U000f0000":
            return Atom(token)
        if token == "." and self.next < len(self.tokens) and self.tokens[self.next][0].isdigit():
            return Atom(f"<mn>.{self.take()}</mn>")
        if token in CHARACTERS:
            return self.operator(CHARACTERS[token], before)
        if token in SPACES:
            return Atom(f'<mspace width="{SPACES[token]}"/>', "space")
        if token.isalpha():
            return Atom(self.letters(token))
        return Atom(f"<mtext>{escape(token, quote=False)}</mtext>")

    def number(self, token: str) -> str:
        """Return a number; the point before a hole is part of it."""
        if self.tokens[self.next : self.next + 1] == ["."] and self.tokens[self.next + 1 : self.next + 2] >= ["\ue000"]:
            token += self.take()
        return f"<mn>{in_font(token, self.font) if self.font else token}</mn>"

    def letters(self, token: str) -> str:
        """Return a letter, or a word in a font of its own."""
        if not self.font:
            return f"<mi>{token}</mi>"
        while self.font != "\\boldsymbol" and self.peek().isalnum() and self.peek() < "\ue000":
            token += self.take()
        slant = ' mathvariant="normal"' if self.font == "\\mathrm" and len(token) == 1 else ""
        return f"<mi{slant}>{in_font(token, self.font)}</mi>"

    def operator(self, symbol: str, before: str) -> Atom:
        if symbol in OPENING or symbol in CLOSING:
            kind = "open" if symbol in OPENING else "close"
            return Atom(operator(symbol, 'stretchy="false"'), kind)
        if symbol in SIGNS and before in ("op", "open", "function", "limit", "large", "integral"):
            return Atom(operator(symbol, 'form="prefix"'), "op")
        if symbol in ("|", "‖", "/", "\\", "."):
            return Atom(operator(symbol, f'stretchy="false" {_NO_SPACE}'))
        if symbol == "!":
            return Atom(operator(symbol, 'form="postfix" lspace="0em" rspace="0em"'), "close")
        if symbol in ("∣", "∥"):
            return Atom(operator(symbol, 'stretchy="false" lspace="0.2778em" rspace="0.2778em"'), "op")
        return Atom(operator(symbol), "op")

    def symbol(self, token: str, before: str) -> Atom | None:
        bold = self.font == "\\boldsymbol"
        if token in LETTERS:
            return Atom(f"<mi>{escape(in_font(LETTERS[token], self.font) if bold else LETTERS[token])}</mi>")
        if token in UPRIGHT:
            letter = in_font(UPRIGHT[token], "\\mathbf") if bold else UPRIGHT[token]
            return Atom(f'<mi mathvariant="normal">{letter}</mi>')
        if token in OPERATORS:
            return self.operator(OPERATORS[token], before)
        if token in FENCES:
            return self.operator(FENCES[token], before)
        if token in SPACES:
            return Atom(f'<mspace width="{SPACES[token]}"/>', "space")
        if token in LARGE:
            return Atom(operator(LARGE[token]), "large")
        return Atom(operator(INTEGRALS[token]), "integral") if token in INTEGRALS else None

    def macro(self, token: str, before: str) -> Atom | None:
        if token in FUNCTIONS:
            return Atom(f"<mi>{token[1:]}</mi>", "function")
        if token in LIMITS:
            return Atom(operator(LIMITS[token], f'form="prefix" movablelimits="true" {_NO_SPACE}'), "limit")
        if token in _FRACTIONS:
            return Atom(self.fraction(_FRACTIONS[token]))
        if token == "\\binom":
            parts = self.argument() + self.argument()
            return Atom(surrounded(f'<mfrac linethickness="0">{parts}</mfrac>', "(", ")"), "fence")
        if token == "\\sqrt":
            return Atom(self.root())
        if token in ACCENTS:
            return self.accent(token)
        if token in _STACKED:
            over, base = self.argument(), self.atom(before)
            return Atom(f"<{_STACKED[token]}>{base.markup}{over}</{_STACKED[token]}>", base.kind)
        if token in FONTS:
            return self.in_font(token)
        return self.words(token) if token in WORDS or token == "\\operatorname" else None

    def argument(self) -> str:
        return self.atom().markup

    def fraction(self, style: str) -> str:
        written = f"<mfrac>{self.argument()}{self.argument()}</mfrac>"
        return f'<mstyle displaystyle="{style}" scriptlevel="0">{written}</mstyle>' if style else written

    def root(self) -> str:
        if self.peek() != "[":
            return f"<msqrt>{self.argument()}</msqrt>"
        self.take()
        degree = one(self.row("]"))
        self.take()
        return f"<mroot>{self.argument()}{degree}</mroot>"

    def accent(self, token: str) -> Atom:
        symbol, is_wide = ACCENTS[token]
        name, attribute = ("munder", "accentunder") if token.startswith("\\under") else ("mover", "accent")
        over = operator(symbol, "" if is_wide else 'stretchy="false"')
        line = f' class="{token[1:]}"' if token in ("\\overline", "\\underline") else ""
        written = f'<{name}{line} {attribute}="true">{self.argument()}{over}</{name}>'
        return Atom(written, "braced" if token.endswith("brace") else "ord")

    def in_font(self, token: str) -> Atom:
        outer, self.font = self.font, token
        atom = self.atom()
        self.font = outer
        return Atom(atom.markup)

    def words(self, token: str) -> Atom:
        self.take()
        end = self.tokens.index("}", self.next)
        text = escape("".join(self.tokens[self.next : end]), quote=False)
        self.next = end + 1
        if token == "\\operatorname":
            name = "".join(text.split())
            slant = ' mathvariant="normal"' if len(name) == 1 else ""
            return Atom(f"<mi{slant}>{name}</mi>", "function")
        variant = {"\\textbf": ' mathvariant="bold"', "\\textit": ' mathvariant="italic"'}.get(token, "")
        text = text.replace(" ", "\u00a0")  # MathML drops spaces at the ends
        return Atom(f"<mtext{variant}>{text}</mtext>")

    def sized(self, token: str, _before: str) -> Atom | None:
        pair, named = sized(token), environment(token)
        if named is not None:
            return self.table(named[1])
        if pair is None:
            return None
        macro, symbol = pair[0], FENCES[pair[1]]
        if macro == "left":
            inner = joined(self.row())
            closing = sized(self.take())
            return Atom(surrounded(inner, symbol, FENCES[closing[1]] if closing else ""), "fence")
        form = {"l": ' form="prefix"', "r": ' form="postfix"'}.get(macro[-1], "")
        size = BIG[macro.rstrip("lr") if form else macro]
        kind = {"l": "open", "r": "close"}.get(macro[-1], "ord")
        return Atom(operator(symbol, f'stretchy="true" minsize="{size}" maxsize="{size}" {_NO_SPACE}{form}'), kind)

    def table(self, name: str) -> Atom:
        columns = self.columns() if name == "array" else ["left"] * 2 if name == "cases" else []
        rows = [[self.cell()]]
        while self.peek() in ("&", "\\\\"):
            if self.take() == "&":
                rows[-1].append(self.cell())
            else:
                rows.append([self.cell()])
        self.take()
        if rows[-1] == [""] and len(rows) > 1:
            rows.pop()
        lines = "".join(f"<mtr>{''.join(cells(row, columns))}</mtr>" for row in rows)
        return Atom(surrounded(f"<mtable>{lines}</mtable>", *SURROUNDED[name]), "fence")

    def cell(self) -> str:
        return joined(self.row("&", "\\\\"))

    def columns(self) -> list[str]:
        """Return the alignment of each column, with a bar before it where a line is to be drawn."""
        self.take()
        columns, line = [], ""
        while (token := self.take()) != "}":
            if token == "|":
                line = "|"
            else:
                columns.append(line + {"l": "left", "c": "", "r": "right"}[token])
                line = ""
        return columns

    def scripts(self, base: Atom) -> Atom:
        """Return an atom with what follows below and above it."""
        below, above, primes = "", [], 0
        while (token := self.peek()) in ("^", "_", "'"):
            self.take()
            if token == "'":
                primes += 1
            elif token == "_":
                below = self.argument()
            else:
                above.append(Atom(self.argument()))
        if primes:
            above.insert(0, Atom(f"<mo>{_PRIMES.get(primes, '′' * primes)}</mo>"))
        return scripted(base, below, one(above) if above else "")


def _in_style(atoms: list[Atom], style: str) -> list[Atom]:
    if not style or not atoms:
        return atoms
    return [Atom(f'<mstyle displaystyle="{_STYLES[style]}" scriptlevel="0">{joined(atoms)}</mstyle>')]


def _closes(token: str) -> bool:
    return token == "}" or (sized(token) or environment(token) or ("",))[0] in ("right", "end")
