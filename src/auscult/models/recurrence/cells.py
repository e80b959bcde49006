# mypy: allow-untyped-defs
"""The element-wise halves of the recurrent cells, forward and backward, on one tile.

A tile of a step holds blocks of ``n = H · LANES`` numbers behind each other: the gates after
their curve, and what else the backward pass needs. Blocks of a cell:

========  ==========================================================
``rnn``   h
``gru``   r, g, n, u (g is the update gate, u the recurrent part of n)
``lstm``  i, f, g, o, c
========  ==========================================================

The equations stand in :mod:`auscult.models.recurrence.equations`. LLVM vectorises a loop only where
it can check that its arrays do not overlap: hence few arrays a loop, and no array passed twice.
"""

from __future__ import annotations

from auscult.models.recurrence.code import jit
from auscult.models.recurrence.curves import relu, sigmoid, tanh

RNN, GRU, LSTM = 0, 1, 2
CELLS = {"rnn": RNN, "gru": GRU, "lstm": LSTM}
BLOCKS = {"rnn": 1, "gru": 4, "lstm": 5}


@jit
def curve(rectified, z):
    """``z = act(z)``."""
    if rectified:
        for k in range(z.size):
            z[k] = relu(z[k])
    else:
        for k in range(z.size):
            z[k] = tanh(z[k])


@jit
def times_slope(rectified, y, d):
    """``d ⊙= act'(a)``, told from ``y = act(a)``."""
    if rectified:
        for k in range(d.size):
            d[k] = d[k] if y[k] > 0 else 0
    else:
        for k in range(d.size):
            d[k] -= d[k] * y[k] * y[k]


@jit
def gate(z):
    """``z = σ(z)``."""
    for k in range(z.size):
        z[k] = sigmoid(z[k])


@jit
def gate_slope(d, other, s, dz):
    """``dz = d ⊙ other ⊙ s ⊙ (1 - s)``, what reaches a gate ``s`` that multiplied ``other``."""
    for k in range(dz.size):
        gated = d[k] * other[k] * s[k]
        dz[k] = gated - gated * s[k]


@jit
def multiply(a, b, out):
    for k in range(out.size):
        out[k] = a[k] * b[k]


@jit
def scale(by, out):
    for k in range(out.size):
        out[k] *= by[k]


@jit
def copy(a, out):
    for k in range(out.size):
        out[k] = a[k]


@jit
def add(a, out):
    for k in range(out.size):
        out[k] += a[k]


@jit
def lstm_forward(rectified, z, c, h):
    """Gates in ``z`` from their arguments; ``c`` and ``h`` one step on; c kept in ``z``."""
    n = h.size
    i, f, g, o, kept = z[:n], z[n : 2 * n], z[2 * n : 3 * n], z[3 * n : 4 * n], z[4 * n :]
    gate(z[: 2 * n])
    curve(rectified, g)
    gate(o)
    for k in range(n):
        c[k] = f[k] * c[k] + i[k] * g[k]
    copy(c, kept)
    copy(c, h)
    curve(rectified, h)
    scale(o, h)


@jit
def lstm_backward(rectified, z, before, dh, dc, dz, spare):
    """``dz`` of the four gates; ``dc`` one step back. ``before`` is c of the step before."""
    n = dh.size
    i, f, g, o, c = z[:n], z[n : 2 * n], z[2 * n : 3 * n], z[3 * n : 4 * n], z[4 * n :]
    di, df, dg, do = dz[:n], dz[n : 2 * n], dz[2 * n : 3 * n], dz[3 * n :]
    copy(c, spare)
    curve(rectified, spare)
    gate_slope(dh, spare, o, do)
    scale(o, dh)
    times_slope(rectified, spare, dh)
    add(dh, dc)
    gate_slope(dc, g, i, di)
    gate_slope(dc, before, f, df)
    multiply(dc, i, dg)
    times_slope(rectified, g, dg)
    scale(f, dc)


@jit
def gru_forward(rectified, z, h):
    """Gates in ``z`` from their arguments; ``h`` one step on."""
    n = h.size
    r, g, new, u = z[:n], z[n : 2 * n], z[2 * n : 3 * n], z[3 * n :]
    gate(z[: 2 * n])
    for k in range(n):
        new[k] += r[k] * u[k]
    curve(rectified, new)
    for k in range(n):
        h[k] = new[k] + g[k] * (h[k] - new[k])


@jit
def gru_backward(rectified, z, before, dh, dz):
    """``dz`` of r, g, n, u; ``dh`` becomes its direct part one step back."""
    n = dh.size
    r, g, new, u = z[:n], z[n : 2 * n], z[2 * n : 3 * n], z[3 * n :]
    dr, dg, dn, du = dz[:n], dz[n : 2 * n], dz[2 * n : 3 * n], dz[3 * n :]
    for k in range(n):
        dn[k] = dh[k] - dh[k] * g[k]
    times_slope(rectified, new, dn)
    for k in range(n):
        du[k] = before[k] - new[k]
    gate_slope(dh, du, g, dg)
    gate_slope(dn, u, r, dr)
    multiply(dn, r, du)
    scale(g, dh)


@jit
def rnn_forward(rectified, z, h):
    curve(rectified, z)
    copy(z, h)


@jit
def rnn_backward(rectified, z, dh, dz):
    copy(dh, dz)
    times_slope(rectified, z, dz)


@jit
def cell_forward(cell, rectified, z, c, h):
    """One step: gates and state from the gates' arguments in ``z``."""
    if cell == LSTM:
        lstm_forward(rectified, z, c, h)
    elif cell == GRU:
        gru_forward(rectified, z, h)
    else:
        rnn_forward(rectified, z, h)


@jit
def cell_backward(cell, rectified, z, c_before, h_before, dh, dc, dz, spare):
    """One step back: ``dz``; ``dh`` keeps what reaches the state before without the weights."""
    if cell == LSTM:
        lstm_backward(rectified, z, c_before, dh, dc, dz, spare)
        dh[:] = 0
    elif cell == GRU:
        gru_backward(rectified, z, h_before, dh, dz)
    else:
        rnn_backward(rectified, z, dh, dz)
        dh[:] = 0
