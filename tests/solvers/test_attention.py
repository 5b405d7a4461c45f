"""Attention, against SciPy's softmax and loops that compare one score with the next."""

from __future__ import annotations

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import special

from markscheme.solvers.attention import (
    attention_scores,
    hard_attention,
    one_hot_maxima,
    row_winners,
    smallest_lead,
    soft_attention,
    softmax_rows,
)

# COMP70010 Deep Learning, 23 March 2021, 2.d.i; the scores by hand.
Q = np.array([[-2, 1, 1, -3], [-3, 0, -3, -3]])
K = np.array([[-3, 2, -2, -5], [-3, 4, 1, -4], [-1, 2, 3, -2]])
V = np.array([[-2, -2], [2, 3], [0, 2]])
SCORES = [[21, 23, 13], [30, 18, 0]]


def matrices(rows, columns, least=-9, most=9):
    return arrays.arrays(np.int64, (rows, columns), elements=st.integers(least, most))


@st.composite
def queries_keys_values(draw):
    n, m, d, c = (draw(st.integers(1, 4)) for _ in range(4))
    return draw(matrices(n, d)), draw(matrices(m, d)), draw(matrices(m, c))


def winner_by_looking(q, k):
    """Return the index of the one key with the largest dot product, or None where two share it."""
    scores = [sum(a * b for a, b in zip(q, key, strict=True)) for key in k]
    winners = [j for j, score in enumerate(scores) if all(score > other for i, other in enumerate(scores) if i != j)]
    return winners[0] if winners else None


class TestThePaper:
    def test_the_scores_are_those_worked_out_by_hand(self):
        assert attention_scores(Q, K).tolist() == SCORES

    def test_the_first_query_takes_the_second_value_and_the_second_the_first(self):
        assert hard_attention(Q, K, V).tolist() == [[2, 3], [-2, -2]]

    def test_the_second_query_is_all_but_hard_by_itself(self):
        # e^(15 − 9) : 1 : e^−9, by hand.
        assert softmax_rows(np.array(SCORES) / 2)[1] == pytest.approx([0.99753, 0.00247, 3.1e-7], abs=5e-6)


class TestHard:
    @given(queries_keys_values())
    def test_each_query_takes_the_value_that_looking_at_each_key_finds(self, qkv):
        q, k, v = qkv
        winners = [winner_by_looking(query, k.tolist()) for query in q.tolist()]
        if None in winners:
            with pytest.raises(ValueError, match="is tied"):
                hard_attention(q, k, v)
        else:
            assert hard_attention(q, k, v).tolist() == [v.tolist()[j] for j in winners]

    @given(queries_keys_values())
    def test_it_is_the_limit_of_soft_attention_for_large_queries(self, qkv):
        q, k, v = qkv
        scores = attention_scores(q, k)
        assume(scores.shape[1] == 1 or smallest_lead(scores) > 0)
        np.testing.assert_allclose(soft_attention(1000 * q, k, v), hard_attention(q, k, v), atol=1e-9)

    @given(queries_keys_values(), st.randoms(use_true_random=False))
    def test_the_order_of_the_keys_does_not_matter(self, qkv, random):
        q, k, v = qkv
        scores = attention_scores(q, k)
        assume(scores.shape[1] == 1 or smallest_lead(scores) > 0)
        order = random.sample(range(len(k)), len(k))
        np.testing.assert_array_equal(hard_attention(q, k[order], v[order]), hard_attention(q, k, v))

    @given(queries_keys_values())
    def test_one_hot_rows_times_the_values_are_the_output(self, qkv):
        q, k, v = qkv
        scores = attention_scores(q, k)
        assume(scores.shape[1] == 1 or smallest_lead(scores) > 0)
        chosen = one_hot_maxima(scores)
        assert chosen.sum(axis=1).tolist() == [1] * len(q)
        np.testing.assert_array_equal(chosen @ v, hard_attention(q, k, v))


class TestSoft:
    @given(arrays.arrays(np.float64, (3, 4), elements=st.floats(-1000, 1000)))
    def test_the_weights_are_scipys(self, scores):
        np.testing.assert_allclose(softmax_rows(scores), special.softmax(scores, axis=1), rtol=1e-12)

    @given(queries_keys_values())
    def test_the_output_is_made_of_scipys_weights(self, qkv):
        q, k, v = qkv
        theirs = special.softmax(q @ k.T / q.shape[1] ** 0.5, axis=1) @ v
        np.testing.assert_allclose(soft_attention(q, k, v), theirs, rtol=1e-10, atol=1e-10)

    def test_the_weights_of_integers_far_apart_do_not_overflow(self):
        assert softmax_rows(np.array([[-(2**53), 0, 2**53]])).tolist() == [[0, 0, 1]]


class TestScores:
    @given(queries_keys_values())
    def test_integers_stay_exact_integers(self, qkv):
        q, k, _ = qkv
        scores = attention_scores(q, k)
        assert scores.dtype == np.int64
        np.testing.assert_array_equal(scores, q @ k.T)

    @given(matrices(3, 4))
    def test_the_lead_is_that_of_python_sorting(self, scores):
        leads = [sorted(row)[-1] - sorted(row)[-2] for row in scores.tolist()]
        assert smallest_lead(scores) == min(leads)

    @given(matrices(3, 3))
    def test_winners_stand_where_the_row_has_its_maximum(self, scores):
        assume(smallest_lead(scores) > 0)
        assert row_winners(scores).tolist() == [row.index(max(row)) for row in scores.tolist()]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: attention_scores(Q, V), "queries and keys must be equally long, and these are 2x4 and 3x2"),
        (lambda: attention_scores(np.array([[2**52]]), np.array([[4]])), f"could reach {2**54}"),
        (lambda: hard_attention(Q, K, V[:2]), "there are 3 keys and 2 values"),
        (lambda: soft_attention(Q, K, V[:2]), "there are 3 keys and 2 values"),
        (lambda: row_winners(np.array([[1, 2], [3, 3]])), r"the largest of the scores \[3, 3\] is tied"),
        (lambda: one_hot_maxima(np.array([[3, 3]])), "is tied"),
        (lambda: smallest_lead(np.array([[3]])), "at least two columns, and the scores are 1x1"),
        (lambda: softmax_rows(np.array([[np.inf]])), "finite"),
    ],
)
def test_arguments_without_sense_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
