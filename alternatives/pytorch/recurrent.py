"""Gated recurrent units on torch.nn.GRU.

PyTorch's gates stand in the order r, z, n, in rows; its reset gate too acts after the
recurrent product, and z too keeps the old state. The kept steps of a masked batch become
a packed sequence.
"""

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from alternatives.pytorch import DEVICE, tensor
from alternatives.pytorch.weights import NamedWeights, under

GATES = "rzh"  # torch.nn.GRU's order
KINDS = {
    "kernel": "weight_ih_l0",
    "recurrent_kernel": "weight_hh_l0",
    "input_bias": "bias_ih_l0",
    "recurrent_bias": "bias_hh_l0",
}


def gru_places(gru: torch.nn.GRU, suffix: str = "") -> dict[str, torch.Tensor]:
    """Return where a torch.nn.GRU keeps its named weights."""
    return {
        f"{kind}_{gate}": rows.detach().T if rows.ndim == 2 else rows.detach()
        for kind, parameter in KINDS.items()
        for gate, rows in zip(
            GATES, getattr(gru, parameter + suffix).chunk(3), strict=True
        )
    }


class GRU(NamedWeights):
    """Return the outputs [B, T, U] and the state [B, U] after the last kept step."""

    def __init__(self, *, input_size: int, units: int):
        super().__init__()
        self.gru = torch.nn.GRU(input_size, units, batch_first=True, device=DEVICE)

    def places(self):
        return gru_places(self.gru)

    def forward(self, inputs, initial_state=None, keep_mask=None):  # [B, T, D]
        inputs = tensor(inputs)
        state = None if initial_state is None else tensor(initial_state)[None]
        if keep_mask is None:
            outputs, state = self.gru(inputs, state)
            return outputs, state[0]
        keep = tensor(keep_mask, torch.bool)
        outputs, new = run_kept(self.gru, inputs, keep, state)
        old = torch.zeros_like(new) if state is None else state
        return outputs, torch.where(keep.any(dim=1)[:, None], new, old)[0]


def run_kept(gru, inputs, keep, state=None):
    """Run a torch.nn.GRU over the kept steps of each row, wherever they are.

    They are packed in front, and their outputs put back; those of masked steps, and the
    state of a row without a kept step, mean nothing.
    """
    inputs = torch.where(keep[..., None], inputs, 0.0)
    order = torch.argsort(~keep, dim=1, stable=True)  # [B, T], the kept ones first
    packed = pack_padded_sequence(
        taken(inputs, order),
        keep.sum(dim=1).clamp(min=1).cpu(),
        batch_first=True,
        enforce_sorted=False,
    )
    outputs, state = gru(packed, state)
    padded, _ = pad_packed_sequence(
        outputs, batch_first=True, total_length=inputs.shape[1]
    )
    return taken(padded, torch.argsort(order, dim=1)), state


def taken(x, places):
    """Return the steps of [B, T, D] that places [B, T] name."""
    return x.gather(1, places[..., None].expand(-1, -1, x.shape[2]))


class Bidirectional(NamedWeights):
    """Return [B, T, 2U]: a forward GRU's outputs, then a backward one's at that step."""

    def __init__(self, *, input_size: int, units: int):
        super().__init__()
        self.gru = torch.nn.GRU(
            input_size, units, batch_first=True, bidirectional=True, device=DEVICE
        )

    def places(self):
        forward, backward = gru_places(self.gru), gru_places(self.gru, "_reverse")
        return under("forward", forward) | under("backward", backward)

    def forward(self, inputs, keep_mask=None):  # [B, T, D]
        inputs = tensor(inputs)
        if keep_mask is None:
            return self.gru(inputs)[0]
        return run_kept(self.gru, inputs, tensor(keep_mask, torch.bool))[0]


class BidirectionalModel(NamedWeights):
    """Return [B, T, 2U]: a bidirectional GRU over the outputs of a GRU."""

    def __init__(self, *, input_size: int, units: int):
        super().__init__()
        self.gru = GRU(input_size=input_size, units=units)
        self.bidirectional = Bidirectional(input_size=units, units=units)

    def places(self):
        both = under("bidirectional", self.bidirectional.places())
        return under("gru", self.gru.places()) | both

    def forward(self, inputs):  # [B, T, D]
        outputs, _ = self.gru(inputs)  # [B, T, U]
        return self.bidirectional(outputs)
