"""The floor: what variants of conv2d-output cost with nothing between numpy and the file.

The same draws, the same arithmetic, the same XML, written down for this one question by hand. Nothing is parsed,
checked or general. usage: floor.py COUNT FILE
"""

import sys
from hashlib import blake2b, shake_128

import numpy as np

PART = "$course$/top/Deep learning/1 Convolutional networks and their training"
PLACES = {
    PART: "100 marks.",
    f"{PART}/1.a Convolutions, activations and pooling": "40 marks.",
    f"{PART}/1.a Convolutions, activations and pooling/1.a.i Output of a two-dimensional convolution (conv2d-output)": (
        "Variants of the question conv2d-output of the bank deep-learning."
    ),
}
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n' + "".join(
    f'<question type="category"><category><text><![CDATA[{place}]]></text></category>'
    f'<info format="html"><text><![CDATA[{words}]]></text></info></question>\n'
    for place, words in PLACES.items()
)
MISTAKES = (
    "This entry belongs to the cross-correlation: the kernel was laid on the input as it is printed. A convolution "
    "rotates it by half a turn first.",
    "The kernel was flipped upside down only. Half a turn flips the rows <strong>and</strong> the columns.",
    "The kernel was mirrored left to right only. Half a turn flips the rows <strong>and</strong> the columns.",
    "This entry comes from the transposed kernel. Half a turn reverses both axes; it does not exchange them.",
)
STYLE = (
    "display:inline-table;vertical-align:middle;border-collapse:separate;border-radius:9px;"
    "border-left:2px solid;border-right:2px solid"
)


def field(text):
    data = text.encode()
    return len(data).to_bytes(4, "little") + data


SEEDED = shake_128(field("deep-learning") + field("2021") + field("conv2d-output"))


def integers(state, name, low, span, shape):
    state = state.copy()
    state.update(field(name))
    count = shape[0] * shape[1]
    words = np.frombuffer(state.digest(8 * count), dtype="<u8")
    high, rest = words >> np.uint64(32), words & np.uint64(0xFFFFFFFF)
    span = np.uint64(span)
    numbers = (high * span + (rest * span >> np.uint64(32))) >> np.uint64(32)
    return numbers.astype(np.int64).reshape(shape) + low


def correlate(x, k):
    rows, columns = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    y = np.zeros((rows, columns), dtype=np.int64)
    for i in range(k.shape[0]):
        for j in range(k.shape[1]):
            y += k[i, j] * x[i : i + rows, j : j + columns]
    return y


def matrix(a):
    rows = " \\\\ ".join([" &amp; ".join([str(entry) for entry in row]) for row in a.tolist()])
    return f"\\begin{{pmatrix}} {rows} \\end{{pmatrix}}"


def products(a, b):
    terms = []
    for left, right in zip(a.ravel().tolist(), b.ravel().tolist(), strict=True):
        first = f"({left})" if left < 0 and terms else str(left)
        terms.append(f"{first} \\cdot {f'({right})' if right < 0 else right}")
    return " + ".join(terms)


def cells(y, wrong, columns):
    written = []
    for i, key in enumerate(y):
        taken = {key}
        parts = [f"={key}:0"]
        for values, feedback in zip(wrong, MISTAKES, strict=False):
            if values[i] not in taken:
                taken.add(values[i])
                parts.append(f"%0%{values[i]}:0#{feedback}")
        written.append(f"<td>{{1:NM:{'~'.join(parts)}}}</td>")
    return "".join([f"<tr>{''.join(written[i : i + columns])}</tr>" for i in range(0, len(written), columns)])


def question(number, x, k, half, y, wrong):
    (h, w), (m, n) = x.shape, k.shape
    name = f"conv2d-output.2021.{number}"
    stem = (
        "<p>Convolve the input \\(X\\) with the kernel \\(K\\). Use stride 1 and no padding. This is a true "
        "<strong>convolution</strong>,\nnot a cross-correlation. There is no bias.</p>\n"
        f"<p>\\[X = {matrix(x)} \\qquad K = {matrix(k)}\\]</p>\n"
        f'<div style="margin-bottom:1em">\\(X * K =\\) <table style="{STYLE}"><tbody>'
        f"{cells(y.ravel().tolist(), wrong, y.shape[1])}</tbody></table></div>"
    )
    worked = (
        "<p>A convolution rotates the kernel by half a turn and slides it over the input:</p>\n"
        f"<p>\\[K' = {matrix(half)}\\]</p>\n"
        "<p>Each entry of the output is the sum of the products of \\(K'\\) with the part of \\(X\\) beneath it. The first "
        f"entry is</p>\n<p>\\[Y_{{11}} = {products(half, x[0:m, 0:n])} = {y[0, 0]}\\]</p>\n"
        "<p>and the one to its right, a step further along,</p>\n"
        f"<p>\\[Y_{{12}} = {products(half, x[0:m, 1 : n + 1])} = {y[0, 1]}.\\]</p>\n"
        f"<p>The kernel has \\({h} - {m} + 1 = {h - m + 1}\\) places from top to bottom and\n"
        f"\\({w} - {n} + 1 = {w - n + 1}\\) from left to right, so that</p>\n<p>\\[Y = {matrix(y)}.\\]</p>"
    )
    digest = blake2b((stem + worked).encode(), digest_size=8).hexdigest()
    tags = "".join(
        [
            f"<tag><text><![CDATA[{tag}]]></text></tag>"
            for tag in (f"ms:{digest}", "deep-learning", "conv2d-output", "convolution")
        ]
    )
    return (
        f'<question type="cloze">\n<name><text><![CDATA[Output of a two-dimensional convolution {name}]]></text></name>\n'
        f'<questiontext format="html"><text><![CDATA[{stem}]]></text></questiontext>\n'
        f'<generalfeedback format="html"><text><![CDATA[{worked}]]></text></generalfeedback>\n'
        "<defaultgrade>4</defaultgrade>\n<penalty>0.3333333</penalty>\n<hidden>0</hidden>\n"
        f"<idnumber>{name}</idnumber>\n<tags>{tags}</tags>\n</question>\n"
    )


def draw(number):
    state = SEEDED.copy()
    state.update(field(str(number)))
    h, w = (int(integers(state, name, 3, 3, (1, 1))[0, 0]) for name in "hw")
    m, n = (int(integers(state, name, 2, 2, (1, 1))[0, 0]) for name in "mn")
    x = integers(state, "x", -3, 7, (h, w))
    k = integers(state, "k", -2, 4, (m, n))
    k = np.where(k >= 0, k + 1, k)
    if not (m < h and n < w and 24 <= (h - m + 1) * (w - n + 1) * m * n <= 54):
        return None
    half = k[::-1, ::-1]
    if any(np.array_equal(k, other) for other in (half, k[::-1], k[:, ::-1], k.T, k.T[::-1, ::-1])):
        return None
    y = correlate(x, half)
    wrong = [correlate(x, other) for other in (k, k[::-1], k[:, ::-1], *([k.T] if m == n else []))]
    every = [y, *wrong]
    if any(np.array_equal(one, two) for i, one in enumerate(every) for two in every[:i]):
        return None
    return x, k, half, y, [one.ravel().tolist() for one in wrong]


def main():
    count, seen, number = int(sys.argv[1]), set(), 0
    with open(sys.argv[2], "w") as file:
        file.write(HEAD)
        while len(seen) < count:
            number += 1
            drawn = draw(number)
            if drawn is None:
                continue
            look = blake2b(drawn[0].tobytes() + drawn[1].tobytes(), digest_size=16).digest()
            if look not in seen:
                seen.add(look)
                file.write(question(number, *drawn))
        file.write("</quiz>\n")


if __name__ == "__main__":
    main()
