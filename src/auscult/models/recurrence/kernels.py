# mypy: allow-untyped-defs
"""The recurrence fused over gates and time, forward and backward, in compiled code.

A fit's cases are cut into tiles of ``LANES``; its tiles into ``parts`` runs, whose weight gradients
are summed in order. A tile goes through all its time steps before the next one starts, so that the
weights and the state stay in the core's cache. Kernels run without the interpreter's lock on items
``fit · parts + part`` and share nothing that is written. Arrays are flat.
"""

from __future__ import annotations

import numpy as np

from auscult.models.recurrence.cells import GRU, RNN, add, cell_backward, cell_forward
from auscult.models.recurrence.code import LANES, jit, jit_on_disk
from auscult.models.recurrence.simd import (
    add_product,
    affine,
    copy_rows,
    from_lanes,
    to_lanes,
)


@jit
def _blocks(cell):
    """Blocks of a step that the backward pass needs, ``cells.BLOCKS``."""
    return 1 if cell == RNN else (4 if cell == GRU else 5)


@jit
def _whole(n):
    """``n`` rounded up to whole vectors."""
    return (n + LANES - 1) // LANES * LANES


@jit
def _vectors(size, like):
    """Room for ``size`` numbers that starts at a cache line, so that no vector lies across two."""
    room = np.zeros(size + LANES, like.dtype)
    start = -(room.ctypes.data // room.itemsize) % LANES
    return room[start : start + size]


@jit
def _tiles(part, parts, batch):
    """First and last tile of a part."""
    tiles = _whole(batch) // LANES
    return part * tiles // parts, (part + 1) * tiles // parts


@jit
def _sum_biases(cell, b_ih, b_hh, hidden, bias):
    """One bias a row; the recurrent bias of a GRU's candidate has a block of its own."""
    for j in range(b_ih.size):
        bias[j] = b_ih[j] + b_hh[j]
    if cell == GRU:
        for j in range(2 * hidden, 3 * hidden):
            bias[j] = b_ih[j]
            bias[j + hidden] = b_hh[j]


@jit
def _arguments(cell, w_ih, w_hh, bias, x, h, z, n_in, hidden, n_h):
    """``z = W_ih x + W_hh h + b``; ``n_h`` is 0 while the state is."""
    if cell != GRU:
        affine(bias.size, bias, 0, w_ih, 0, n_in, x, w_hh, 0, n_h, h, z)
        return
    gates, n = 2 * hidden, hidden * LANES
    affine(gates, bias, 0, w_ih, 0, n_in, x, w_hh, 0, n_h, h, z)
    affine(hidden, bias, gates, w_ih, gates * n_in, n_in, x, w_hh, 0, 0, h, z[2 * n :])
    affine(hidden, bias, 3 * hidden, w_ih, 0, 0, x, w_hh, gates * n_h, n_h, h, z[3 * n :])


@jit_on_disk
def forward(cell, rectified, first, last, parts, shape, x, w_ih, w_hh, b_ih, b_hh, y, saved):
    """Items ``first`` to ``last``: fills ``y`` and, unless it is empty, ``saved``."""
    batch, steps, n_in, hidden, rows = shape
    n, size = hidden * LANES, _blocks(cell) * hidden * LANES
    z = saved if saved.size else _vectors(size, x)
    xt = _vectors(_whole(n_in) * LANES, x)
    ht = _vectors(_whole(hidden) * LANES, x)
    h, c = ht[:n], _vectors(n, x)
    bias = _vectors((1 if cell == RNN else 4) * hidden, x)
    for item in range(first, last):
        fit = item // parts
        wi = w_ih[fit * rows * n_in : (fit + 1) * rows * n_in]
        wh = w_hh[fit * rows * hidden : (fit + 1) * rows * hidden]
        a, b = fit * rows, (fit + 1) * rows
        _sum_biases(cell, b_ih[a:b], b_hh[a:b], hidden, bias)
        low, high = _tiles(item % parts, parts, batch)
        for tile in range(low, high):
            cases = min(LANES, batch - tile * LANES)
            h[:] = 0
            c[:] = 0
            for t in range(steps):
                row = (fit * batch + tile * LANES) * steps + t
                step = (fit * (_whole(batch) // LANES) + tile) * steps + t
                z0 = step * size if saved.size else 0
                zt = z[z0 : z0 + size]
                to_lanes(x, row * n_in, steps * n_in, cases, n_in, xt)
                _arguments(cell, wi, wh, bias, xt, h, zt, n_in, hidden, hidden if t > 0 else 0)
                cell_forward(cell, rectified, zt, c, h)
                from_lanes(ht, y, row * hidden, steps * hidden, cases, hidden)


@jit
def _add_weight_slopes(cell, dz, xh, pitch, width, n_in, hidden, n_h, dw):
    """``dW += dz · [x; h]ᵀ``, a vector of columns at a time."""
    rows = dz.size // LANES
    for column in range(0, n_in + n_h, LANES):
        low, high = 0, rows
        if cell == GRU and column >= n_in:  # n has no recurrent weights, u no others
            add_product(2 * hidden, LANES, dz, 0, LANES, 1, xh, column, pitch, dw, column, width)
            low = 3 * hidden
        elif cell == GRU and column + LANES <= n_in:
            high = 3 * hidden
        d0, w0 = low * LANES, low * width + column
        add_product(high - low, LANES, dz, d0, LANES, 1, xh, column, pitch, dw, w0, width)


@jit
def _add_state_slopes(cell, w_hh, dz, dh, hidden):
    """``dh += W_hhᵀ dz``."""
    rows = w_hh.size // hidden
    plain = 2 * hidden if cell == GRU else rows
    add_product(hidden, plain, w_hh, 0, 1, hidden, dz, 0, LANES, dh, 0, LANES)
    if cell == GRU:
        w0, u0 = plain * hidden, 3 * hidden * LANES
        add_product(hidden, hidden, w_hh, w0, 1, hidden, dz, u0, LANES, dh, 0, LANES)


@jit
def _hand_over(cell, dw, db, width, n_in, hidden, n_h, add, dw_ih, dw_hh, db_ih, db_hh):
    """The sums of a part into its gradients."""
    for j in range(db_ih.size):
        own = j + hidden if cell == GRU and j >= 2 * hidden else j
        total_ih, total_hh = dw.dtype.type(0), dw.dtype.type(0)
        for lane in range(LANES):
            total_ih += db[j * LANES + lane]
            total_hh += db[own * LANES + lane]
        to_ih, to_hh = dw_ih[j * n_in : (j + 1) * n_in], dw_hh[j * hidden : (j + 1) * hidden]
        from_ih = dw[j * width : j * width + n_in]
        from_hh = dw[own * width + n_in : own * width + n_in + n_h]
        if not add:
            db_ih[j], db_hh[j] = 0, 0
            to_ih[:] = 0
            if n_h:
                to_hh[:] = 0
        db_ih[j] += total_ih
        db_hh[j] += total_hh
        for k in range(n_in):
            to_ih[k] += from_ih[k]
        for k in range(n_h):
            to_hh[k] += from_hh[k]


@jit
def _receive(dy, start, stride, cases, hidden, lanes, dh):
    """``dh += dy``; lanes without a case receive nothing, so that nothing comes from them."""
    to_lanes(dy, start, stride, cases, hidden, lanes)
    if cases < LANES:
        for k in range(hidden):
            lanes[k * LANES + cases : (k + 1) * LANES] = 0
    add(lanes, dh)


@jit_on_disk
def backward(
    cell,
    rectified,
    first,
    last,
    parts,
    shape,
    together,
    x,
    w_ih,
    w_hh,
    y,
    saved,
    dy,
    dx,
    dw_ih,
    dw_hh,
    db_ih,
    db_hh,
):
    """Items ``first`` to ``last``: fills ``dx`` and the weights' gradients, unless empty.

    With ``together`` the gradients have one slot a fit, and this call must own whole fits;
    otherwise they have one slot an item. Of a single step, ``dw_hh`` is left as it is.
    """
    batch, steps, n_in, hidden, rows = shape
    tiles = _whole(batch) // LANES
    n, size = hidden * LANES, _blocks(cell) * hidden * LANES
    seen = hidden if steps > 1 else 0
    width = _whole(n_in + seen)
    pitch = width + LANES  # whole vectors written at n_in may reach behind the last column
    dh, dc, spare = _vectors(n, x), _vectors(n, x), _vectors(n, x)
    nothing = _vectors(n, x)
    lanes = _vectors(_whole(max(n_in, hidden)) * LANES, x)
    dz = _vectors((1 if cell == RNN else 4) * n, x)
    xh = _vectors(LANES * pitch, x)
    dw = _vectors(dz.size // LANES * width if dw_ih.size else 0, x)
    db = _vectors(dz.size, x)
    for item in range(first, last):
        fit, part = item // parts, item % parts
        wi = w_ih[fit * rows * n_in : (fit + 1) * rows * n_in]
        wh = w_hh[fit * rows * hidden : (fit + 1) * rows * hidden]
        dw[:] = 0
        db[:] = 0
        low, high = _tiles(part, parts, batch)
        for tile in range(low, high):
            cases = min(LANES, batch - tile * LANES)
            dh[:] = 0
            dc[:] = 0
            for t in range(steps - 1, -1, -1):
                row = (fit * batch + tile * LANES) * steps + t
                z0 = ((fit * tiles + tile) * steps + t) * size
                n_h = hidden if t > 0 else 0
                before, jump = (row - 1) * hidden, steps * hidden
                if dw_ih.size:  # long before it is read: overlapping stores settle slowly
                    copy_rows(x, row * n_in, steps * n_in, cases, n_in, xh, 0, pitch)
                    copy_rows(y, before, jump, cases, n_h, xh, n_in, pitch)
                _receive(dy, row * hidden, jump, cases, hidden, lanes, dh)
                c = saved[z0 - n : z0] if t > 0 else nothing
                if cell == GRU:
                    to_lanes(y, before, jump, cases, n_h, lanes)
                h = lanes if t > 0 else nothing
                cell_backward(cell, rectified, saved[z0 : z0 + size], c, h, dh, dc, dz, spare)
                if t > 0:
                    _add_state_slopes(cell, wh, dz, dh, hidden)
                if dw_ih.size:
                    add(dz, db)
                    _add_weight_slopes(cell, dz, xh, pitch, width, n_in, hidden, n_h, dw)
                if dx.size:
                    lanes[: n_in * LANES] = 0
                    add_product(n_in, rows, wi, 0, 1, n_in, dz, 0, LANES, lanes, 0, LANES)
                    from_lanes(lanes, dx, row * n_in, steps * n_in, cases, n_in)
        if dw_ih.size:
            s = fit if together else item
            _hand_over(
                cell,
                dw,
                db,
                width,
                n_in,
                hidden,
                seen,
                together and part > 0,
                dw_ih[s * rows * n_in : (s + 1) * rows * n_in],
                dw_hh[s * rows * hidden : (s + 1) * rows * hidden],
                db_ih[s * rows : (s + 1) * rows],
                db_hh[s * rows : (s + 1) * rows],
            )
