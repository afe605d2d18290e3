"""The frameworks' own layers, wrapped as implementations, get the verdict they deserve.

Where their semantics are the chapter's they conform; where they are not, the clauses that
fail say so, and the diagnosis says why.
"""

import types

import numpy as np
import pytest

from spec_tests import SPECIFICATION
from spec_tests.oracles import encoder_decoder
from touchstone import NotProvided, Outcome
from touchstone.engine import check_clause, diagnosed
from touchstone.implementation import Component

torch = pytest.importorskip("torch")
tf = pytest.importorskip("tensorflow")

MHA_KERNELS = ("query_kernel", "value_kernel", "key_kernel", "output_kernel")


class Package:
    """A package of one component."""

    def declares(self, attribute, default=None):
        return default


def verdict(component, **names):
    """Return, by clause id, why an implementation of these names fails: rivals' names."""
    module = Component(types.SimpleNamespace(**names), component)
    package = Package()
    setattr(package, component, module)
    rivals = SPECIFICATION.rivals_of(component)
    failures, passed = {}, 0
    for clause in SPECIFICATION.clauses_of(component):
        result = diagnosed(check_clause(clause, package), rivals)
        if result.outcome is Outcome.PASSED:
            passed += 1
        elif result.outcome is Outcome.UNREPRESENTABLE:
            failures[clause.id] = [f"unrepresentable: {result.message}"]
        elif result.outcome is Outcome.FAILED:
            failures[clause.id] = list(result.resembles or ())
        elif result.outcome is not Outcome.NOT_PROVIDED:
            failures[clause.id] = [repr(result.error)]  # whatever the layer raises
    assert passed
    return failures


class Unrepresentable(Exception):
    """The framework's layer has no way to say this."""


class Kept:
    """Keeps the named weights that are set."""

    def set_named_weights(self, weights):
        self.weights = {name: np.array(value) for name, value in weights.items()}

    def named_weights(self):
        return {name: np.array(value) for name, value in self.weights.items()}


class KerasGRUCell:
    """tf.keras.layers.GRU, with the reset gate where `reset_after` puts it."""

    reset_after = True

    def __init__(self, *, input_size, units):
        self.layer = tf.keras.layers.GRU(
            units,
            return_sequences=True,
            return_state=True,
            reset_after=self.reset_after,
        )
        self.layer.build((None, None, input_size))

    def set_named_weights(self, weights):
        def side_by_side(kind):
            return np.concatenate(
                [weights[f"{kind}_{gate}"] for gate in "zrh"], axis=-1
            )

        biases = [side_by_side("input_bias"), side_by_side("recurrent_bias")]
        bias = np.stack(biases) if self.reset_after else sum(biases)
        kernels = [side_by_side("kernel"), side_by_side("recurrent_kernel")]
        self.layer.set_weights([*kernels, bias])

    def __call__(self, inputs, initial_state=None, keep_mask=None):
        if initial_state is not None:
            initial_state = tf.constant(initial_state)
        if keep_mask is not None:
            keep_mask = tf.constant(keep_mask)
        return self.layer(
            tf.constant(inputs), mask=keep_mask, initial_state=initial_state
        )


class KerasGRUWithOneBias(KerasGRUCell):
    reset_after = False


VALUES = {"REC-05", "REC-06", "REC-07", "REC-08", "REC-09", "REC-10", "REC-11"}


def test_keras_gru_conforms():
    assert VALUES.isdisjoint(verdict("recurrent", GRU=KerasGRUCell))


def test_keras_gru_that_resets_before_is_named():
    failures = verdict("recurrent", GRU=KerasGRUWithOneBias)
    assert failures["REC-06"][0] == "reset_before_the_product"


def ordered(weights, kind, gates, axis=-1):
    """Return one kind of weight, gate after gate."""
    return np.concatenate([weights[f"{kind}_{gate}"] for gate in gates], axis=axis)


class TorchGRU(Kept):
    """torch.nn.GRU, whose gates stand in the order r, z, h, in rows."""

    def __init__(self, *, input_size, units):
        self.layer = torch.nn.GRU(input_size, units, batch_first=True)

    @torch.no_grad()
    def set_named_weights(self, weights):
        super().set_named_weights(weights)
        for ours, theirs in (
            (ordered(weights, "kernel", "rzh").T, self.layer.weight_ih_l0),
            (ordered(weights, "recurrent_kernel", "rzh").T, self.layer.weight_hh_l0),
            (ordered(weights, "input_bias", "rzh"), self.layer.bias_ih_l0),
            (ordered(weights, "recurrent_bias", "rzh"), self.layer.bias_hh_l0),
        ):
            theirs.copy_(torch.as_tensor(ours))

    @torch.no_grad()
    def __call__(self, inputs, initial_state=None, keep_mask=None):
        x = torch.as_tensor(inputs)
        state = None if initial_state is None else torch.as_tensor(initial_state)[None]
        if keep_mask is None:
            outputs, state = self.layer(x, state)
            return outputs, state[0]
        if np.any(np.diff(keep_mask.astype(int), axis=1) > 0):
            raise Unrepresentable("a packed sequence is padded at its end alone")
        packed = torch.nn.utils.rnn.pack_padded_sequence(
            x, torch.as_tensor(keep_mask.sum(axis=1)), True, enforce_sorted=False
        )
        outputs, state = self.layer(packed, state)
        outputs, _ = torch.nn.utils.rnn.pad_packed_sequence(
            outputs, True, total_length=x.shape[1]
        )
        return outputs, state[0]


def test_torch_gru_conforms():
    failures = verdict("recurrent", GRU=TorchGRU)
    assert VALUES & set(failures) == {"REC-11"}
    assert failures["REC-11"] == [
        "unrepresentable: a packed sequence is padded at its end alone"
    ]


class KerasLSTM:
    """tf.keras.layers.LSTM with given weights, one step at a time."""

    def __init__(self, weights):
        self.layer = tf.keras.layers.LSTM(len(weights["bias_i"]), return_state=True)
        self.layer.build((None, None, len(weights["kernel_i"])))
        kinds = "kernel", "recurrent_kernel", "bias"
        self.layer.set_weights([ordered(weights, kind, "ifco") for kind in kinds])

    def step(self, x, *state):
        given = [tf.constant(s, tf.float32) for s in state]
        x = tf.constant(x[:, np.newaxis], tf.float32)
        _, *after = self.layer(x, initial_state=given)
        return tuple(s.numpy() for s in after)

    @staticmethod
    def fresh(input_size, units):
        layer = tf.keras.layers.LSTM(units)
        layer.build((None, None, input_size))
        return np.split(layer.get_weights()[2], 4)


class TorchLSTM:
    """torch.nn.LSTM with given weights, one step at a time; of its biases, one is 0."""

    @torch.no_grad()
    def __init__(self, weights):
        sizes = len(weights["kernel_i"]), len(weights["bias_i"])
        self.layer = torch.nn.LSTM(*sizes, batch_first=True)
        for ours, theirs in (
            (ordered(weights, "kernel", "ifco").T, self.layer.weight_ih_l0),
            (ordered(weights, "recurrent_kernel", "ifco").T, self.layer.weight_hh_l0),
            (ordered(weights, "bias", "ifco"), self.layer.bias_ih_l0),
        ):
            theirs.copy_(torch.as_tensor(ours))
        self.layer.bias_hh_l0.zero_()

    @torch.no_grad()
    def step(self, x, *state):
        x, h, c = (torch.as_tensor(v).float() for v in (x, *state))
        _, after = self.layer(x[:, None], (h[None], c[None]))
        return tuple(s[0].numpy() for s in after)

    @staticmethod
    def fresh(input_size, units):
        layer = torch.nn.LSTM(input_size, units)
        return np.split((layer.bias_ih_l0 + layer.bias_hh_l0).detach().numpy(), 4)


def with_lstm(layer):
    """Return the encoder-decoder of a framework's LSTM; it does not train."""

    class EncoderDecoder(encoder_decoder.EncoderDecoder):
        cell = layer

        def __init__(self, **sizes):
            super().__init__(**sizes)
            fresh = layer.fresh(sizes["embed_size"], sizes["units"])
            for name, bias in zip("ifco", fresh, strict=True):
                for side in "encoder", "decoder":
                    self._weights[f"{side}/bias_{name}"] = bias.astype(float)

        def train_step(self, batch):
            raise NotProvided("train_step is not provided")

    return {
        "EncoderDecoder": EncoderDecoder,
        "teacher_inputs": encoder_decoder.teacher_inputs,
    }


def test_keras_lstm_conforms():
    assert verdict("encoder_decoder", **with_lstm(KerasLSTM)) == {}


def test_torch_lstm_starts_from_other_biases():
    failures = verdict("encoder_decoder", **with_lstm(TorchLSTM))
    assert set(failures) == {"ED-03"}  # a fresh model's forget biases are 1


class KerasAttention(Kept):
    def __init__(self, *, use_scale=False, causal=False):
        self.layer = tf.keras.layers.Attention(use_scale=use_scale)
        self.layer.build(None)
        self.causal = causal

    def set_named_weights(self, weights):
        self.layer.set_weights([np.asarray(value) for value in weights.values()])

    def named_weights(self):
        return {"scale": self.layer.scale.numpy()} if self.layer.use_scale else {}

    def __call__(self, query, value, key=None, query_mask=None, value_mask=None):
        masks = [
            None if m is None else tf.constant(m) for m in (query_mask, value_mask)
        ]
        inputs = [tf.constant(x) for x in (query, value, key) if x is not None]
        return self.layer(inputs, mask=masks, use_causal_mask=self.causal)


def checks_alone(failures, component):
    """Return the failures that are not about arguments that must be refused."""
    refusing = {
        c.id
        for c in SPECIFICATION.clauses_of(component)
        if "refuse" in c.function.__name__
    }
    return {name: found for name, found in failures.items() if name not in refusing}


def test_keras_attention_conforms():
    failures = verdict("attention", Attention=KerasAttention)
    assert checks_alone(failures, "attention") == {}


class TorchScaledAttention(Kept):
    """scaled_dot_product_attention with its own scale, 1 / sqrt(D)."""

    own_scale: float | None = None

    def __init__(self, *, use_scale=False, causal=False):
        self.weights = {"scale": np.array(1, np.float32)} if use_scale else {}
        self.causal = causal

    def __call__(self, query, value, key=None, query_mask=None, value_mask=None):
        query, value = torch.as_tensor(query), torch.as_tensor(value)
        key = value if key is None else torch.as_tensor(key)
        query = query * torch.as_tensor(self.weights.get("scale", np.float32(1)))
        keep = None if value_mask is None else torch.as_tensor(value_mask)[:, None]
        if keep is not None and self.causal:
            steps = query.shape[1]
            keep = keep & torch.ones(steps, steps, dtype=torch.bool).tril()
        attended = torch.nn.functional.scaled_dot_product_attention(
            query,
            key,
            value,
            attn_mask=keep,
            is_causal=self.causal and keep is None,
            scale=self.own_scale,
        )
        if query_mask is not None:
            attended = attended * torch.as_tensor(query_mask)[..., None]
        return attended


class TorchUnscaledAttention(TorchScaledAttention):
    own_scale = 1.0


def test_torch_attention_without_its_scale_conforms():
    failures = verdict("attention", Attention=TorchUnscaledAttention)
    assert checks_alone(failures, "attention") == {}


def test_torch_attention_with_its_scale_is_named():
    failures = verdict("attention", Attention=TorchScaledAttention)
    assert any("root" in name for name in failures["ATT-02"])


class TorchMultiHead(Kept):
    """torch.nn.MultiheadAttention, which scales by 1 / sqrt(D / H)."""

    undo_scale = False

    def __init__(self, *, dims, n_heads, causal=False, use_scale=False):
        self.layer = torch.nn.MultiheadAttention(
            dims, n_heads, bias=False, batch_first=True
        )
        self.causal, self.factor = causal, (dims / n_heads) ** 0.5
        eye = np.eye(dims, dtype=np.float32)
        scale = {"scale": np.float32(1)} if use_scale else {}
        self.set_named_weights(dict.fromkeys(MHA_KERNELS, eye) | scale)

    @torch.no_grad()
    def set_named_weights(self, weights):
        super().set_named_weights(weights)
        scale = weights.get("scale", 1.0) * (self.factor if self.undo_scale else 1)
        query, value, key, output = (torch.as_tensor(weights[n]).T for n in MHA_KERNELS)
        self.layer.in_proj_weight.copy_(torch.cat([query * scale, key, value]))
        self.layer.out_proj.weight.copy_(output)

    def __call__(self, query, value, key=None, query_mask=None, value_mask=None):
        query, value = torch.as_tensor(query), torch.as_tensor(value)
        key = value if key is None else torch.as_tensor(key)
        drop = None if value_mask is None else ~torch.as_tensor(value_mask)
        later = None
        if self.causal:
            later = torch.ones(query.shape[1], value.shape[1], dtype=torch.bool).triu(1)
        attended, _ = self.layer(
            query,
            key,
            value,
            key_padding_mask=drop,
            attn_mask=later,
            need_weights=False,
        )
        if query_mask is not None:
            attended = attended * torch.as_tensor(query_mask)[..., None]
        return attended


class TorchMultiHeadUnscaled(TorchMultiHead):
    undo_scale = True


def test_torch_multi_head_with_its_scale_undone_conforms():
    failures = verdict(
        "multi_head_attention", MultiHeadAttention=TorchMultiHeadUnscaled
    )
    assert checks_alone(failures, "multi_head_attention") == {}


def test_torch_multi_head_with_its_scale_is_named():
    failures = verdict("multi_head_attention", MultiHeadAttention=TorchMultiHead)
    assert any("root" in name for name in failures["MHA-06"])


class KerasMultiHead(Kept):
    """tf.keras.layers.MultiHeadAttention, which scales by 1 / sqrt(D / H)."""

    undo_scale = False

    def __init__(self, *, dims, n_heads, causal=False, use_scale=False):
        self.causal, self.factor = causal, (dims / n_heads) ** 0.5
        eye = np.eye(dims, dtype=np.float32)
        scale = {"scale": np.float32(1)} if use_scale else {}
        one = tf.zeros([1, 1, dims])
        self.layer = tf.keras.layers.MultiHeadAttention(
            n_heads, dims // n_heads, use_bias=False
        )
        self.layer(one, one)
        self.shapes = [w.shape for w in self.layer.get_weights()]
        self.set_named_weights(dict.fromkeys(MHA_KERNELS, eye) | scale)

    def set_named_weights(self, weights):
        super().set_named_weights(weights)
        scale = weights.get("scale", 1.0) * (self.factor if self.undo_scale else 1)
        query, value, key, output = (weights[name] for name in MHA_KERNELS)
        pairs = zip((query * scale, key, value, output), self.shapes, strict=True)
        self.layer.set_weights([np.reshape(w, shape) for w, shape in pairs])

    def __call__(self, query, value, key=None, query_mask=None, value_mask=None):
        tensors = [None if x is None else tf.constant(x) for x in (query, value, key)]
        keep = None if value_mask is None else tf.constant(value_mask)[:, tf.newaxis]
        attended = self.layer(
            *tensors, attention_mask=keep, use_causal_mask=self.causal
        )
        if query_mask is not None:
            attended *= tf.cast(query_mask, tf.float32)[..., tf.newaxis]
        return attended


class KerasMultiHeadUnscaled(KerasMultiHead):
    undo_scale = True


def test_keras_multi_head_with_its_scale_undone_conforms():
    failures = verdict(
        "multi_head_attention", MultiHeadAttention=KerasMultiHeadUnscaled
    )
    assert checks_alone(failures, "multi_head_attention") == {}


def test_keras_multi_head_with_its_scale_is_named():
    failures = verdict("multi_head_attention", MultiHeadAttention=KerasMultiHead)
    assert any("root" in name for name in failures["MHA-06"])
