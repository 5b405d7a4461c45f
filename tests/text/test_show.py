"""What `show` prints of a variant."""

import pytest

from markscheme.bank.banks import DEFAULT, SHIPPED, read_bank
from markscheme.bank.problems import BankError
from markscheme.bank.show import find_draw, shown


@pytest.fixture(scope="module")
def bank():
    return read_bank(SHIPPED / DEFAULT)


@pytest.mark.parametrize("width", [40, 80, 120])
def test_every_question_is_shown_within_the_width_and_without_any_latex(bank, width):
    for question in bank.questions:
        written = shown(find_draw(bank, question.id, None, None), width)
        head, _, body = written.partition("\n\n")
        assert question.id in head
        assert all(len(line) <= width and line == line.rstrip() for line in body.split("\n"))
        assert written.replace("\n", "").isprintable()
        assert not {"\\", "$", "{{"}.intersection(body)
        for slot, _ in question.answers:
            assert f"[[{slot}]]" in body


def test_variant_id_says_seed_and_draw(bank):
    first = find_draw(bank, "conv2d-output", None, 5)
    assert find_draw(bank, first.id, None, None).values["x"].tolist() == first.values["x"].tolist()
    assert find_draw(bank, "recurrent-spectral-radius.original", None, None).draw == 0


def test_unknown_question_and_missing_original_are_reported(bank):
    with pytest.raises(BankError, match=r"E604 .*conv2d-outptu.*did you mean 'conv2d-output'"):
        find_draw(bank, "conv2d-outptu", None, None)
    with pytest.raises(BankError, match="E523 'conv2d-output' has no original"):
        find_draw(bank, "conv2d-output", 0, None)


def test_unsound_draw_is_reported(bank):
    with pytest.raises(BankError, match=r"E523 draw \d+ is passed over"):
        find_all(bank, "recurrent-spectral-radius", 400)


def find_all(bank, name, count):
    for draw in range(1, count):
        find_draw(bank, name, draw, 1)


def test_key_option_is_marked_behind_its_text(bank):
    written = shown(find_draw(bank, "recurrent-spectral-radius.original", None, None), 80)
    (line,) = [line for line in written.split("\n") if "<- key" in line]
    assert "explodes" in line
