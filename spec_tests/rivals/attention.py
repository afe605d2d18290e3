"""Wrong attentions, each named for its mistake."""

import numpy as np

from spec_tests.oracles import attention as right
from spec_tests.rivals.laws import law_rivals
from touchstone.arithmetic import real, softmax
from touchstone.rivals import rival


@rival
class scaled_by_root_dims:
    """the scores divided by the root of the width"""

    class Attention(right.Attention):
        def scores(self, query, key):
            return super().scores(query, key) / np.sqrt(query.shape[-1])


@rival
class scale_missing:
    """the learned scale left out of the scores"""

    class Attention(right.Attention):
        def scaled(self, scores):
            return scores


@rival
class scale_of_the_output:
    """the learned scale multiplying the output, not the scores"""

    class Attention(right.Attention):
        def scaled(self, scores):
            return scores

        def kept(self, outputs, query_mask):
            return super().kept(super().scaled(outputs), query_mask)


@rival
class divided_by_the_scale:
    """the scores divided by the learned scale"""

    class Attention(right.Attention):
        def scaled(self, scores):
            return scores / real(self._weights["scale"]) if self.use_scale else scores


@rival
class scale_starts_at_zero:
    """a scale that starts at 0"""

    class Attention(right.Attention):
        def __init__(self, **options):
            super().__init__(**options)
            self._weights = {name: np.zeros(()) for name in self._weights}


@rival
class scale_of_one_axis:
    """a scale of shape [1]"""

    class Attention(right.Attention):
        def named_weights(self):
            return {name: w.reshape(1) for name, w in super().named_weights().items()}


@rival
class scale_always_there:
    """a learned scale whether or not it is asked for"""

    class Attention(right.Attention):
        def named_weights(self):
            return {"scale": np.ones(())} | super().named_weights()


@rival
class softmax_over_the_queries:
    """the softmax over the query axis"""

    class Attention(right.Attention):
        def weights(self, scores, seen):
            turned = super().weights(scores.swapaxes(1, 2), seen.swapaxes(1, 2))
            return turned.swapaxes(1, 2)


@rival
class softmax_over_the_batch:
    """the softmax over the batch axis"""

    class Attention(right.Attention):
        def weights(self, scores, seen):
            return softmax(np.where(seen, scores, right.NEVER).T).T


@rival
class softmax_missing:
    """the scores themselves for weights, without a softmax"""

    class Attention(right.Attention):
        def weights(self, scores, seen):
            return np.where(seen, scores, 0)


@rival
class softmax_overflows:
    """exponentials of the scores as they are, which overflow"""

    class Attention(right.Attention):
        def weights(self, scores, seen):
            with np.errstate(over="ignore", invalid="ignore"):
                powers = np.exp(np.where(seen, scores, right.NEVER))
                return powers / powers.sum(axis=-1, keepdims=True)


@rival
class cosine_scores:
    """the scores of queries and keys brought to length 1"""

    class Attention(right.Attention):
        def scores(self, query, key):
            query = query / np.linalg.norm(query, axis=-1, keepdims=True)
            return super().scores(
                query, key / np.linalg.norm(key, axis=-1, keepdims=True)
            )


@rival
class key_defaults_to_the_query:
    """the query in the place of a key that is not given"""

    class Attention(right.Attention):
        def default_key(self, query, value):
            return np.resize(query, value.shape)


@rival
class key_ignored:
    """the values as keys, whatever the key"""

    class Attention(right.Attention):
        def __call__(self, query, value, key=None, query_mask=None, value_mask=None):
            super().__call__(query, value, key, query_mask, value_mask)
            return super().__call__(query, value, None, query_mask, value_mask)


@rival
class key_and_value_exchanged:
    """the key taken for the value and the value for the key"""

    class Attention(right.Attention):
        def __call__(self, query, value, key=None, query_mask=None, value_mask=None):
            if key is not None:
                super().__call__(query, value, key, query_mask, value_mask)
                value, key = key, value
            return super().__call__(query, value, key, query_mask, value_mask)


@rival
class query_and_value_exchanged:
    """the value attending to the query"""

    class Attention(right.Attention):
        def __call__(self, query, value, key=None, query_mask=None, value_mask=None):
            super().__call__(query, value, key, query_mask, value_mask)
            return super().__call__(value, query, None, value_mask, query_mask)


@rival
class twelve_values_at_most:
    """values after the twelfth left out"""

    class Attention(right.Attention):
        def seen(self, batch, steps, value_steps, value_mask):
            seen = super().seen(batch, steps, value_steps, value_mask)
            seen[:, :, 12:] = False
            return seen


@rival
class causal_ignored:
    """every query seeing every value although causal"""

    class Attention(right.Attention):
        def past(self, steps, value_steps):
            return np.ones([steps, value_steps], bool)


@rival
class causal_without_the_present:
    """the causal mask shifted by one, so that step t sees 0 to t - 1"""

    class Attention(right.Attention):
        def past(self, steps, value_steps):
            return np.arange(value_steps) < np.arange(steps)[:, np.newaxis]


@rival
class causal_with_the_next:
    """the causal mask shifted by one, so that step t sees 0 to t + 1"""

    class Attention(right.Attention):
        def past(self, steps, value_steps):
            return np.arange(value_steps) <= np.arange(steps)[:, np.newaxis] + 1


@rival
class causal_inverted:
    """the causal mask inverted, so that step t sees the steps from t on"""

    class Attention(right.Attention):
        def past(self, steps, value_steps):
            return np.arange(value_steps) >= np.arange(steps)[:, np.newaxis]


@rival
class causal_after_the_softmax:
    """the later weights set to zero after the softmax, the rest not summing to 1"""

    class Attention(right.Attention):
        def weights(self, scores, seen):
            if not self.causal:
                return super().weights(scores, seen)
            past = self.past(*scores.shape[1:])
            return super().weights(scores, seen | ~past) * past


@rival
class causal_always:
    """a causal mask whether or not it is asked for"""

    class Attention(right.Attention):
        def seen(self, batch, steps, value_steps, value_mask):
            seen = super().seen(batch, steps, value_steps, value_mask)
            return seen & self.past(steps, value_steps)


@rival
class causal_by_a_penalty:
    """20 taken from the scores of later values, which leaves a trace of them"""

    class Attention(right.Attention):
        def seen(self, batch, steps, value_steps, value_mask):
            self.masked = right.Attention.seen(
                self, batch, steps, value_steps, value_mask
            )
            if value_mask is None:
                return np.ones_like(self.masked)
            return self.masked

        def weights(self, scores, seen):
            return super().weights(np.where(self.masked, scores, scores - 20), seen)


@rival
class value_mask_by_a_penalty:
    """20 taken from the scores of masked values, which leaves a trace of them"""

    class Attention(right.Attention):
        def seen(self, batch, steps, value_steps, value_mask):
            self.masked = super().seen(batch, steps, value_steps, value_mask)
            return super().seen(batch, steps, value_steps, None)

        def weights(self, scores, seen):
            return super().weights(np.where(self.masked, scores, scores - 20), seen)


@rival
class value_mask_ignored:
    """the value mask ignored"""

    class Attention(right.Attention):
        def unmasked(self, value_mask):
            return np.ones_like(value_mask)


@rival
class value_mask_inverted:
    """the value mask inverted: True taken for padding"""

    class Attention(right.Attention):
        def unmasked(self, value_mask):
            return ~value_mask


@rival
class value_mask_of_the_first_row:
    """the first row's value mask for every row of the batch"""

    class Attention(right.Attention):
        def unmasked(self, value_mask):
            return np.broadcast_to(value_mask[:1], value_mask.shape)


@rival
class value_mask_as_lengths:
    """the value mask taken for right-padding, by its number of kept steps"""

    class Attention(right.Attention):
        def unmasked(self, value_mask):
            lengths = value_mask.sum(axis=1, keepdims=True)
            return np.arange(value_mask.shape[1]) < lengths


@rival
class value_mask_added:
    """the value mask added to the scores as ones and zeros"""

    class Attention(right.Attention):
        def seen(self, batch, steps, value_steps, value_mask):
            self.added = 0 if value_mask is None else np.asarray(value_mask)[:, None]
            return super().seen(batch, steps, value_steps, None)

        def weights(self, scores, seen):
            return super().weights(scores + self.added, seen)


@rival
class value_mask_with_the_wrong_sign:
    """a large number added to the masked scores, not taken from them"""

    class Attention(right.Attention):
        def weights(self, scores, seen):
            return softmax(np.where(seen, scores, scores - right.NEVER))


@rival
class value_mask_zeroes_the_scores:
    """the scores of masked values set to zero, not left out"""

    class Attention(right.Attention):
        def seen(self, batch, steps, value_steps, value_mask):
            self.masked = super().seen(batch, steps, value_steps, value_mask)
            return super().seen(batch, steps, value_steps, None)

        def weights(self, scores, seen):
            return super().weights(np.where(self.masked, scores, 0), seen)


@rival
class value_mask_zeroes_the_values:
    """masked values set to zero but still given their weight"""

    class Attention(right.Attention):
        def __call__(self, query, value, key=None, query_mask=None, value_mask=None):
            key = value if key is None else key
            super().__call__(query, value, key, query_mask, value_mask)
            if value_mask is not None:
                value = np.where(np.asarray(value_mask)[..., None], value, 0)
            return super().__call__(query, value, key, query_mask)


@rival
class value_mask_ignored_when_causal:
    """the causal mask in the place of the value mask"""

    class Attention(right.Attention):
        def unmasked(self, value_mask):
            return np.ones_like(value_mask) if self.causal else value_mask


@rival
class causal_ignored_when_masked:
    """the value mask in the place of the causal mask"""

    class Attention(right.Attention):
        def seen(self, batch, steps, value_steps, value_mask):
            if value_mask is None:
                return super().seen(batch, steps, value_steps, None)
            seen = np.ones([batch, steps, value_steps], bool)
            return seen & np.asarray(value_mask)[:, np.newaxis]


@rival
class masks_joined_by_or:
    """a value seen where either of the two masks allows it"""

    class Attention(right.Attention):
        def seen(self, batch, steps, value_steps, value_mask):
            if value_mask is None or not self.causal:
                return super().seen(batch, steps, value_steps, value_mask)
            return self.past(steps, value_steps) | np.asarray(value_mask)[:, np.newaxis]


@rival
class query_mask_ignored:
    """the query mask ignored"""

    class Attention(right.Attention):
        def kept(self, outputs, query_mask):
            return outputs


@rival
class query_mask_inverted:
    """the query mask inverted: the rows of kept queries zero"""

    class Attention(right.Attention):
        def kept(self, outputs, query_mask):
            kept = None if query_mask is None else ~np.asarray(query_mask)
            return super().kept(outputs, kept)


@rival
class query_mask_zeroes_the_query:
    """masked queries set to zero, so that they average all values alike"""

    class Attention(right.Attention):
        def __call__(self, query, value, key=None, query_mask=None, value_mask=None):
            super().__call__(query, value, key, query_mask, value_mask)
            if query_mask is not None:
                query = np.where(np.asarray(query_mask)[..., None], query, 0)
            return super().__call__(query, value, key, None, value_mask)


@rival
class query_mask_keeps_the_query:
    """the query itself in the rows of masked queries"""

    class Attention(right.Attention):
        def __call__(self, query, value, key=None, query_mask=None, value_mask=None):
            outputs = super().__call__(query, value, key, query_mask, value_mask)
            if query_mask is None:
                return outputs
            return np.where(np.asarray(query_mask)[..., None], outputs, real(query))


@rival
class weights_not_set:
    """its own weights, not those that were set"""

    class Attention(right.Attention):
        def set_named_weights(self, weights):
            pass


class _Unchecked(right.Attention):
    """Attention that checks what `checked` leaves of its arguments."""

    def checked(self, query, value, key, query_mask, value_mask):
        raise NotImplementedError

    def check(self, *arguments):
        super().check(*self.checked(*arguments))


@rival
class ranks_unchecked:
    """a query without a batch axis taken for a batch of one"""

    class Attention(right.Attention):
        def __call__(self, query, value, *others, **masks):
            query = real(query)
            if query.ndim == 2:
                query = np.broadcast_to(query, [len(value), *query.shape])
            return super().__call__(query, value, *others, **masks)


@rival
class widths_unchecked:
    """the values cut to the width of the query"""

    class Attention(right.Attention):
        def __call__(self, query, value, *others, **masks):
            narrow = real(value)[..., : np.shape(query)[-1]]
            return super().__call__(query, narrow, *others, **masks)


@rival
class key_length_unchecked:
    """the values cut to the number of the keys"""

    class Attention(right.Attention):
        def __call__(self, query, value, key=None, *masks, **named):
            if key is not None:
                value = real(value)[:, : np.shape(key)[1]]
            return super().__call__(query, value, key, *masks, **named)


@rival
class value_mask_broadcast:
    """a value mask of one row accepted for every row"""

    class Attention(_Unchecked):
        def checked(self, query, value, key, query_mask, value_mask):
            return query, value, key, query_mask, None


@rival
class query_mask_broadcast:
    """a query mask of one row accepted for every row"""

    class Attention(_Unchecked):
        def checked(self, query, value, key, query_mask, value_mask):
            return query, value, key, None, value_mask


@rival
class masked_values_zeroed:
    """the values overwritten with zeros where they are masked"""

    class Attention(right.Attention):
        def __call__(self, query, value, *others, **masks):
            outputs = super().__call__(query, value, *others, **masks)
            if (mask := masks.get("value_mask")) is not None:
                value[~np.asarray(mask)] = 0
            return outputs


globals().update(law_rivals(__name__, "attention", right.Attention))


REDUNDANT = {
    "ATT-01": "ATT-02 in numbers that can be followed by hand",
    "ATT-03": "the usual call, without a key; other clauses make it too",
    "ATT-09": "who sees whom; what a mask must not let through shows in ATT-10, ATT-13",
}
