"""Wrong multi-head attentions, each named for its mistake."""

import numpy as np

from spec_tests.oracles import multi_head_attention as right
from spec_tests.oracles.attention import Attention
from spec_tests.rivals import attention as wrong
from spec_tests.rivals.laws import law_rivals
from touchstone.arithmetic import product, real
from touchstone.rivals import patch, patched, rival


def around(mistaken) -> type:
    """Return multi-head attention with a wrong attention in its middle."""
    inside = {"attention": mistaken.attention.Attention}
    return type("MultiHeadAttention", (right.MultiHeadAttention,), inside)


@rival
class heads_interleaved:
    """heads of every H-th column, not of neighbouring columns"""

    class MultiHeadAttention(right.MultiHeadAttention):
        def split(self, x):
            return [x[..., head :: self.n_heads] for head in range(self.n_heads)]

        def joined(self, heads):
            return np.stack(heads, axis=-1).reshape(*heads[0].shape[:2], self.dims)


@rival
class outputs_interleaved:
    """the heads' outputs interleaved, not side by side"""

    class MultiHeadAttention(right.MultiHeadAttention):
        def joined(self, heads):
            return np.stack(heads, axis=-1).reshape(*heads[0].shape[:2], self.dims)


@rival
class heads_mixed_with_steps:
    """the projections reshaped to heads without moving the steps behind them"""

    class MultiHeadAttention(right.MultiHeadAttention):
        def split(self, x):
            batch, steps, _ = x.shape
            return list(x.reshape(batch, self.n_heads, steps, -1).swapaxes(0, 1))


@rival
class outputs_mixed_with_steps:
    """the heads' outputs reshaped without moving the steps before them"""

    class MultiHeadAttention(right.MultiHeadAttention):
        def joined(self, heads):
            return np.stack(heads, axis=1).reshape(*heads[0].shape[:2], self.dims)


@rival
class heads_in_reverse:
    """the heads' outputs side by side in reverse"""

    class MultiHeadAttention(right.MultiHeadAttention):
        def joined(self, heads):
            return super().joined(heads[::-1])


@rival
class heads_averaged:
    """every head's place taken by the heads' average"""

    class MultiHeadAttention(right.MultiHeadAttention):
        def joined(self, heads):
            return super().joined([sum(heads) / self.n_heads] * self.n_heads)


@rival
class one_head_for_all:
    """one head, whatever their number"""

    class MultiHeadAttention(right.MultiHeadAttention):
        def split(self, x):
            return [x]


@rival
class keys_of_the_first_head:
    """the first head's keys and values for every head"""

    class MultiHeadAttention(right.MultiHeadAttention):
        def __call__(self, *arguments, **masks):
            self.shared = False
            return super().__call__(*arguments, **masks)

        def split(self, x):
            heads = super().split(x)
            first, self.shared = not self.shared, True  # the query comes first
            return heads if first else heads[:1] * self.n_heads


@rival
class scaled_by_root_head_dims:
    """the scores divided by the root of a head's width"""

    MultiHeadAttention = around(wrong.scaled_by_root_dims)


@rival
class scaled_by_root_dims:
    """the scores divided by the root of dims"""

    class MultiHeadAttention(right.MultiHeadAttention):
        def projected(self, name, x):
            root = np.sqrt(self.dims) if name == "query" else 1
            return super().projected(name, x) / root


@rival
class scale_missing:
    """the learned scale left out of the scores"""

    MultiHeadAttention = around(wrong.scale_missing)


@rival
class scale_of_the_output:
    """the learned scale multiplying the output, not the scores"""

    MultiHeadAttention = around(wrong.scale_of_the_output)


@rival
class scale_for_each_head:
    """a learned scale for each head"""

    class MultiHeadAttention(right.MultiHeadAttention):
        def named_weights(self):
            own = super().named_weights()
            if "scale" in own:
                own["scale"] = np.full(self.n_heads, own["scale"])
            return own


@rival
class scale_starts_at_root_head_dims:
    """a scale that starts at 1 / sqrt(D / H)"""

    class MultiHeadAttention(right.MultiHeadAttention):
        def __init__(self, **sizes):
            super().__init__(**sizes)
            if "scale" in self._weights:
                self._weights["scale"] = np.array((self.dims / self.n_heads) ** -0.5)


@rival
class scale_not_set:
    """the scale it had, not that which was set"""

    class MultiHeadAttention(right.MultiHeadAttention):
        def set_named_weights(self, weights):
            own = {k: w for k, w in self._weights.items() if k == "scale"}
            super().set_named_weights(dict(weights) | own)


@rival
class kernels_read_transposed:
    """the kernels transposed where the weights are read, as they lie in memory"""

    class MultiHeadAttention(right.MultiHeadAttention):
        def named_weights(self):
            return {name: w.T for name, w in super().named_weights().items()}


@rival
class kernels_transposed:
    """the kernels transposed"""

    class MultiHeadAttention(right.MultiHeadAttention):
        def projected(self, name, x):
            return product(x, self._weights[f"{name}_kernel"].T)

        def output(self, joined):
            return product(joined, self._weights["output_kernel"].T)


@rival
class output_projection_missing:
    """the output projection left out"""

    class MultiHeadAttention(right.MultiHeadAttention):
        def output(self, joined):
            return joined


@rival
class projections_have_biases:
    """projections with biases"""

    class MultiHeadAttention(right.MultiHeadAttention):
        def named_weights(self):
            biases = {
                name.replace("kernel", "bias"): np.zeros(self.dims)
                for name in right.KERNELS
            }
            return super().named_weights() | biases


def projecting(**taken: str) -> type:
    """Return multi-head attention that takes one kernel for another."""

    class MultiHeadAttention(right.MultiHeadAttention):
        def projected(self, name, x):
            return super().projected(taken.get(name, name), x)

    return MultiHeadAttention


@rival
class key_and_value_kernels_swapped:
    """the key and value kernels swapped"""

    MultiHeadAttention = projecting(key="value", value="key")


@rival
class query_and_value_kernels_swapped:
    """the query and value kernels swapped"""

    MultiHeadAttention = projecting(query="value", value="query")


@rival
class query_and_key_kernels_swapped:
    """the query and key kernels swapped"""

    MultiHeadAttention = projecting(query="key", key="query")


@rival
class value_kernel_for_the_keys:
    """the keys projected by the value kernel"""

    MultiHeadAttention = projecting(key="value")


@rival
class key_and_value_exchanged:
    """the key taken for the value and the value for the key"""

    class MultiHeadAttention(right.MultiHeadAttention):
        def __call__(self, query, value, key=None, *masks, **named):
            if key is not None:
                value, key = key, value
            return super().__call__(query, value, key, *masks, **named)


@rival
class key_ignored:
    """the values as keys, whatever the key"""

    class MultiHeadAttention(right.MultiHeadAttention):
        def __call__(self, query, value, key=None, *masks, **named):
            return super().__call__(query, value, None, *masks, **named)


@rival
class key_defaults_to_the_query:
    """the query in the place of a key that is not given"""

    MultiHeadAttention = around(wrong.key_defaults_to_the_query)


@rival
class key_defaults_to_the_projected_value:
    """the projected value projected again in the place of a key that is not given"""

    class MultiHeadAttention(right.MultiHeadAttention):
        def __call__(self, query, value, key=None, *masks, **named):
            if key is None:
                key = self.projected("value", real(value))
            return super().__call__(query, value, key, *masks, **named)


@rival
class query_and_value_exchanged:
    """the value attending to the query"""

    MultiHeadAttention = around(wrong.query_and_value_exchanged)


@rival
class softmax_over_the_queries:
    """the softmax over the query axis"""

    MultiHeadAttention = around(wrong.softmax_over_the_queries)


@rival
class softmax_over_the_heads:
    """the softmax over the heads"""

    class MultiHeadAttention(right.MultiHeadAttention):
        def joined(self, heads):
            queries, values, keys = self.slices
            scores = np.stack(
                [
                    self.inner.scores(query, key)
                    for query, key in zip(queries, keys, strict=True)
                ]
            )
            powers = np.exp(scores - scores.max())
            weights = powers / powers.sum(axis=0)  # [H, B, T, S]
            return super().joined(
                [product(w, value) for w, value in zip(weights, values, strict=True)]
            )

        def __call__(self, *arguments, **masks):
            self.slices = []
            return super().__call__(*arguments, **masks)

        def split(self, x):
            self.slices.append(super().split(x))
            return self.slices[-1]


@rival
class values_shared_out_to_the_heads:
    """each head seeing its own share of the values, by turns"""

    class MultiHeadAttention(right.MultiHeadAttention):
        def joined(self, heads):
            return super().joined([self.shared(head) for head in range(len(heads))])

        def shared(self, head):
            query, value, key = (slices[head] for slices in self.slices)
            mask = np.zeros(value.shape[:2], bool)
            mask[:, head % value.shape[1] :: self.n_heads] = True
            return self.inner(query, value, key, value_mask=mask)

        def __call__(self, *arguments, **masks):
            self.slices = []
            return super().__call__(*arguments, **masks)

        def split(self, x):
            self.slices.append(super().split(x))
            return self.slices[-1]


@rival
class twelve_values_at_most:
    """values after the twelfth left out"""

    MultiHeadAttention = around(wrong.twelve_values_at_most)


@rival
class causal_ignored:
    """every query seeing every value although causal"""

    MultiHeadAttention = around(wrong.causal_ignored)


@rival
class causal_without_the_present:
    """the causal mask shifted by one, so that step t sees 0 to t - 1"""

    MultiHeadAttention = around(wrong.causal_without_the_present)


@rival
class causal_with_the_next:
    """the causal mask shifted by one, so that step t sees 0 to t + 1"""

    MultiHeadAttention = around(wrong.causal_with_the_next)


@rival
class causal_inverted:
    """the causal mask inverted, so that step t sees the steps from t on"""

    MultiHeadAttention = around(wrong.causal_inverted)


@rival
class causal_after_the_softmax:
    """the later weights set to zero after the softmax, the rest not summing to 1"""

    MultiHeadAttention = around(wrong.causal_after_the_softmax)


@rival
class causal_by_a_penalty:
    """20 taken from the scores of later values, which leaves a trace of them"""

    MultiHeadAttention = around(wrong.causal_by_a_penalty)


@rival
class causal_in_the_first_head:
    """the causal mask in the first head only"""

    class MultiHeadAttention(right.MultiHeadAttention):
        class attention(Attention):
            def __call__(self, *arguments, **masks):
                outputs = super().__call__(*arguments, **masks)
                self.causal = False
                return outputs

        def __call__(self, *arguments, **masks):
            causal = self.inner.causal
            outputs = super().__call__(*arguments, **masks)
            self.inner.causal = causal
            return outputs


@rival
class value_mask_ignored:
    """the value mask ignored"""

    MultiHeadAttention = around(wrong.value_mask_ignored)


@rival
class value_mask_inverted:
    """the value mask inverted: True taken for padding"""

    MultiHeadAttention = around(wrong.value_mask_inverted)


@rival
class value_mask_added:
    """the value mask added to the scores as ones and zeros"""

    MultiHeadAttention = around(wrong.value_mask_added)


@rival
class value_mask_with_the_wrong_sign:
    """a large number added to the masked scores, not taken from them"""

    MultiHeadAttention = around(wrong.value_mask_with_the_wrong_sign)


@rival
class value_mask_in_the_order_of_heads:
    """masks repeated head by head beside rows that stand sample by sample"""

    class MultiHeadAttention(right.MultiHeadAttention):
        class attention(Attention):
            head, n_heads = 0, 1

            def unmasked(self, value_mask):
                batch = len(value_mask)
                rows = (np.arange(batch) * self.n_heads + self.head) % batch
                self.head += 1
                return value_mask[rows]

        def __call__(self, *arguments, **masks):
            vars(self.inner).update(head=0, n_heads=self.n_heads)
            return super().__call__(*arguments, **masks)


@rival
class value_mask_ignored_when_causal:
    """the causal mask in the place of the value mask"""

    MultiHeadAttention = around(wrong.value_mask_ignored_when_causal)


@rival
class causal_ignored_when_masked:
    """the value mask in the place of the causal mask"""

    MultiHeadAttention = around(wrong.causal_ignored_when_masked)


@rival
class query_mask_ignored:
    """the query mask ignored"""

    MultiHeadAttention = around(wrong.query_mask_ignored)


@rival
class query_mask_inverted:
    """the query mask inverted: the rows of kept queries zero"""

    MultiHeadAttention = around(wrong.query_mask_inverted)


@rival
class heads_rounded_down:
    """the columns that the heads leave over dropped"""

    class MultiHeadAttention(right.MultiHeadAttention):
        def check_sizes(self):
            if self.n_heads < 1:
                super().check_sizes()


@rival
class heads_unchecked:
    """a negative number of heads that divides dims accepted"""

    class MultiHeadAttention(right.MultiHeadAttention):
        def check_sizes(self):
            if self.dims % self.n_heads:
                super().check_sizes()


@rival
class ranks_unchecked:
    """a query without a batch axis taken for every row of the batch"""

    class MultiHeadAttention(right.MultiHeadAttention):
        def __call__(self, query, value, *others, **masks):
            query = real(query)
            if query.ndim == 2:
                query = np.broadcast_to(query, [len(value), *query.shape])
            return super().__call__(query, value, *others, **masks)


@rival
class widths_unchecked:
    """narrow values filled up with zeros"""

    class MultiHeadAttention(right.MultiHeadAttention):
        def __call__(self, query, value, *others, **masks):
            missing = self.dims - np.shape(value)[-1]
            value = np.pad(real(value), [(0, 0), (0, 0), (0, missing)])
            return super().__call__(query, value, *others, **masks)


@rival
class value_mask_broadcast:
    """a value mask of one row accepted for every row"""

    class MultiHeadAttention(right.MultiHeadAttention):
        def __call__(self, query, value, key=None, query_mask=None, value_mask=None):
            if value_mask is not None:
                value_mask = np.broadcast_to(value_mask, np.shape(value)[:2])
            return super().__call__(query, value, key, query_mask, value_mask)


@rival
class masked_values_zeroed:
    """the values overwritten with zeros where they are masked"""

    class MultiHeadAttention(right.MultiHeadAttention):
        def __call__(self, query, value, *others, **masks):
            outputs = super().__call__(query, value, *others, **masks)
            if (mask := masks.get("value_mask")) is not None:
                value[~np.asarray(mask)] = 0
            return outputs


globals().update(law_rivals(__name__, "multi-head attention", right.MultiHeadAttention))


OUTPUT = "        return self.output(self.joined(heads))  # [B, T, D]\n"
READ = "        query, value = real(query), real(value)  # [B, T, D], [B, S, D]\n"

# Mistakes under one condition.
globals().update(
    patched(
        __name__,
        {
            "batch_of_one_loses_its_axis": patch(
                "the axis of a batch of one squeezed away",
                (OUTPUT, OUTPUT.replace("  #", "[0 if len(query) == 1 else ...]  #")),
            ),
            "read_only_queries_refused": patch(
                "queries that are read-only refused",
                (
                    READ,
                    "        if not np.asarray(query).flags.writeable:\n"
                    "            raise ValueError('query must be writeable')\n" + READ,
                ),
            ),
        },
    )
)

REDUNDANT = {
    "MHA-01": "the captured shape; MHA-06 has the values in small",
    "MHA-02": "the captured count; the kernels that add up to it are MHA-03's",
    "MHA-07": "the usual call, without a key; other clauses make it too",
    "MHA-09": "the law that ties the component to `attention`; MHA-06 implies it",
    "MHA-10": "how heads are cut, with nothing else in the way; MHA-06 implies it",
}
