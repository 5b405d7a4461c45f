"""Breakages of exported files: what a platform, a text editor or a careless hand does to them between two looks.

A file is taken apart into texts, and these into items. How an item begins, where it says its mark and how a package
lists it is all that must be said of a new format: see `SHAPES`.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from checked_harness import Breakage, Caught, Workshop, add

from markscheme.exporters import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Change = Callable[["File"], None]

_QTI_ITEM = re.compile(r'<(?P<tag>(?:qti-)?assessment-?[iI]tem) .*?identifier="(?P<id>[^"]*)".*?</(?P=tag)>', re.DOTALL)
_MOODLE_ITEM = re.compile(
    r'<question type="(?!category).*?<idnumber>(?P<id>[^<]*)</idnumber>.*?</question>\n', re.DOTALL
)
_OLD_ITEM = re.compile(r'<item ident="(?P<id>[^"]*)".*?</item>\n', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a format writes items.

    Attributes
    ----------
    item
        An item, with its id as a group.
    mark
        What stands before an item's mark.
    tag
        What stands before the digest of an item's content.
    field
        A place in a stem where a number is typed.
    listed
        Where else a package lists an item, with ``{id}`` in the place of its id; it is taken out with the item.
    """

    item: re.Pattern[str]
    mark: str
    tag: str
    field: str
    listed: tuple[str, ...] = ()


_QTI = Shape(
    item=_QTI_ITEM,
    mark=r'identifier="SCORE"[^>]*(?:normalMaximum|normal-maximum)="',
    tag='label="ms:',
    field="<(?:qti-)?text-?[eE]ntry-?[iI]nteraction [^>]*?/>",
    listed=(
        r'<resource identifier="item-{id}".*?</resource>',
        r'<dependency identifierref="item-{id}"/>',
        r'<(?P<ref>(?:qti-)?assessment-?[iI]tem-?[rR]ef) identifier="ref-{id}".*?</(?P=ref)>',
    ),
)
SHAPES = {
    "moodle": Shape(
        item=re.compile(
            r'<question type="(?!category).*?<idnumber>(?P<id>[^<]*)</idnumber>.*?</question>\n', re.DOTALL
        ),
        mark="<defaultgrade>",
        tag=r"<text><!\[CDATA\[ms:",
        field=r"\{[0-9]+:NM:[^}]*\}",
    ),
    "qti12": Shape(
        item=_OLD_ITEM,
        mark=r'vartype="Decimal" defaultval="0" maxvalue="',
        tag="digest</fieldlabel><fieldentry>",
        field="<response_num .*?</response_num>",
    ),
    "canvas": Shape(
        item=_OLD_ITEM,
        mark="points_possible</fieldlabel><fieldentry>",
        tag="digest</fieldlabel><fieldentry>",
        field=r"\[[a-z]+-[0-9]+\]",
    ),
    "qti21": _QTI,
    "qti22": _QTI,
    "qti30": _QTI,
}
SHAPES["canvas-cartridge"] = SHAPES["canvas"]


class File:
    """An exported file, taken apart.

    Attributes
    ----------
    texts
        The texts of the file by their names in a package; of a file that is no package, one without a name.
    others
        The other members, such as pictures.
    """

    def __init__(self, data: bytes, form: str) -> None:
        self.shape = SHAPES[form]
        self.texts: dict[str, str] = {}
        self.others: dict[str, bytes] = {}
        self.is_package = zipfile.is_zipfile(BytesIO(data))
        if not self.is_package:
            self.texts[""] = data.decode()
            return
        with zipfile.ZipFile(BytesIO(data)) as archive:
            for name in archive.namelist():
                if name.endswith(".png"):
                    self.others[name] = archive.read(name)
                else:
                    self.texts[name] = archive.read(name).decode()

    def whole(self) -> bytes:
        """Return the file."""
        if not self.is_package:
            return self.texts[""].encode()
        data = BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            for name, content in (self.texts | self.others).items():
                archive.writestr(name, content)
        return data.getvalue()

    def items(self) -> list[re.Match[str]]:
        """Return the items, in the order of the file."""
        return [found for text in self.texts.values() for found in self.shape.item.finditer(text)]

    def replace(self, old: str, new: str) -> None:
        """Replace a text, wherever it stands."""
        assert any(old in text for text in self.texts.values()), old
        self.texts = {name: text.replace(old, new) for name, text in self.texts.items()}

    def edit(self, old: str, new: str, count: int = 0) -> None:
        """Replace a pattern in the first item."""
        item = self.items()[0][0]
        edited = re.sub(old, new, item, count=count, flags=re.DOTALL)
        assert edited != item, f"the item does not hold '{old}'"
        self.replace(item, edited)

    def every(self, pattern: str) -> list[str]:
        """Return what matches a pattern anywhere, each once."""
        return list(
            dict.fromkeys(one[0] for text in self.texts.values() for one in re.finditer(pattern, text, re.DOTALL))
        )


def deleted(file: File) -> None:
    item = file.items()[0]
    for pattern in file.shape.listed:
        for listed in file.every(pattern.format(id=re.escape(item["id"]))):
            file.replace(listed, "")
    file.replace(item[0], "")
    file.texts = {name: text for name, text in file.texts.items() if "<" in text.partition("?>")[2] or "<" not in text}


def doubled(file: File) -> None:
    item = file.items()[0]
    name = next(name for name, text in file.texts.items() if item[0] in text)
    if not file.shape.listed:
        file.replace(item[0], item[0] * 2)
        return
    (resource,) = file.every(file.shape.listed[0].format(id=re.escape(item["id"])))
    file.texts["items/copy.xml"] = file.texts[name]
    copy = resource.replace(f'identifier="item-{item["id"]}"', 'identifier="item-copy"').replace(name, "items/copy.xml")
    file.replace(resource, resource + copy)


def renamed(file: File) -> None:
    item = file.items()[0]
    name = item["id"]
    file.replace(item[0], item[0].replace(name, name.rpartition(".")[0] + ".0"))


def exchanged(file: File) -> None:
    one, other = (item["id"] for item in file.items()[:2])
    first, second = (item[0] for item in file.items()[:2])
    file.replace(first, "«first»")
    file.replace(second, first.replace(one, other))
    file.replace("«first»", second.replace(other, one))


def untagged(file: File) -> None:
    file.edit(f"({file.shape.tag})[0-9a-f]{{16}}", r"\1")
    file.edit("How many multiplications", "How many additions")


def pictures_exchanged(file: File) -> None:
    if file.is_package:
        (one, first), (other, second) = list(file.others.items())[:2]
        file.others |= {one: second, other: first}
        return
    first, second = file.every(r'(?<=encoding="base64">)[^<]*')[:2]
    file.replace(first, "«first»")
    file.replace(second, first)
    file.replace("«first»", second)


def picture_lost(file: File) -> None:
    if file.is_package:
        del file.others[next(iter(file.others))]
    else:
        file.edit("<file .*?</file>", "")


def item_lost(file: File) -> None:
    del file.texts[next(name for name in file.texts if name.startswith("items/"))]


def options_exchanged(file: File) -> None:
    one, other = "Yes, provided that the convolution has enough", "No, because the patterns have equally many"
    item = file.items()[0][0]
    swapped = item.replace(one, "«one»").replace(other, one).replace("«one»", other)
    assert swapped != item
    file.replace(item, swapped)


def misspelled(file: File) -> None:
    is_new = "<qti-" in file.items()[0][0]
    file.edit(*(("qti-simple-choice", "simpleChoice") if is_new else ("simpleChoice", "qti-simple-choice")))


def _of_file(question: str, change: Change) -> Callable[[Workshop, str], Caught]:
    def run(workshop: Workshop, form: str) -> Caught:
        workshop.bank(question)
        path = workshop.export(form)
        file = File(path.read_bytes(), form)
        change(file)
        path.write_bytes(file.whole())
        return workshop.verify(path, form)

    return run


class Edited:
    """A format whose files are edited before they are read."""

    def __init__(self, form: Any, change: Change) -> None:
        self.form = form
        self.change = change

    def __getattr__(self, name: str) -> Any:
        return getattr(self.form, name)

    def read(self, data: bytes, name: str) -> Iterator[Any]:
        file = File(data, self.form.name)
        self.change(file)
        return self.form.read(file.whole(), name)


def _written(question: str, change: Change) -> Callable[[Workshop, str], Caught]:
    """Return a breakage of what a writer writes, as `validate` meets it."""

    def run(workshop: Workshop, form: str) -> Caught:
        workshop.bank(question)
        workshop.patch.setattr(FORMATS, "_things", {form: Edited(FORMATS.get(form), change)})
        return workshop.validate(2)

    return run


def cut_short(workshop: Workshop, form: str) -> Caught:
    workshop.bank("conv-multiplications")
    path = workshop.export(form)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    return workshop.verify(path, form)


_LAYER = "conv-multiplications"
_CANVAS = ("canvas", "canvas-cartridge")
_QTI2 = ("qti21", "qti22", "qti30")

_SLIPS: tuple[tuple[str, str, str, str, Change], ...] = (
    ("item deleted", "a variant is missing", _LAYER, "X904", deleted),
    ("item twice", "a variant stands twice", _LAYER, "X905", doubled),
    ("id of no export", "an id names a draw that there cannot be", _LAYER, "X901", renamed),
    ("ids exchanged", "two variants have each other's ids", _LAYER, "X903", exchanged),
    (
        "stem edited", "a word of a stem is another",
        _LAYER, "X902", lambda file: file.edit("How many multiplications", "How many additions"),
    ),
    (
        "number edited", "the key is another number",
        _LAYER, "X902", lambda file: file.edit(r"(?<![\d.])3920(?![\d])", "3921"),
    ),
    (
        "feedback edited", "a mistake is told something else",
        _LAYER, "X902", lambda file: file.edit("This counts one filter", "This counts two filters"),
    ),
    (
        "solution edited", "the worked solution has another number of products",
        _LAYER, "X902", lambda file: file.edit("With 2 filters", "With 3 filters"),
    ),
    (
        "mark edited", "a question is worth more",
        _LAYER, "X902", lambda file: file.edit(f"({file.shape.mark})4", r"\g<1>5"),
    ),
    ("tag gone", "an item is edited, and the digest of its content is gone", _LAYER, "X906", untagged),
    ("pictures exchanged", "two variants have each other's pictures", "dag-independence", "X902", pictures_exchanged),
    ("picture lost", "a picture file is missing", "dag-independence", "X902", picture_lost),
    (
        "options exchanged in the file", "options have each other's beginning",
        "shift-orbit-separability", "X902", options_exchanged,
    ),
)  # fmt: skip

_WRITTEN: tuple[tuple[str, str, str, str, tuple[str, ...], Change], ...] = (
    (
        "field lost", "a stem has no place for a number; in Canvas it is a blank",
        "parameter-counts", "X713", FORMATS.names(), lambda file: file.edit(file.shape.field, "", 1),
    ),
    (
        "figure not stored", "a picture file is not in the package",
        "dag-independence", "X712", FORMATS.names(), picture_lost,
    ),
    (
        "fraction off the list", "a right answer earns 98 %, a fraction that Moodle refuses",
        _LAYER, "X712", ("moodle",), lambda file: file.edit('fraction="100"', 'fraction="98"'),
    ),
    (
        "manifest forgotten", "a package has no manifest, and New Quizzes refuses it",
        _LAYER, "X731", _CANVAS, lambda file: file.texts.pop("imsmanifest.xml"),
    ),
    (
        "rule of scoring lost", "the rule that adds up the marks is left out",
        _LAYER, "X713", _QTI2,
        lambda file: file.edit('<(?P<t>(?:qti-)?set-?[oO]utcome-?[vV]alue) identifier="SCORE">.*?</(?P=t)>', ""),
    ),
    (
        "names of another version", "an option of an item is spelled as QTI of another version does",
        "shift-orbit-separability", "X712", _QTI2, misspelled,
    ),
    (
        "second if", "each recognised mistake is looked at by itself, and not only where none before it was made",
        _LAYER, "X712", _QTI2, lambda file: file.edit("(?P<t>[rR]esponse-?)(?:ElseIf|else-if)", r"\g<t>if"),
    ),
    (
        "one pair only", "students may make one pair, as nothing says how many",
        "vae-vs-gan", "X713", _QTI2, lambda file: file.edit(' (?:maxAssociations|max-associations)="[0-9]+"', ""),
    ),
    (
        "verdict never given", "no rule says whether the answer is right",
        _LAYER, "X712", _QTI2,
        lambda file: file.edit('<(?P<t>(?:qti-)?set-?[oO]utcome-?[vV]alue) identifier="VERDICT">.*?</(?P=t)>', ""),
    ),
    (
        "type cut", "the name of a question type lacks its last letter",
        "shift-orbit-separability", "X724", _CANVAS,
        lambda file: file.edit("multiple_choice_question", "multiple_choice_questio"),
    ),
    (
        "neither yes nor no", "a condition does not say whether others follow",
        _LAYER, "X732", (*_CANVAS, "qti12"), lambda file: file.edit('continue="[A-Za-z]+"', 'continue=""'),
    ),
    (
        "reference to nothing", "the reference to the worked solution leads to no feedback",
        _LAYER, "X730", (*_CANVAS, "qti12"), lambda file: file.edit('linkrefid="general_fb"', 'linkrefid="general"'),
    ),
    (
        "no cartridge", "a course package does not list the file by which Canvas knows it",
        _LAYER, "X731", ("canvas-cartridge",),
        lambda file: file.replace('<file href="course_settings/canvas_export.txt"/>', ""),
    ),
    (
        "address without its root", "pictures of a cartridge are looked for beside the questions",
        "dag-independence", "X725", ("canvas-cartridge",), lambda file: file.replace("$IMS-CC-FILEBASE$/", ""),
    ),
    (
        "digest of another item", "the digest of the content is not that of the variant",
        _LAYER, "X712", FORMATS.names(),
        lambda file: file.edit(f"({file.shape.tag})[0-9a-f]{{16}}", r"\g<1>0123456789abcdef"),
    ),
    (
        "another title", "the name of an item begins with another letter",
        _LAYER, "X712", FORMATS.names(),
        lambda file: file.edit('((?:<item|[iI]tem) [^>]*?title="|<name><text>(?:<!.CDATA.)?)[A-Z]', r"\1_"),
    ),
)  # fmt: skip

_OTHER_CODES = {
    "picture lost": dict.fromkeys(_QTI2, "X703"),
    "figure not stored": dict.fromkeys(_QTI2, "X711"),
}

for _name, _what, _question, _code, _change in _SLIPS:
    add(
        Breakage(
            name=_name, part="Files", what=_what, question=_question, command="verify", code=_code,
            formats=FORMATS.names(), other_codes=_OTHER_CODES.get(_name, {}), run=_of_file(_question, _change),
        )
    )  # fmt: skip

add(
    Breakage(
        name="file cut short", part="Files", what="half of the file is missing", question=_LAYER, command="verify",
        code="X704", formats=FORMATS.names(), other_codes={"moodle": "X701"}, run=cut_short,
    )
)  # fmt: skip
add(
    Breakage(
        name="item without its file", part="Files", what="a package lists an item whose file is missing",
        question=_LAYER, command="verify", code="X703", formats=_QTI2, run=_of_file(_LAYER, item_lost),
    )
)  # fmt: skip
add(
    Breakage(
        name="manifest lost", part="Files", what="a package has no list of its files", question=_LAYER,
        command="verify", code="X703", formats=_QTI2,
        run=_of_file(_LAYER, lambda file: file.texts.pop("imsmanifest.xml")),
    )
)  # fmt: skip
for _name, _what, _question, _code, _formats, _change in _WRITTEN:
    add(
        Breakage(
            name=_name, part="What writers write", what=_what, question=_question, command="validate", code=_code,
            formats=_formats, other_codes=_OTHER_CODES.get(_name, {}), run=_written(_question, _change),
        )
    )  # fmt: skip
