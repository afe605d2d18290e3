"""How much work a component is at the least, counted from the shapes alone.

FLOPs are those of the matrix products, two for each multiply-add; what is done to each
entry (gates, softmax, Adam) is left out. A one-hot input counts as the product that it
is, a looked-up embedding as none. Training takes three products for each one forward:
again for the gradient of either operand, but two where the inputs are data.

Bytes are the least that cross between memory and processor in float32 if each thing did
so once: forward, the inputs, the weights and what products give; in training, that
again on the way back, and each weight with Adam's two moments read and written.

Axes: B batch, T and S time steps, V vocabulary, E embedding dims, U units, H heads.
"""

import math
from dataclasses import dataclass

FLOAT = 4  # bytes


@dataclass(frozen=True)
class Product:
    """The product of [rows, inner] and [inner, columns], `times` over."""

    rows: int
    inner: int
    columns: int
    times: int = 1
    of_data: bool = False  # the left operand has no gradient

    @property
    def flops(self) -> int:
        return 2 * self.rows * self.inner * self.columns * self.times

    @property
    def outputs(self) -> int:
        return self.rows * self.columns * self.times


@dataclass(frozen=True)
class Cost:
    """What one run of a component comes to."""

    flops: int
    bytes: int

    def seconds(self, flops_per_second: float, bytes_per_second: float) -> float:
        """Return the time that no run is faster than: whichever of the two binds."""
        return max(self.flops / flops_per_second, self.bytes / bytes_per_second)


@dataclass(frozen=True)
class Model:
    """The products of a model, the number of its weights, and that of its inputs."""

    products: tuple[Product, ...]
    parameters: int
    inputs: int
    frozen: int = 0  # weights that are read and never changed

    def forward(self) -> Cost:
        """Return the cost of one call."""
        outputs = sum(p.outputs for p in self.products)
        numbers = self.inputs + self.parameters + self.frozen + outputs
        return Cost(sum(p.flops for p in self.products), FLOAT * numbers)

    def training(self) -> Cost:
        """Return the cost of one training step with Adam."""
        outputs = sum(p.outputs for p in self.products)
        numbers = self.inputs + self.frozen + 2 * outputs + 6 * self.parameters
        flops = sum(p.flops * (2 if p.of_data else 3) for p in self.products)
        return Cost(flops, FLOAT * numbers)


def recurrent(b, t, inputs, units, *, gates, of_data=False) -> tuple[Product, ...]:
    """Return the products of a recurrent layer: of its inputs, and of its states."""
    return (
        Product(b * t, inputs, gates * units, of_data=of_data),
        Product(b, units, gates * units, times=t),
    )


def gru_parameters(inputs: int, units: int) -> int:
    """Return the number of a GRU's weights, with Keras's two biases."""
    return 3 * units * (inputs + units + 2)


def lstm_parameters(inputs: int, units: int) -> int:
    return 4 * units * (inputs + units + 1)


def char_rnn(*, batch_size, n_steps, vocabulary_size, units) -> Model:
    """Return the char-RNN's model: two GRUs and a dense layer at each step."""
    b, t, v, u = batch_size, n_steps, vocabulary_size, units
    return Model(
        products=(
            *recurrent(b, t, v, u, gates=3, of_data=True),
            *recurrent(b, t, u, u, gates=3),
            Product(b * t, u, v),
        ),
        parameters=gru_parameters(v, u) + gru_parameters(u, u) + (u + 1) * v,
        inputs=b * t * (v + 1),
    )


def sentiment(*, batch_size, n_steps, vocabulary_size, embed_size, units) -> Model:
    """Return the model of an embedding, two GRUs and one sigmoid unit."""
    b, t, v, e, u = batch_size, n_steps, vocabulary_size, embed_size, units
    return Model(
        products=(
            *recurrent(b, t, e, u, gates=3),
            *recurrent(b, t, u, u, gates=3),
            Product(b, u, 1),
        ),
        parameters=v * e + gru_parameters(e, u) + gru_parameters(u, u) + u + 1,
        inputs=b * (t + 1),
    )


def pretrained(*, batch_size, n_words, embed_size, units) -> Model:
    """Return the model of a frozen embedding's sum, rectified units and a sigmoid."""
    b, e, u = batch_size, embed_size, units
    return Model(
        products=(Product(b, e, u, of_data=True), Product(b, u, 1)),
        parameters=(e + 1) * u + u + 1,
        inputs=b * (n_words + 1),
        frozen=b * n_words * e,  # the rows that are looked up
    )


def encoder_decoder(
    *, batch_size, encoder_steps, decoder_steps, vocabulary_size, embed_size, units
) -> Model:
    """Return the model of two LSTMs over one embedding."""
    b, s, t = batch_size, encoder_steps, decoder_steps
    v, e, u = vocabulary_size, embed_size, units
    return Model(
        products=(
            *recurrent(b, s, e, u, gates=4),
            *recurrent(b, t, e, u, gates=4),
            Product(b * t, u, v),
        ),
        parameters=v * e + 2 * lstm_parameters(e, u) + (u + 1) * v,
        inputs=b * (s + 2 * t + 1),
    )


def attention(b, t, s, dims, heads=1) -> tuple[Product, ...]:
    """Return the products of the scores [B, H, T, S] and of the averages [B, T, D]."""
    return (
        Product(t, dims // heads, s, times=b * heads),
        Product(t, s, dims // heads, times=b * heads),
    )


def transformer(
    *, batch_size, encoder_steps, decoder_steps, vocabulary_size, embed_size, n_layers
) -> Model:
    """Return the simplified transformer's model: attention and one dense layer."""
    b, s, t, v, e = (
        batch_size,
        encoder_steps,
        decoder_steps,
        vocabulary_size,
        embed_size,
    )
    layers = (
        *attention(b, s, s, e),
        *attention(b, t, t, e),
        *attention(b, t, s, e),
    )
    return Model(
        products=(*layers * n_layers, Product(b * t, e, v)),
        parameters=v * e + 3 * n_layers + (e + 1) * v,
        inputs=b * (s + 2 * t),
    )


def multi_head_attention(*, batch_size, n_steps, dims, n_heads) -> Model:
    """Return the model of four projections and attention in each head."""
    projection = Product(batch_size * n_steps, dims, dims, times=4)
    return Model(
        products=(projection, *attention(batch_size, n_steps, n_steps, dims, n_heads)),
        parameters=4 * dims * dims,
        inputs=batch_size * n_steps * dims,
    )


def positional_encoding(*, batch_size, n_steps, dims) -> Cost:
    """Return the cost of one call: an addition for each entry."""
    entries = batch_size * n_steps * dims
    return Cost(entries, FLOAT * (2 * entries + n_steps * dims))


def generation(*, n_chars, prompt_length, vocabulary_size, units) -> Cost:
    """Return the cost of reading a prompt and drawing characters after it."""
    one_step = char_rnn(
        batch_size=1, n_steps=1, vocabulary_size=vocabulary_size, units=units
    ).forward()
    steps = prompt_length + n_chars
    return Cost(one_step.flops * steps, one_step.bytes * steps)


def window_batches(
    *, n_batches, batch_size, window_length, itemsize, n_classes=0
) -> Cost:
    """Return the cost of cutting batches: each id read, each entry written once."""
    ids = n_batches * batch_size * window_length
    steps = n_batches * batch_size * (window_length - 1)
    inputs = steps * (n_classes * FLOAT if n_classes else itemsize)
    return Cost(0, ids * itemsize + inputs + steps * itemsize)


def rounded(number: float, digits: int = 3) -> float:
    """Return the number with so many significant digits."""
    if not number:
        return 0.0
    return round(number, digits - 1 - math.floor(math.log10(abs(number))))
