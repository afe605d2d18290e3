"""What PyTorch itself offers for the models: its layers bare, compiled, in one graph.

Axes: B batch, S and T time steps, D dims, H heads, U units, V vocabulary.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence

from benchmarks.gpu.forms import Form, Model, altered_form, port_form

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
ON_GPU = DEVICE == "cuda"


class Bare(nn.Module):
    """A model of PyTorch's own layers with its fused Adam."""

    def finish(self) -> None:
        """Move the layers to the device and make the optimizer."""
        self.to(DEVICE)
        # a captured step keeps its count on the device
        options = {"fused": True, "capturable": True} if ON_GPU else {}
        self.adam = torch.optim.Adam(self.parameters(), lr=1e-3, eps=1e-7, **options)

    def place(self, batch):
        return tuple(torch.as_tensor(part, device=DEVICE) for part in batch)

    def batch_loss(self, batch) -> torch.Tensor:
        raise NotImplementedError

    def train_step(self, batch) -> torch.Tensor:
        self.adam.zero_grad(set_to_none=True)
        loss = self.batch_loss(batch)
        loss.backward()
        self.adam.step()
        return loss.detach()


class CharRNN(Bare):
    """torch.nn.GRU with two layers, and torch.nn.Linear."""

    def __init__(self, *, vocabulary_size: int, units: int):
        super().__init__()
        self.gru = nn.GRU(vocabulary_size, units, num_layers=2, batch_first=True)
        self.dense = nn.Linear(units, vocabulary_size)
        self.finish()

    def batch_loss(self, batch):
        inputs, targets = batch
        scores = self.dense(self.gru(inputs)[0])  # [B, T, V]
        return functional.cross_entropy(scores.flatten(0, 1), targets.flatten())


class EncoderDecoder(Bare):
    """Two torch.nn.LSTM over one torch.nn.Embedding."""

    def __init__(self, *, vocabulary_size: int, embed_size: int, units: int):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary_size, embed_size)
        self.encoder = nn.LSTM(embed_size, units, batch_first=True)
        self.decoder = nn.LSTM(embed_size, units, batch_first=True)
        self.dense = nn.Linear(units, vocabulary_size)
        self.finish()

    def place(self, batch):
        (encoder_inputs, decoder_inputs, _), targets = batch  # all of one length
        return super().place((encoder_inputs, decoder_inputs, targets))

    def batch_loss(self, batch):
        encoder_inputs, decoder_inputs, targets = batch
        _, state = self.encoder(self.embedding(encoder_inputs))
        hidden, _ = self.decoder(self.embedding(decoder_inputs), state)  # [B, T, U]
        scores = self.dense(hidden).flatten(0, 1)  # [B * T, V]
        return functional.cross_entropy(scores, targets.flatten())


class SentimentModel(Bare):
    """torch.nn.GRU with two layers over rows that are packed where the batch is placed.

    Nothing of a step then waits for the lengths.
    """

    def __init__(self, *, vocabulary_size: int, embed_size: int, units: int):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary_size, embed_size)
        self.gru = nn.GRU(embed_size, units, num_layers=2, batch_first=True)
        self.dense = nn.Linear(units, 1)
        self.finish()

    def place(self, batch):
        ids, labels = super().place(batch)
        lengths = (ids != 0).sum(dim=1).cpu()
        packed = pack_padded_sequence(
            ids, lengths, batch_first=True, enforce_sorted=False
        )
        return packed, labels.float()

    def batch_loss(self, batch):
        packed, labels = batch
        _, state = self.gru(packed._replace(data=self.embedding(packed.data)))
        scores = self.dense(state[-1])[:, 0]  # [B]
        return functional.binary_cross_entropy_with_logits(scores, labels)


class MultiHeadAttention(nn.Module):
    """One product for the three projections, and scaled_dot_product_attention."""

    def __init__(self, *, dims: int, n_heads: int):
        super().__init__()
        self.n_heads = n_heads
        self.inside = nn.Linear(dims, 3 * dims, bias=False)
        self.outside = nn.Linear(dims, dims, bias=False)
        self.to(DEVICE)

    def forward(self, query, value):  # [B, T, D] both the same
        inputs = torch.as_tensor(query, device=DEVICE)
        heads = self.inside(inputs).unflatten(-1, (3, self.n_heads, -1))
        query, key, value = heads.permute(2, 0, 3, 1, 4)  # [B, H, T, D/H] each
        averages = functional.scaled_dot_product_attention(query, key, value)
        return self.outside(averages.transpose(1, 2).flatten(2))


class HalfAttention(MultiHeadAttention):
    """The same in bfloat16, for which there are flash kernels."""

    def forward(self, query, value):
        with torch.autocast(DEVICE, torch.bfloat16):
            return super().forward(query, value).float()


class TorchAttention(nn.Module):
    """torch.nn.MultiheadAttention as it is."""

    def __init__(self, *, dims: int, n_heads: int):
        super().__init__()
        options = dict(bias=False, batch_first=True, device=DEVICE)
        self.attention = nn.MultiheadAttention(dims, n_heads, **options)

    def forward(self, query, value):
        x = torch.as_tensor(query, device=DEVICE)
        return self.attention(x, x, x, need_weights=False)[0]


def compiled(backend: str) -> Callable:
    """Return what compiles a model's loss, or a layer."""

    def change(model):
        if not hasattr(model, "batch_loss"):
            return torch.compile(model, backend=backend)
        model.batch_loss = torch.compile(model.batch_loss, backend=backend)
        return model

    return change


class Captured:
    """A model whose step on one placed batch is captured once, and then replayed."""

    def __init__(self, model):
        self.model = model
        self.graph: Any = None

    def place(self, batch):
        return self.model.place(batch)

    def train_step(self, batch):
        if not ON_GPU:  # a processor captures nothing: the branch is rehearsed
            return self.model.train_step(batch)
        if self.graph is None:
            self.capture(batch)
        self.graph.replay()
        return self.loss

    def capture(self, batch) -> None:
        """Capture a step after some on a side stream, as PyTorch asks for."""
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3):
                self.model.train_step(batch)
        torch.cuda.current_stream().wait_stream(side)
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            self.loss = self.model.train_step(batch)


OWN: dict[str, dict[str, type]] = {
    "char_rnn": {"torch.nn.GRU of two layers": CharRNN},
    "encoder_decoder": {"torch.nn.LSTM, two": EncoderDecoder},
    "sentiment": {"torch.nn.GRU of two layers, rows packed before": SentimentModel},
    "multi_head_attention": {
        "scaled_dot_product_attention": MultiHeadAttention,
        "scaled_dot_product_attention in bfloat16": HalfAttention,
        "torch.nn.MultiheadAttention": TorchAttention,
    },
}
NAMES = {
    "char_rnn": "CharRNN",
    "encoder_decoder": "EncoderDecoder",
    "sentiment": "SentimentModel",
    "multi_head_attention": "MultiHeadAttention",
}


def of_class(implementation, component: str, made: Callable) -> SimpleNamespace:
    """Return an implementation of the one component by what `made` returns."""
    given = {NAMES[component]: made}
    if component == "encoder_decoder":
        given["teacher_inputs"] = implementation.encoder_decoder.teacher_inputs
    return SimpleNamespace(**{component: SimpleNamespace(**given)})


def forms(implementation, model: Model, *, small: bool) -> list[Form]:
    """Return the port, PyTorch's own forms, and what compiles or captures either."""
    backend = "eager" if small else "inductor"  # a rehearsal compiles no C++
    found = [port_form(implementation)]
    for name, own in OWN.get(model.name, {}).items():

        def bare(target: Model, sizes: dict, own=own):
            return target.make(of_class(implementation, target.name, own), **sizes)

        found.append(Form(name, bare))
        if issubclass(own, Bare):

            def captured(target: Model, sizes: dict, own=own):
                def made(**built):
                    return Captured(own(**built))

                return target.make(of_class(implementation, target.name, made), **sizes)

            found.append(Form(f"{name}, the step in one CUDA graph", captured))
    name = "the port, its loss by torch.compile"
    found.append(altered_form(name, implementation, compiled(backend)))
    return found
