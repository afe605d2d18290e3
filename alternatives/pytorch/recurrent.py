"""Gated recurrent units on torch.nn.GRU.

PyTorch's gates stand in the order r, z, n, in rows; its reset gate too acts after the
recurrent product, and z too keeps the old state. A mask becomes a packed sequence where
it is right-padding, and is applied step by step where it is not.
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
        if is_right_padding(keep):
            outputs, state = run_packed(self.gru, inputs, keep, state)
            return outputs, state[0]
        return self.stepwise(inputs, state, keep)

    def stepwise(self, inputs, state, keep):
        """Read step by step, keeping the old state where a step is masked."""
        if state is None:
            state = inputs.new_zeros(1, len(inputs), self.gru.hidden_size)
        outputs = []
        for t in range(inputs.shape[1]):
            _, new = self.gru(inputs[:, t : t + 1], state)  # [1, B, U]
            state = torch.where(keep[:, t, None], new, state)
            outputs.append(state[0])
        return torch.stack(outputs, dim=1), state[0]


def is_right_padding(keep: torch.Tensor) -> bool:
    """Say whether kept steps come first in every row, and there is one in each."""
    falling = keep[:, 1:] <= keep[:, :-1]
    return bool(falling.all() and keep[:, 0].all())


def run_packed(gru, inputs, keep, state=None):
    """Run a torch.nn.GRU over the kept steps; outputs at masked steps are zeros."""
    packed = pack_padded_sequence(
        inputs, keep.sum(dim=1).cpu(), batch_first=True, enforce_sorted=False
    )
    outputs, state = gru(packed, state)
    padded, _ = pad_packed_sequence(
        outputs, batch_first=True, total_length=inputs.shape[1]
    )
    return padded, state


class Bidirectional(NamedWeights):
    """Return [B, T, 2U]: a forward GRU's outputs, then a backward one's at that step.

    keep_mask must be right-padding: PyTorch packs a bidirectional layer's rows.
    """

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
        keep = tensor(keep_mask, torch.bool)
        if not is_right_padding(keep):
            raise ValueError(f"keep_mask must be right-padding, got {keep.tolist()}")
        return run_packed(self.gru, inputs, keep)[0]


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
