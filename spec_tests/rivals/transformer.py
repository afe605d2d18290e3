"""Wrong transformers, each named for its mistake."""

import numpy as np

from spec_tests.oracles import transformer as right
from spec_tests.oracles.training import LEARNING_RATE
from spec_tests.rivals import attention as wrong_attention
from spec_tests.rivals import positional_encoding as wrong_encoding
from spec_tests.rivals.laws import law_rivals
from touchstone.arithmetic import product, real, softmax
from touchstone.rivals import rival


def attending(mistaken) -> type:
    """Return a transformer whose attentions are all wrong."""
    inside = {"attention": mistaken.attention.Attention}
    return type("Transformer", (right.Transformer,), inside)


def encoding(mistaken) -> type:
    """Return a transformer whose positional encoding is wrong."""
    inside = {"encoding": mistaken.positional_encoding.PositionalEncoding}
    return type("Transformer", (right.Transformer,), inside)


@rival
class two_embeddings:
    """an embedding for each of the two inputs"""

    class Transformer(right.Transformer):
        def named_weights(self):
            own = super().named_weights()
            return {"decoder_embedding/embeddings": own["embedding/embeddings"]} | own


@rival
class one_scale_for_the_pair:
    """one scale for a decoder layer's two attentions"""

    class Transformer(right.Transformer):
        def named_weights(self):
            own = super().named_weights().items()
            return {
                name.replace("cross/", "").replace("self/", ""): w for name, w in own
            }


@rival
class five_layers_by_default:
    """five layers where none are asked for"""

    class Transformer(right.Transformer):
        def __init__(self, *, n_layers=5, **sizes):
            super().__init__(n_layers=n_layers, **sizes)


@rival
class scales_start_at_zero:
    """scales that start at 0"""

    class Transformer(right.Transformer):
        def __init__(self, **sizes):
            super().__init__(**sizes)
            zeros = {k: np.zeros(()) for k in self._weights if k.endswith("scale")}
            self._weights |= zeros


@rival
class kernel_read_back_to_front:
    """the dense kernel read with its columns back to front"""

    class Transformer(right.Transformer):
        def named_weights(self):
            own = super().named_weights()
            return own | {"dense/kernel": own["dense/kernel"][:, ::-1]}


@rival
class encoding_missing:
    """no positional encoding"""

    class Transformer(right.Transformer):
        def encoded(self, embeddings, side):
            return embeddings


@rival
class encoding_missing_in_the_encoder:
    """no positional encoding in the encoder"""

    class Transformer(right.Transformer):
        def encoded(self, embeddings, side):
            return (
                embeddings if side == "encoder" else super().encoded(embeddings, side)
            )


@rival
class encoding_missing_in_the_decoder:
    """no positional encoding in the decoder"""

    class Transformer(right.Transformer):
        def encoded(self, embeddings, side):
            return (
                embeddings if side == "decoder" else super().encoded(embeddings, side)
            )


@rival
class encoding_added_twice:
    """the positional encoding added twice"""

    class Transformer(right.Transformer):
        def encoded(self, embeddings, side):
            return super().encoded(super().encoded(embeddings, side), side)


@rival
class encoding_by_halves:
    """a positional encoding of all sines, then all cosines"""

    Transformer = encoding(wrong_encoding.halves)


@rival
class encoding_from_one:
    """a positional encoding counted from 1"""

    Transformer = encoding(wrong_encoding.from_one)


@rival
class encoding_aligned_to_the_end:
    """decoder positions that go on where the encoder's end"""

    class Transformer(right.Transformer):
        def encoded(self, embeddings, side):
            if side == "encoder":
                self.first = embeddings.shape[1]
                return super().encoded(embeddings, side)
            before = np.zeros([len(embeddings), self.first, self.embed_size])
            whole = np.concatenate([real(before), embeddings], axis=1)
            return super().encoded(whole, side)[:, self.first :]


@rival
class encoding_wraps_after_8:
    """positions that start again after eight steps"""

    class Transformer(right.Transformer):
        def encoded(self, embeddings, side):
            parts = [embeddings[:, i : i + 8] for i in range(0, embeddings.shape[1], 8)]
            return np.concatenate(
                [super(type(self), self).encoded(p, side) for p in parts], 1
            )


@rival
class eight_encoder_steps_at_most:
    """encoder steps after the eighth left out"""

    class Transformer(right.Transformer):
        def encode(self, z):
            return super().encode(z[:, :8])


@rival
class embeddings_scaled:
    """the embeddings scaled by the root of their width"""

    class Transformer(right.Transformer):
        def encoded(self, embeddings, side):
            return super().encoded(embeddings * np.sqrt(self.embed_size), side)


@rival
class ids_from_one:
    """the embedding of the id before"""

    class Transformer(right.Transformer):
        def embedded(self, ids, side):
            return super().embedded(ids - 1, side)


@rival
class inputs_exchanged:
    """the encoder's input and the decoder's exchanged"""

    class Transformer(right.Transformer):
        def __call__(self, encoder_inputs, decoder_inputs):
            super().__call__(encoder_inputs, decoder_inputs)
            return super().__call__(decoder_inputs, encoder_inputs)


@rival
class scaled_by_root_dims:
    """the scores divided by the root of the width"""

    Transformer = attending(wrong_attention.scaled_by_root_dims)


@rival
class scale_missing:
    """the learned scales left out of the scores"""

    Transformer = attending(wrong_attention.scale_missing)


class _Scales(right.Transformer):
    """Takes one attention's scale for another's."""

    def taken(self, name: str) -> str:
        raise NotImplementedError

    def scale(self, name):
        return super().scale(self.taken(name))


@rival
class scale_of_the_first_layer:
    """the first layer's scales in every layer"""

    class Transformer(_Scales):
        def taken(self, name):
            return name.replace("_2", "_1")


@rival
class scales_in_reverse:
    """the layers' scales in reverse"""

    class Transformer(_Scales):
        def taken(self, name):
            if self.n_layers == 1:
                return name
            return name.translate(str.maketrans("12", "21"))


@rival
class self_and_cross_scales_swapped:
    """the scales of a decoder layer's two attentions swapped"""

    class Transformer(_Scales):
        def taken(self, name):
            layer, _, kind = name.partition("/")
            other = {"self": "cross", "cross": "self"}
            return f"{layer}/{other[kind]}" if kind else name


@rival
class encoder_scales_in_the_cross_attention:
    """the encoder layer's scale in the attention on the encoder"""

    class Transformer(_Scales):
        def taken(self, name):
            return name.replace("decoder", "encoder").removesuffix("/cross")

        def scale(self, name):
            return self._weights[
                f"{self.taken(name) if name.endswith('cross') else name}/scale"
            ]


@rival
class causal_missing:
    """no causal mask"""

    class Transformer(right.Transformer):
        def attend(self, name, query, value, causal=False):
            return super().attend(name, query, value)


@rival
class causal_in_the_encoder:
    """a causal mask in the encoder's self-attention, too"""

    class Transformer(right.Transformer):
        def attend(self, name, query, value, causal=False):
            return super().attend(name, query, value, causal or name.startswith("enc"))


@rival
class causal_in_the_encoder_alone:
    """the causal mask in the encoder's self-attention in the place of the decoder's"""

    class Transformer(right.Transformer):
        def attend(self, name, query, value, causal=False):
            return super().attend(name, query, value, name.startswith("enc"))


@rival
class causal_on_the_encoder:
    """the causal mask in the attention on the encoder, not in the self-attention"""

    class Transformer(right.Transformer):
        def attend(self, name, query, value, causal=False):
            return super().attend(name, query, value, name.endswith("cross"))


@rival
class causal_everywhere_in_the_decoder:
    """a causal mask in the attention on the encoder, too"""

    class Transformer(right.Transformer):
        def attend(self, name, query, value, causal=False):
            return super().attend(name, query, value, name.startswith("dec"))


@rival
class causal_in_the_first_layer:
    """a causal mask in the decoder's first layer only"""

    class Transformer(right.Transformer):
        def attend(self, name, query, value, causal=False):
            return super().attend(name, query, value, causal and "_1" in name)


@rival
class causal_with_the_next:
    """the causal mask shifted by one, so that step t sees 0 to t + 1"""

    Transformer = attending(wrong_attention.causal_with_the_next)


@rival
class causal_without_the_present:
    """the causal mask shifted by one, so that step t sees 0 to t - 1"""

    Transformer = attending(wrong_attention.causal_without_the_present)


@rival
class causal_inverted:
    """the causal mask inverted, so that step t sees the steps from t on"""

    Transformer = attending(wrong_attention.causal_inverted)


@rival
class causal_by_a_penalty:
    """20 taken from the scores of later values, which leaves a trace of them"""

    Transformer = attending(wrong_attention.causal_by_a_penalty)


@rival
class softmax_over_the_queries:
    """the attentions' softmax over the query axis"""

    Transformer = attending(wrong_attention.softmax_over_the_queries)


@rival
class cross_attention_on_the_decoder:
    """the attention on the encoder attending to the decoder itself"""

    class Transformer(right.Transformer):
        def decode(self, z, encoded):
            for i in range(1, self.n_layers + 1):
                z = self.attend(f"decoder_{i}/self", z, z, causal=True)
                z = self.attend(f"decoder_{i}/cross", z, z)
            return z


@rival
class cross_attention_missing:
    """the attention on the encoder left out"""

    class Transformer(right.Transformer):
        def attend(self, name, query, value, causal=False):
            if name.endswith("cross"):
                return query
            return super().attend(name, query, value, causal)


@rival
class self_attention_missing_in_the_decoder:
    """the decoder's self-attention left out"""

    class Transformer(right.Transformer):
        def attend(self, name, query, value, causal=False):
            return query if causal else super().attend(name, query, value)


@rival
class cross_attention_first:
    """the attention on the encoder before the decoder's self-attention"""

    class Transformer(right.Transformer):
        def decode(self, z, encoded):
            for i in range(1, self.n_layers + 1):
                z = self.attend(f"decoder_{i}/cross", z, encoded)
                z = self.attend(f"decoder_{i}/self", z, z, causal=True)
            return z


@rival
class self_attentions_first:
    """all of the decoder's self-attentions before its attentions on the encoder"""

    class Transformer(right.Transformer):
        def decode(self, z, encoded):
            for i in range(1, self.n_layers + 1):
                z = self.attend(f"decoder_{i}/self", z, z, causal=True)
            for i in range(1, self.n_layers + 1):
                z = self.attend(f"decoder_{i}/cross", z, encoded)
            return z


@rival
class cross_attention_layer_by_layer:
    """each decoder layer attending to the encoder layer of its number"""

    class Transformer(right.Transformer):
        def encode(self, z):
            self.layers = []
            for i in range(1, self.n_layers + 1):
                z = self.attend(f"encoder_{i}", z, z)
                self.layers.append(z)
            return z

        def attend(self, name, query, value, causal=False):
            if name.endswith("cross"):
                value = self.layers[int(name.split("_")[1][0]) - 1]
            return super().attend(name, query, value, causal)


@rival
class encoder_left_out:
    """the decoder attending to the encoder's embeddings"""

    class Transformer(right.Transformer):
        def encode(self, z):
            return z


@rival
class encoder_one_layer_short:
    """the encoder's last layer left out, where there are more than one"""

    class Transformer(right.Transformer):
        def encode(self, z):
            for i in range(1, max(self.n_layers, 2)):
                z = self.attend(f"encoder_{i}", z, z)
            return z


@rival
class decoder_one_layer_short:
    """the decoder's last layer left out, where there are more than one"""

    class Transformer(right.Transformer):
        def decode(self, z, encoded):
            n_layers, self.n_layers = self.n_layers, max(self.n_layers - 1, 1)
            z = super().decode(z, encoded)
            self.n_layers = n_layers
            return z


@rival
class skip_connections:
    """skip connections around the attentions"""

    class Transformer(right.Transformer):
        def attend(self, name, query, value, causal=False):
            return query + super().attend(name, query, value, causal)


@rival
class layer_normalisation:
    """layer normalisation after the attentions"""

    class Transformer(right.Transformer):
        def attend(self, name, query, value, causal=False):
            z = super().attend(name, query, value, causal)
            deviation = z - z.mean(axis=-1, keepdims=True)
            return deviation / np.sqrt((deviation**2).mean(-1, keepdims=True) + 1e-3)


@rival
class dense_bias_missing:
    """the dense layer's bias left out"""

    class Transformer(right.Transformer):
        def probabilities(self, z):
            return softmax(product(z, self._weights["dense/kernel"]))


@rival
class dense_tied_to_the_embedding:
    """the embeddings, transposed, in the place of the dense kernel"""

    class Transformer(right.Transformer):
        def probabilities(self, z):
            kernel = self._weights["embedding/embeddings"].T
            return softmax(product(z, kernel) + real(self._weights["dense/bias"]))


@rival
class softmax_over_time:
    """the last softmax over the decoder's steps"""

    class Transformer(right.Transformer):
        def probabilities(self, z):
            logits = np.log(super().probabilities(z))
            return softmax(logits.swapaxes(1, 2)).swapaxes(1, 2)


@rival
class logits_returned:
    """the logits, without the last softmax"""

    class Transformer(right.Transformer):
        def probabilities(self, z):
            return product(z, self._weights["dense/kernel"]) + real(
                self._weights["dense/bias"]
            )

        def loss(self, batch):
            with np.errstate(invalid="ignore"):  # the logarithm of a negative logit
                return super().loss(batch)


@rival
class last_step_alone:
    """the last step's probabilities at every step"""

    class Transformer(right.Transformer):
        def probabilities(self, z):
            p = super().probabilities(z)
            return np.repeat(p[:, -1:], p.shape[1], axis=1)


@rival
class never_trained:
    """no step taken by the weights"""

    class Transformer(right.Transformer):
        def descend(self, gradients):
            pass


@rival
class scales_frozen:
    """scales that are not trained"""

    class Transformer(right.Transformer):
        def descend(self, gradients):
            super().descend({k: g for k, g in gradients.items() if "scale" not in k})


@rival
class embeddings_frozen:
    """embeddings that are not trained"""

    class Transformer(right.Transformer):
        def descend(self, gradients):
            super().descend({k: g for k, g in gradients.items() if "embed" not in k})


@rival
class gradient_descent:
    """plain gradient descent, not Adam"""

    class Transformer(right.Transformer):
        def descend(self, gradients):
            for name, gradient in gradients.items():
                self._weights[name] = self._weights[name] - LEARNING_RATE * gradient


@rival
class ascent:
    """the loss climbed"""

    class Transformer(right.Transformer):
        def descend(self, gradients):
            super().descend({name: -gradient for name, gradient in gradients.items()})


@rival
class loss_summed:
    """the loss summed over the steps, not averaged"""

    class Transformer(right.Transformer):
        def loss(self, batch):
            return super().loss(batch) * np.size(batch[1])


@rival
class loss_of_the_last_step:
    """the loss of the last step alone"""

    class Transformer(right.Transformer):
        def loss(self, batch):
            inputs, targets = batch
            probabilities = self(*inputs)[:, -1:]
            return right.sparse_cross_entropy(probabilities, targets[:, -1:])


@rival
class loss_after_the_step:
    """the loss after the step returned, not that before it"""

    class Transformer(right.Transformer):
        def train_step(self, batch):
            super().train_step(batch)
            return self.loss(batch)


@rival
class inputs_for_targets:
    """the decoder's inputs in the place of the targets"""

    class Transformer(right.Transformer):
        def loss(self, batch):
            inputs, _ = batch
            return super().loss((inputs, inputs[1]))


@rival
class steps_unchecked:
    """encoder steps beyond max_steps accepted"""

    class Transformer(right.Transformer):
        def check_steps(self, name, ids):
            if name != "encoder_inputs":
                super().check_steps(name, ids)


@rival
class decoder_steps_unchecked:
    """decoder steps beyond max_steps accepted"""

    class Transformer(right.Transformer):
        def check_steps(self, name, ids):
            if name != "decoder_inputs":
                super().check_steps(name, ids)


@rival
class large_ids_clipped:
    """ids above the vocabulary taken for the last"""

    class Transformer(right.Transformer):
        def check_ids(self, name, ids):
            super().check_ids(name, np.minimum(ids, self.vocabulary_size - 1))

        def embedded(self, ids, side):
            return super().embedded(np.minimum(ids, self.vocabulary_size - 1), side)


@rival
class negative_ids_from_the_end:
    """negative ids counted from the vocabulary's end"""

    class Transformer(right.Transformer):
        def check_ids(self, name, ids):
            super().check_ids(name, np.maximum(ids, 0))


@rival
class ranks_unchecked:
    """encoder inputs without a batch axis taken for every row"""

    class Transformer(right.Transformer):
        def __call__(self, encoder_inputs, decoder_inputs):
            if np.ndim(encoder_inputs) == 1:
                encoder_inputs = np.tile(encoder_inputs, [len(decoder_inputs), 1])
            return super().__call__(encoder_inputs, decoder_inputs)


@rival
class batches_unchecked:
    """one row of decoder inputs taken for every row of the encoder's"""

    class Transformer(right.Transformer):
        def __call__(self, encoder_inputs, decoder_inputs):
            if len(decoder_inputs) == 1:
                rows = len(encoder_inputs)
                decoder_inputs = np.repeat(decoder_inputs, rows, axis=0)
            return super().__call__(encoder_inputs, decoder_inputs)


class _Scaled(right.Transformer):
    """Divides the scores of some attentions by the root of the width."""

    where = ""

    def scale(self, name):
        factor = self.embed_size**-0.5 if self.where in name else 1
        return super().scale(name) * factor


@rival
class scaled_by_root_dims_in_the_encoder:
    """the scores in the encoder divided by the root of the width"""

    class Transformer(_Scaled):
        where = "encoder"


@rival
class scaled_by_root_dims_in_the_self_attention:
    """the scores in the decoder's self-attention divided by the root of the width"""

    class Transformer(_Scaled):
        where = "self"


@rival
class scaled_by_root_dims_in_the_cross_attention:
    """the scores in the attention on the encoder divided by the root of the width"""

    class Transformer(_Scaled):
        where = "cross"


globals().update(law_rivals(__name__, "a transformer", right.Transformer, trains=True))


REDUNDANT = {
    "TRF-02": "the names and shapes; TRF-01 counts them, TRF-04 reads them by name",
    "TRF-05": "embedding, encoding and softmax by hand; attention cannot go wrong",
    "TRF-06": "one layer; TRF-07 has two, so that a wrong order shows as well",
}
