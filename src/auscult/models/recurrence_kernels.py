"""The recurrence fused over gates and time, forward and backward, in compiled code.

A fit's cases are cut into tiles of ``LANES``; its tiles into ``parts`` runs, whose weight gradients
are summed in order. A tile goes through all its time steps before the next one starts, so that the
weights and the state stay in the core's cache. Kernels run without the interpreter's lock on items
``fit · parts + part`` and share nothing that is written.
"""

from __future__ import annotations

import numpy as np

from auscult.models.recurrence_cells import (
    GRU,
    LSTM,
    RNN,
    gru_backward,
    gru_forward,
    lstm_backward,
    lstm_forward,
    rnn_backward,
    rnn_forward,
)
from auscult.models.recurrence_simd import LANES, add_product, jit

@jit
def _blocks(cell):  # type: ignore[no-untyped-def]
    """Blocks of a step that the backward pass needs, ``recurrence_cells.BLOCKS``."""
    return 1 if cell == RNN else (4 if cell == GRU else 5)


@jit
def _slopes(cell):  # type: ignore[no-untyped-def]
    """Blocks whose slopes the backward pass computes."""
    return 1 if cell == RNN else 4


@jit
def _sum_biases(cell, b_ih, b_hh, hidden, bias):  # type: ignore[no-untyped-def]
    """One bias a row; the recurrent bias of a GRU's candidate has a block of its own."""
    for j in range(b_ih.size):
        bias[j] = b_ih[j] + b_hh[j]
    if cell == GRU:
        for j in range(2 * hidden, 3 * hidden):
            bias[j] = b_ih[j]
            bias[j + hidden] = b_hh[j]


@jit
def _to_lanes(source, first, cases, t, n, tile):  # type: ignore[no-untyped-def]
    """``tile[k, lane] = source[first + lane, t, k]``; lanes without a case stay as they are."""
    for lane in range(cases):
        for k in range(n):
            tile[k * LANES + lane] = source[first + lane, t, k]


@jit
def _from_lanes(tile, first, cases, t, n, target):  # type: ignore[no-untyped-def]
    for lane in range(cases):
        for k in range(n):
            target[first + lane, t, k] = tile[k * LANES + lane]


@jit
def _gate_arguments(cell, t, w_ih, w_hh, bias, x, h, z, n_in, hidden):  # type: ignore[no-untyped-def]
    """``z = W_ih x + W_hh h + b``, row by row of the weights."""
    rows = w_ih.size // n_in
    for j in range(bias.size):
        for lane in range(LANES):
            z[j * LANES + lane] = bias[j]
    add_product(rows, n_in, w_ih, 0, n_in, 1, x, 0, LANES, z, 0, LANES)
    if t == 0:
        return
    plain = 2 * hidden if cell == GRU else rows
    add_product(plain, hidden, w_hh, 0, hidden, 1, h, 0, LANES, z, 0, LANES)
    if cell == GRU:
        u0 = 3 * hidden * LANES
        add_product(hidden, hidden, w_hh, plain * hidden, hidden, 1, h, 0, LANES, z, u0, LANES)


@jit
def forward(  # type: ignore[no-untyped-def]
    cell, rectified, first, last, parts, x, w_ih, w_hh, b_ih, b_hh, y, saved
):
    """Items ``first`` to ``last``: fills ``y`` and, unless it is empty, ``saved``."""
    _, batch, steps, n_in = x.shape
    hidden = y.shape[3]
    tiles = (batch + LANES - 1) // LANES
    n = hidden * LANES
    size = _blocks(cell) * n
    z = saved if saved.size else np.empty(size, x.dtype)
    stride = size if saved.size else 0
    xt = np.zeros(n_in * LANES, x.dtype)
    h = np.empty(n, x.dtype)
    c = np.empty(n, x.dtype)
    bias = np.empty((1 if cell == RNN else 4) * hidden, x.dtype)
    for item in range(first, last):
        fit, part = item // parts, item % parts
        wi, wh = w_ih[fit].ravel(), w_hh[fit].ravel()
        _sum_biases(cell, b_ih[fit], b_hh[fit], hidden, bias)
        for tile in range(part * tiles // parts, (part + 1) * tiles // parts):
            case = tile * LANES
            cases = min(LANES, batch - case)
            h[:] = 0
            c[:] = 0
            for t in range(steps):
                z0 = ((fit * tiles + tile) * steps + t) * stride
                zt = z[z0 : z0 + size]
                _to_lanes(x[fit], case, cases, t, n_in, xt)
                _gate_arguments(cell, t, wi, wh, bias, xt, h, zt, n_in, hidden)
                if cell == LSTM:
                    lstm_forward(rectified, zt, c, h)
                elif cell == GRU:
                    gru_forward(rectified, zt, h)
                else:
                    rnn_forward(rectified, zt, h)
                _from_lanes(h, case, cases, t, hidden, y[fit])


@jit
def _fill_rows(source, first, cases, t, n, rows, r0, width):  # type: ignore[no-untyped-def]
    """``rows[lane, r0 + k] = source[first + lane, t, k]``."""
    for lane in range(cases):
        for k in range(n):
            rows[lane * width + r0 + k] = source[first + lane, t, k]


@jit
def _clear_rows(rows, r0, width):  # type: ignore[no-untyped-def]
    for lane in range(LANES):
        rows[lane * width + r0 : (lane + 1) * width] = 0


@jit
def _add_weight_slopes(cell, t, dz, xh, width, n_in, hidden, dw):  # type: ignore[no-untyped-def]
    """``dW += dz · [x; h]ᵀ``, a vector of columns at a time."""
    columns = n_in + (hidden if t > 0 else 0)
    rows = (1 if cell == RNN else 4) * hidden
    for column in range(0, columns, LANES):
        low, high = 0, rows
        if cell == GRU and column >= n_in:  # n has no recurrent weights, u no others
            add_product(2 * hidden, LANES, dz, 0, LANES, 1, xh, column, width, dw, column, width)
            low = 3 * hidden
        elif cell == GRU and column + LANES <= n_in:
            high = 3 * hidden
        add_product(
            high - low, LANES, dz, low * LANES, LANES, 1, xh, column, width,
            dw, low * width + column, width,
        )


@jit
def _state_slopes(cell, w_hh, dz, dh, hidden):  # type: ignore[no-untyped-def]
    """``dh += W_hhᵀ dz``."""
    rows = w_hh.size // hidden
    plain = 2 * hidden if cell == GRU else rows
    add_product(hidden, plain, w_hh, 0, 1, hidden, dz, 0, LANES, dh, 0, LANES)
    if cell == GRU:
        u0 = 3 * hidden * LANES
        add_product(
            hidden, hidden, w_hh, plain * hidden, 1, hidden, dz, u0, LANES, dh, 0, LANES
        )


@jit
def _hand_over(cell, dw, db, width, n_in, hidden, add, dw_ih, dw_hh, db_ih, db_hh):  # type: ignore[no-untyped-def]
    """The sums of a part into its gradients."""
    rows = dw_ih.shape[0]
    for j in range(rows):
        own = j + hidden if cell == GRU and j >= 2 * hidden else j
        total_ih, total_hh = dw.dtype.type(0), dw.dtype.type(0)
        for lane in range(LANES):
            total_ih += db[j * LANES + lane]
            total_hh += db[own * LANES + lane]
        if add:
            db_ih[j] += total_ih
            db_hh[j] += total_hh
            for k in range(n_in):
                dw_ih[j, k] += dw[j * width + k]
            for k in range(hidden):
                dw_hh[j, k] += dw[own * width + n_in + k]
        else:
            db_ih[j] = total_ih
            db_hh[j] = total_hh
            for k in range(n_in):
                dw_ih[j, k] = dw[j * width + k]
            for k in range(hidden):
                dw_hh[j, k] = dw[own * width + n_in + k]


@jit
def backward(  # type: ignore[no-untyped-def]
    cell, rectified, first, last, parts, together, x, w_ih, w_hh, y, saved, dy,
    dx, dw_ih, dw_hh, db_ih, db_hh,
):
    """Items ``first`` to ``last``: fills ``dx`` and the weights' gradients, unless empty.

    With ``together`` the gradients have one slot a fit, and this call must own whole fits;
    otherwise they have one slot an item.
    """
    _, batch, steps, n_in = x.shape
    hidden = y.shape[3]
    tiles = (batch + LANES - 1) // LANES
    n = hidden * LANES
    rows = (1 if cell == RNN else 4) * hidden
    size = _blocks(cell) * n
    width = (n_in + hidden + LANES - 1) // LANES * LANES
    dh, dc, spare = np.empty(n, x.dtype), np.empty(n, x.dtype), np.empty(n, x.dtype)
    nothing = np.zeros(n, x.dtype)
    before = np.zeros(n, x.dtype)
    dz = np.empty(rows * LANES, x.dtype)
    dxt = np.empty(n_in * LANES, x.dtype)
    xh = np.zeros(LANES * width, x.dtype)
    dw = np.empty(rows * width if dw_ih.size else 0, x.dtype)
    db = np.empty(rows * LANES, x.dtype)
    for item in range(first, last):
        fit, part = item // parts, item % parts
        wi, wh = w_ih[fit].ravel(), w_hh[fit].ravel()
        dw[:] = 0
        db[:] = 0
        for tile in range(part * tiles // parts, (part + 1) * tiles // parts):
            case = tile * LANES
            cases = min(LANES, batch - case)
            if cases < LANES:
                xh[:] = 0
                before[:] = 0
            dh[:] = 0
            dc[:] = 0
            for t in range(steps - 1, -1, -1):
                z0 = ((fit * tiles + tile) * steps + t) * size
                zt = saved[z0 : z0 + size]
                for lane in range(cases):
                    for k in range(hidden):
                        dh[k * LANES + lane] += dy[fit, case + lane, t, k]
                if cell == LSTM:
                    c = saved[z0 - n : z0] if t > 0 else nothing
                    lstm_backward(rectified, zt, c, dh, dc, dz, spare)
                    dh[:] = 0
                elif cell == GRU:
                    if t > 0:
                        _to_lanes(y[fit], case, cases, t - 1, hidden, before)
                    gru_backward(rectified, zt, before if t > 0 else nothing, dh, dz)
                else:
                    rnn_backward(rectified, zt, dh, dz)
                    dh[:] = 0
                if t > 0:
                    _state_slopes(cell, wh, dz, dh, hidden)
                if dw_ih.size:
                    for k in range(rows * LANES):
                        db[k] += dz[k]
                    _fill_rows(x[fit], case, cases, t, n_in, xh, 0, width)
                    if t > 0:
                        _fill_rows(y[fit], case, cases, t - 1, hidden, xh, n_in, width)
                    else:
                        _clear_rows(xh, n_in, width)
                    _add_weight_slopes(cell, t, dz, xh, width, n_in, hidden, dw)
                if dx.size:
                    dxt[:] = 0
                    gates = w_ih.shape[1]
                    add_product(n_in, gates, wi, 0, 1, n_in, dz, 0, LANES, dxt, 0, LANES)
                    _from_lanes(dxt, case, cases, t, n_in, dx[fit])
        if dw_ih.size:
            slot = fit if together else item
            _hand_over(
                cell, dw, db, width, n_in, hidden, together and part > 0,
                dw_ih[slot], dw_hh[slot], db_ih[slot], db_hh[slot],
            )
