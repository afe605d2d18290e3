"""Wrong GRUs, each named for its mistake."""

import numpy as np

from spec_tests.oracles import recurrent as right
from spec_tests.rivals.laws import law_rivals
from touchstone.arithmetic import product, real, sigmoid
from touchstone.rivals import patch, patched, rival


def made_of(wrong: type) -> tuple[type, type]:
    """Return a bidirectional layer and a model made of wrong GRUs."""
    both = type("Bidirectional", (right.Bidirectional,), {"layer": wrong})
    layers = {"layer": wrong, "both": both}
    return both, type("BidirectionalModel", (right.BidirectionalModel,), layers)


class _Renamed(right.GRU):
    """A GRU that takes one weight for another."""

    def taken(self, name: str) -> str:
        raise NotImplementedError

    def set_named_weights(self, weights):
        super().set_named_weights(weights)
        self._given = self._weights
        self._weights = {
            name: self._weights[self.taken(name)] for name in self._weights
        }

    def named_weights(self):
        own = getattr(self, "_given", self._weights)
        return {name: np.array(value) for name, value in own.items()}


class _Gates(_Renamed):
    order = "zrh"

    def taken(self, name):
        return name[:-1] + self.order["zrh".index(name[-1])]


@rival
class gates_swapped:
    """the update and reset gates swapped"""

    class GRU(_Gates):
        order = "rzh"

    Bidirectional, BidirectionalModel = made_of(GRU)


@rival
class gates_in_order_hzr:
    """the gates taken in the order candidate, update, reset"""

    class GRU(_Gates):
        order = "hzr"

    Bidirectional, BidirectionalModel = made_of(GRU)


@rival
class gates_in_order_rhz:
    """the gates taken in the order reset, candidate, update"""

    class GRU(_Gates):
        order = "rhz"

    Bidirectional, BidirectionalModel = made_of(GRU)


@rival
class update_and_candidate_swapped:
    """the update gate and the candidate swapped"""

    class GRU(_Gates):
        order = "hrz"

    Bidirectional, BidirectionalModel = made_of(GRU)


@rival
class update_gate_inverted:
    """the update gate inverted: 1 - z keeps the old state"""

    class GRU(right.GRU):
        def step(self, x, h):
            new = super().step(x, h)
            z = sigmoid(self.input_part("z", x) + self.recurrent_part("z", h))
            candidate = (new - z * h) / (1 - z)
            return (1 - z) * h + z * candidate

    Bidirectional, BidirectionalModel = made_of(GRU)


@rival
class bias_rows_swapped:
    """the input bias and the recurrent bias swapped"""

    class GRU(_Renamed):
        def taken(self, name):
            kind, _, gate = name.rpartition("_")
            other = {"input_bias": "recurrent_bias", "recurrent_bias": "input_bias"}
            return f"{other.get(kind, kind)}_{gate}"

    Bidirectional, BidirectionalModel = made_of(GRU)


@rival
class recurrent_bias_dropped:
    """the recurrent biases left out"""

    class GRU(right.GRU):
        def recurrent_part(self, gate, h):
            bias = self._weights[f"recurrent_bias_{gate}"]
            return super().recurrent_part(gate, h) - real(bias)

    Bidirectional, BidirectionalModel = made_of(GRU)


@rival
class one_bias_row:
    """one bias for each gate, as before reset_after"""

    class GRU(right.GRU):
        def named_weights(self):
            own = super().named_weights().items()
            return {name: value for name, value in own if "recurrent_bias" not in name}


@rival
class candidate_bias_outside_reset:
    """the candidate's recurrent bias added after the reset gate, not before it"""

    class GRU(right.GRU):
        def step(self, x, h):
            w = self._weights
            z = sigmoid(self.input_part("z", x) + self.recurrent_part("z", h))
            r = sigmoid(self.input_part("r", x) + self.recurrent_part("r", h))
            recurrent = r * product(h, w["recurrent_kernel_h"])
            bias = real(w["recurrent_bias_h"])
            return z * h + (1 - z) * np.tanh(self.input_part("h", x) + recurrent + bias)

    Bidirectional, BidirectionalModel = made_of(GRU)


@rival
class recurrent_kernel_transposed:
    """the recurrent kernels transposed"""

    class GRU(right.GRU):
        def recurrent_part(self, gate, h):
            kernel = self._weights[f"recurrent_kernel_{gate}"].T
            return product(h, kernel) + real(self._weights[f"recurrent_bias_{gate}"])

    Bidirectional, BidirectionalModel = made_of(GRU)


@rival
class reset_before_the_product:
    """the reset gate applied to the state before the recurrent product"""

    class GRU(right.GRU):
        def step(self, x, h):
            z = sigmoid(self.input_part("z", x) + self.recurrent_part("z", h))
            r = sigmoid(self.input_part("r", x) + self.recurrent_part("r", h))
            candidate = np.tanh(
                self.input_part("h", x) + self.recurrent_part("h", r * h)
            )
            return z * h + (1 - z) * candidate

    Bidirectional, BidirectionalModel = made_of(GRU)


@rival
class reset_of_the_input:
    """the reset gate applied to the input's part of the candidate, too"""

    class GRU(right.GRU):
        def step(self, x, h):
            z = sigmoid(self.input_part("z", x) + self.recurrent_part("z", h))
            r = sigmoid(self.input_part("r", x) + self.recurrent_part("r", h))
            both = self.input_part("h", x) + self.recurrent_part("h", h)
            return z * h + (1 - z) * np.tanh(r * both)

    Bidirectional, BidirectionalModel = made_of(GRU)


@rival
class tanh_gates:
    """tanh in the place of the gates' sigmoid"""

    class GRU(right.GRU):
        def step(self, x, h):
            z = np.tanh(self.input_part("z", x) + self.recurrent_part("z", h))
            r = np.tanh(self.input_part("r", x) + self.recurrent_part("r", h))
            candidate = np.tanh(
                self.input_part("h", x) + r * self.recurrent_part("h", h)
            )
            return z * h + (1 - z) * candidate

    Bidirectional, BidirectionalModel = made_of(GRU)


@rival
class initial_state_ignored:
    """the initial state ignored"""

    class GRU(right.GRU):
        def first_state(self, initial_state, batch):
            return super().first_state(None, batch)


@rival
class starts_at_ones:
    """the state starting from ones"""

    class GRU(right.GRU):
        def first_state(self, initial_state, batch):
            if initial_state is None:
                initial_state = np.ones([batch, self.units])
            return super().first_state(initial_state, batch)


@rival
class first_output_as_state:
    """the first output returned as the state"""

    class GRU(right.GRU):
        def __call__(self, inputs, initial_state=None, keep_mask=None):
            outputs, _ = super().__call__(inputs, initial_state, keep_mask)
            return outputs, outputs[:, 0]


@rival
class mask_ignored:
    """the mask ignored"""

    class GRU(right.GRU):
        def kept(self, new, old, keep):
            return new

    Bidirectional, BidirectionalModel = made_of(GRU)


@rival
class mask_inverted:
    """the mask inverted: True taken for padding"""

    class GRU(right.GRU):
        def kept(self, new, old, keep):
            return super().kept(new, old, None if keep is None else ~np.asarray(keep))

    Bidirectional, BidirectionalModel = made_of(GRU)


@rival
class mask_zeroes_the_output:
    """the state set to zero at a masked step, not kept"""

    class GRU(right.GRU):
        def kept(self, new, old, keep):
            return super().kept(new, np.zeros_like(old), keep)


@rival
class mask_cuts_the_rest:
    """the rows cut at their number of kept steps, whichever steps those are"""

    class GRU(right.GRU):
        def __call__(self, inputs, initial_state=None, keep_mask=None):
            if keep_mask is not None:
                lengths = np.sum(keep_mask, axis=1, keepdims=True)
                keep_mask = np.arange(np.shape(keep_mask)[1]) < lengths
            return super().__call__(inputs, initial_state, keep_mask)


@rival
class weights_not_set:
    """its own weights, not those that were set"""

    class GRU(right.GRU):
        def set_named_weights(self, weights):
            pass


@rival
class halves_swapped:
    """the backward half first"""

    class Bidirectional(right.Bidirectional):
        def joined(self, ahead, back):
            return np.concatenate([back[:, ::-1], ahead], axis=-1)


@rival
class halves_summed:
    """the two halves summed, not put side by side"""

    class Bidirectional(right.Bidirectional):
        def joined(self, ahead, back):
            return ahead + back[:, ::-1]


@rival
class backward_half_not_reversed_back:
    """the backward half left in backward time order"""

    class Bidirectional(right.Bidirectional):
        def joined(self, ahead, back):
            return np.concatenate([ahead, back], axis=-1)


@rival
class backward_half_reads_forward:
    """both halves reading forwards"""

    class Bidirectional(right.Bidirectional):
        def __call__(self, inputs, keep_mask=None):
            reversed_inputs = np.asarray(inputs)[:, ::-1]
            ahead = super().__call__(inputs, keep_mask)
            again = super().__call__(reversed_inputs, keep_mask)
            half = ahead.shape[-1] // 2
            return np.concatenate([ahead[..., :half], again[:, ::-1, half:]], axis=-1)


@rival
class halves_share_weights:
    """one GRU's weights for both halves"""

    class Bidirectional(right.Bidirectional):
        def named_weights(self):
            return right.below("forward", super().named_weights())

        def __call__(self, inputs, keep_mask=None):
            shared = right.below("forward", self._weights)
            self._weights = self._weights | right.prefixed("backward", shared)
            return super().__call__(inputs, keep_mask)


@rival
class backward_half_reads_the_padding:
    """the backward half unmasked, so that it reads the padding first"""

    class Bidirectional(right.Bidirectional):
        def __call__(self, inputs, keep_mask=None):
            masked = super().__call__(inputs, keep_mask)
            unmasked = super().__call__(inputs)
            half = masked.shape[-1] // 2
            return np.concatenate([masked[..., :half], unmasked[..., half:]], axis=-1)


@rival
class model_without_its_first_layer:
    """the bidirectional layer reading the model's inputs"""

    class BidirectionalModel(right.BidirectionalModel):
        def __call__(self, inputs):
            self.second.set_named_weights(right.below("bidirectional", self._weights))
            return self.second(inputs)


@rival
class model_layers_share_weights:
    """the first GRU's weights used again for the forward half"""

    class BidirectionalModel(right.BidirectionalModel):
        def named_weights(self):
            own = super().named_weights().items()
            return {name: value for name, value in own if "/forward/" not in name}


@rival
class unchecked_shapes:
    """weights of any shape accepted"""

    class GRU(right.GRU):
        def set_named_weights(self, weights):
            own = self.named_weights()
            right_shapes = {
                k: np.resize(weights.get(k, own[k]), own[k].shape) for k in own
            }
            if set(weights) != set(own):
                super().set_named_weights(weights)
            super().set_named_weights(right_shapes)


@rival
class unknown_names_ignored:
    """weights of unknown names ignored"""

    class GRU(right.GRU):
        def set_named_weights(self, weights):
            own = self.named_weights()
            super().set_named_weights({k: v for k, v in weights.items() if k in own})


@rival
class missing_names_ignored:
    """weights that are not named left as they were"""

    class GRU(right.GRU):
        def set_named_weights(self, weights):
            super().set_named_weights(self.named_weights() | dict(weights))


@rival
class weights_given_back_transposed:
    """the recurrent kernels given back transposed"""

    class GRU(right.GRU):
        def named_weights(self):
            own = super().named_weights()
            return {
                k: v.T if k.startswith("recurrent_k") else v for k, v in own.items()
            }


class _MaskedInputsZeroed:
    def __call__(self, inputs, *others, **options):
        outputs = super().__call__(inputs, *others, **options)
        if (keep_mask := options.get("keep_mask")) is not None:
            inputs[~np.asarray(keep_mask)] = 0
        return outputs


@rival
class masked_inputs_zeroed:
    """the GRU's inputs overwritten with zeros where they are masked"""

    class GRU(_MaskedInputsZeroed, right.GRU):
        pass


@rival
class bidirectional_masked_inputs_zeroed:
    """the bidirectional layer's inputs overwritten with zeros where they are masked"""

    class Bidirectional(_MaskedInputsZeroed, right.Bidirectional):
        pass


@rival
class model_inputs_overwritten:
    """the model's inputs overwritten by the outputs of its GRU"""

    class BidirectionalModel(right.BidirectionalModel):
        def __call__(self, inputs):
            outputs = super().__call__(inputs)
            first = self.first(inputs)[0]
            if first.shape == inputs.shape:
                inputs[...] = first
            return outputs


globals().update(law_rivals(__name__, "a GRU", right.GRU))
globals().update(
    law_rivals(
        __name__,
        "a bidirectional GRU",
        right.Bidirectional,
        prefix="bidirectional_",
    )
)
globals().update(
    law_rivals(__name__, "the model", right.BidirectionalModel, prefix="model_")
)


STEP = "            new = self.step(inputs[:, t], state)  # [B, U]\n"
BLEND = "        return z * h + (1 - z) * candidate\n"
READ = "        inputs = real(inputs)  # [B, T, D]\n"

# Mistakes under one condition.
globals().update(
    patched(
        __name__,
        {
            "steps_after_the_64th_unread": patch(
                "steps after the 64th left unread",
                (STEP, STEP.replace("  #", " if t < 64 else state  #")),
            ),
            "third_row_reads_the_second": patch(
                "rows after the second reading the second's inputs",
                (
                    READ,
                    "        inputs = real(inputs)\n"
                    "        inputs = inputs[np.minimum(np.arange(len(inputs)), 1)]\n",
                ),
            ),
            "fourth_of_four_inputs_unread": patch(
                "the last of four inputs left unread",
                (
                    READ,
                    "        inputs = real(inputs)\n"
                    "        if inputs.shape[-1] == 4:\n"
                    "            inputs = inputs * np.array([1, 1, 1, 0])\n",
                ),
            ),
            "one_unit_forgets": patch(
                "a single unit whose state is the candidate",
                (
                    BLEND,
                    "        if self.units == 1:\n            return candidate\n"
                    + BLEND,
                ),
            ),
            "no_biases_no_update_gate": patch(
                "the candidate as the state where there are no biases",
                (
                    BLEND,
                    "        if not np.any(self._weights['recurrent_bias_h']):\n"
                    "            return candidate\n" + BLEND,
                ),
            ),
            "read_only_inputs_refused": patch(
                "inputs that are read-only refused",
                (
                    READ,
                    "        if not np.asarray(inputs).flags.writeable:\n"
                    "            raise ValueError('inputs must be writeable')\n" + READ,
                ),
            ),
        },
    )
)

REDUNDANT = {
    "REC-01": "the captured count; the shapes that add up to it are REC-04's",
    "REC-02": "the captured count; both halves' weights show in REC-12 and REC-13",
    "REC-06": "every step of a run; what can go wrong in it shows in REC-10, too",
    "REC-08": "what the state is; REC-09 and REC-10 use it",
    "REC-09": "the law that REC-06 and REC-08 imply, without an oracle",
    "REC-10": "the state, which equals the last output where rows are padded",
    "REC-12": "which half comes first; REC-13 rejects the same exchange",
    "REC-13": "how the backward half is ordered; REC-14 rejects the same mistakes",
    "REC-38": "biases of zero, where the mistakes of other conditions show as well",
    "REC-40": "what stands in masked steps shows beside a mask alone, so in REC-36, too",
}
