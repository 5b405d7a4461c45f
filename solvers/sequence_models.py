"""Sizes of LSTM layers, and how often they run over a pair of sequences.

References
----------
.. [1] S. Hochreiter and J. Schmidhuber 1997, "Long short-term memory", Neural Computation 9(8), 1735-1780.
.. [2] F. A. Gers, J. Schmidhuber and F. Cummins 2000, "Learning to forget", Neural Computation 12(10), for the
   forget gate.
.. [3] I. Sutskever, O. Vinyals and Q. V. Le 2014, "Sequence to sequence learning with neural networks",
   arXiv:1409.3215, section 2.
"""

from __future__ import annotations

from markscheme.bank.registry import solver
from markscheme.solvers._arguments import whole


@solver
def lstm_parameters(units: int, inputs: int, biases: int = 1, blocks: int = 4) -> int:
    """Count the parameters of an LSTM layer without peepholes; the length of the sequence plays no part.

    Parameters
    ----------
    units
        The size h of the hidden state and of the cell.
    inputs
        The size d of the input of a step.
    biases
        How many bias vectors each block has: 1 as a rule, 2 in PyTorch, 0 for none.
    blocks
        How many blocks of weights there are: input gate, forget gate, output gate and candidate make 4.

    Returns
    -------
    int
        blocks · (h(h + d) + biases · h).

    Raises
    ------
    ValueError
        If there are no units, inputs or blocks, or the number of biases is negative.

    References
    ----------
    Hochreiter and Schmidhuber 1997 with the forget gate of Gers and others 2000; the formula follows from the shapes.

    Examples
    --------
    >>> lstm_parameters(4, 3), lstm_parameters(4, 3, biases=2)
    (128, 144)
    """
    h, d = whole(units, "the number of units", 1), whole(inputs, "the number of inputs", 1)
    of_a_block = h * (h + d) + whole(biases, "the number of bias vectors", 0) * h
    return whole(blocks, "the number of blocks", 1) * of_a_block


@solver
def decoder_steps(tokens: int, end_token: int = 1) -> int:
    """Count the steps of a decoder that puts out one token a step.

    Parameters
    ----------
    tokens
        The length of the target, without any token for its end.
    end_token
        1 if the decoder ends a sequence by putting out an end token, else 0.

    Returns
    -------
    int
        tokens + end_token. The start token, which is only read, makes no step of its own.

    Raises
    ------
    ValueError
        If there is no token, or `end_token` is negative.

    References
    ----------
    Sutskever and others 2014, arXiv:1409.3215, figure 1: "W X Y Z <EOS>" is put out in five steps.

    Examples
    --------
    >>> decoder_steps(4)
    5
    """
    return whole(tokens, "the length of the target", 1) + whole(end_token, "the number of end tokens", 0)
