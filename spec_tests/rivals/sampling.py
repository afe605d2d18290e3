"""Wrong temperatures and wrong draws, each named for its mistake."""

import itertools

import numpy as np

from spec_tests.oracles import sampling as right
from spec_tests.rivals.laws import BufferReused
from touchstone.arithmetic import real
from touchstone.rivals import patch, patched, rival


@rival
class temperature_multiplied:
    """log-probabilities multiplied by the temperature"""

    class _Wrong(right.Temperature):
        def rescaled(self, log_p, temperature):
            return super().rescaled(log_p, 1 / temperature)

    apply_temperature = _Wrong()


@rival
class temperature_on_probabilities:
    """probabilities, not their logarithms, divided by the temperature"""

    class _Wrong(right.Temperature):
        def log(self, p):
            return p

    apply_temperature = _Wrong()


@rival
class temperature_ignored:
    """the temperature ignored"""

    class _Wrong(right.Temperature):
        def rescaled(self, log_p, temperature):
            return super().rescaled(log_p, 1)

    apply_temperature = _Wrong()


@rival
class logarithm_to_base_2:
    """logarithms to base 2 in the place of natural ones"""

    class _Wrong(right.Temperature):
        def log(self, p):
            return np.log2(p)

    apply_temperature = _Wrong()


@rival
class log_probabilities_returned:
    """rescaled log-probabilities in the place of probabilities"""

    class _Wrong(right.Temperature):
        def normalised(self, logits):
            with np.errstate(divide="ignore"):
                return np.log(super().normalised(logits))

    apply_temperature = _Wrong()


@rival
class not_normalised:
    """powers of probabilities that do not sum to 1"""

    class _Wrong(right.Temperature):
        def __call__(self, probabilities, temperature):
            self.check(temperature)
            return real(probabilities) ** (1 / temperature)

    apply_temperature = _Wrong()


@rival
class powers_underflow:
    """powers taken of the probabilities themselves, which vanish when it is cold"""

    class _Wrong(right.Temperature):
        def __call__(self, probabilities, temperature):
            self.check(temperature)
            powers = np.float32(probabilities) ** np.float32(1 / temperature)
            with np.errstate(invalid="ignore"):
                return powers / powers.sum(axis=-1, keepdims=True)

    apply_temperature = _Wrong()


@rival
class normalised_over_all_rows:
    """probabilities that sum to 1 over all rows together"""

    class _Wrong(right.Temperature):
        def normalised(self, logits):
            return super().normalised(logits) * (logits.shape[-1] / logits.size)

    apply_temperature = _Wrong()


@rival
class normalised_over_the_first_axis:
    """probabilities that sum to 1 over the first axis"""

    class _Wrong(right.Temperature):
        def normalised(self, logits):
            powers = np.exp(logits)
            with np.errstate(invalid="ignore"):
                return powers / powers.sum(axis=0, keepdims=True)

    apply_temperature = _Wrong()


@rival
class logarithm_offset:
    """a small number added before the logarithm, so that no class is impossible"""

    class _Wrong(right.Temperature):
        def log(self, p):
            return np.log(p + 1e-7)

    apply_temperature = _Wrong()


@rival
class unlikely_classes_cut:
    """only the 50 likeliest classes drawn"""

    class _Wrong(right.Categorical):
        def probabilities(self, logits):
            least = np.sort(logits)[:, -50:][:, :1]
            return super().probabilities(np.where(logits < least, -np.inf, logits))

    categorical = _Wrong()


@rival
class impossible_is_not_a_number:
    """an impossible class made NaN"""

    class _Wrong(right.Temperature):
        def normalised(self, logits):
            return np.where(np.isinf(logits), np.nan, super().normalised(logits))

    apply_temperature = _Wrong()


@rival
class always_greedy:
    """all the probability given to the most likely class"""

    class _Wrong(right.Temperature):
        def rescaled(self, log_p, temperature):
            return super().rescaled(log_p, 1e-9)

    apply_temperature = _Wrong()


@rival
class cold_is_clipped:
    """temperatures below 0.1 raised to 0.1"""

    class _Wrong(right.Temperature):
        def rescaled(self, log_p, temperature):
            return super().rescaled(log_p, max(temperature, 0.1))

    apply_temperature = _Wrong()


@rival
class heat_is_clipped:
    """temperatures above 10 lowered to 10"""

    class _Wrong(right.Temperature):
        def rescaled(self, log_p, temperature):
            return super().rescaled(log_p, min(temperature, 10))

    apply_temperature = _Wrong()


@rival
class zero_temperature_is_greedy:
    """a temperature of 0 taken for the most likely class"""

    class _Wrong(right.Temperature):
        def check(self, temperature):
            if temperature != 0:
                super().check(temperature)

        def rescaled(self, log_p, temperature):
            return super().rescaled(log_p, temperature or 1e-30)

    apply_temperature = _Wrong()


@rival
class negative_temperature_accepted:
    """a negative temperature, which prefers unlikely classes, accepted"""

    class _Wrong(right.Temperature):
        def check(self, temperature):
            super().check(abs(temperature))

    apply_temperature = _Wrong()


@rival
class nan_temperature_accepted:
    """a temperature that is not a number accepted"""

    class _Wrong(right.Temperature):
        def check(self, temperature):
            if temperature <= 0:
                super().check(temperature)

    apply_temperature = _Wrong()


@rival
class argmax_not_drawn:
    """the most likely class in the place of draws"""

    class _Wrong(right.Categorical):
        def row(self, p, uniform):
            return np.full(len(uniform), np.argmax(p))

    categorical = _Wrong()


@rival
class drawn_uniformly:
    """all possible classes drawn equally often"""

    class _Wrong(right.Categorical):
        def probabilities(self, logits):
            return super().probabilities(np.where(np.isinf(logits), logits, 0))

    categorical = _Wrong()


@rival
class probabilities_taken_as_logits:
    """probabilities taken as logits"""

    class _Wrong(right.Categorical):
        def probabilities(self, logits):
            p = super().probabilities(logits)
            return super().probabilities(np.where(p > 0, p, -np.inf))

    categorical = _Wrong()


@rival
class logits_taken_as_normalised:
    """logits taken as log-probabilities: their exponentials not normalised"""

    class _Wrong(right.Categorical):
        def probabilities(self, logits):
            return np.exp(logits)

    categorical = _Wrong()


@rival
class minus_infinity_taken_as_zero:
    """a logit of minus infinity taken as zero"""

    class _Wrong(right.Categorical):
        def probabilities(self, logits):
            return super().probabilities(np.where(np.isinf(logits), 0, logits))

    categorical = _Wrong()


@rival
class classes_from_one:
    """classes numbered from 1"""

    class _Wrong(right.Categorical):
        def row(self, p, uniform):
            return super().row(p, uniform) + 1

    categorical = _Wrong()


@rival
class first_row_for_all:
    """every row drawn with the first row's probabilities"""

    class _Wrong(right.Categorical):
        def probabilities(self, logits):
            return super().probabilities(logits[:1].repeat(len(logits), axis=0))

    categorical = _Wrong()


@rival
class rows_share_their_draws:
    """the same random numbers used in every row"""

    class _Wrong(right.Categorical):
        def uniform(self, generator, shape):
            return np.broadcast_to(generator.random(shape[1:]), shape)

    categorical = _Wrong()


@rival
class draws_come_in_pairs:
    """each random number used for two draws"""

    class _Wrong(right.Categorical):
        def uniform(self, generator, shape):
            return super().uniform(generator, shape).repeat(2, axis=1)[:, : shape[1]]

    categorical = _Wrong()


@rival
class draws_spread_evenly:
    """random numbers spread evenly, so that one draw tells the next"""

    class _Wrong(right.Categorical):
        def uniform(self, generator, shape):
            start = generator.random([shape[0], 1])
            return (start + np.arange(shape[1]) * 0.6180339887) % 1

    categorical = _Wrong()


@rival
class draws_stand_first:
    """the axis of draws before that of the batch"""

    class _Wrong(right.Categorical):
        def __call__(self, logits, n_samples, seed):
            return super().__call__(logits, n_samples, seed).T

    categorical = _Wrong()


@rival
class real_draws:
    """draws as real numbers"""

    class _Wrong(right.Categorical):
        def __call__(self, logits, n_samples, seed):
            return super().__call__(logits, n_samples, seed).astype(np.float32)

    categorical = _Wrong()


@rival
class seed_ignored:
    """the seed ignored: a new one at every call"""

    class _Wrong(right.Categorical):
        seeds = itertools.count()

        def generator(self, seed):
            return np.random.default_rng(next(self.seeds))

    categorical = _Wrong()


@rival
class seed_fixed:
    """the seed ignored: the same one at every call"""

    class _Wrong(right.Categorical):
        def generator(self, seed):
            return np.random.default_rng(42)

    categorical = _Wrong()


@rival
class no_draws_accepted:
    """zero draws accepted"""

    class _Wrong(right.Categorical):
        def check(self, n_samples):
            pass

    categorical = _Wrong()


@rival
class probabilities_overwritten:
    """the probabilities given overwritten with those at the temperature"""

    class _Wrong(right.Temperature):
        def __call__(self, probabilities, temperature):
            outputs = super().__call__(probabilities, temperature)
            probabilities[...] = outputs
            return outputs

    apply_temperature = _Wrong()


@rival
class logits_overwritten:
    """the logits given overwritten with their probabilities"""

    class _Wrong(right.Categorical):
        def __call__(self, logits, n_samples, seed):
            outputs = super().__call__(logits, n_samples, seed)
            logits[...] = self.probabilities(np.asarray(logits))
            return outputs

    categorical = _Wrong()


@rival
class probabilities_in_one_buffer:
    """one array for the probabilities of all calls"""

    class _Wrong(BufferReused, right.Temperature):
        pass

    apply_temperature = _Wrong()


@rival
class draws_in_one_buffer:
    """one array for the draws of all calls"""

    class _Wrong(BufferReused, right.Categorical):
        pass

    categorical = _Wrong()


UNIFORM = "uniform = self.uniform(self.generator(seed), (len(p), n_samples))"
P = "p = real(probabilities)  # [..., V]"
LOGITS = "if not np.isfinite(np.max(logits, axis=-1)).all():"
ROW = 'return np.searchsorted(np.cumsum(p)[:-1], uniform, side="right")'
DRAWN = "return np.stack([self.row(p[b], uniform[b]) for b in range(len(p))])"

globals().update(
    patched(
        __name__,
        {
            "rows_after_the_33rd_repeat": patch(
                "draws of a row's own for the first 33 rows alone",
                ("self.row(p[b], uniform[b])", "self.row(p[b % 33], uniform[b])"),
            ),
            "two_classes_exchanged": patch(
                "the two classes exchanged where there are two",
                (ROW, f"p = p[::-1] if len(p) == 2 and p.all() else p\n        {ROW}"),
            ),
            "equal_classes_ranked": patch(
                "equal probabilities made unequal",
                (
                    P,
                    f"{P}\n        if p.shape[-1] > 1 and not np.ptp(p, axis=-1).any():"
                    "\n            p = p * real(np.arange(p.shape[-1]))",
                ),
            ),
            "single_draws_squeezed": patch(
                "the axis of the draws lost where there is one",
                (
                    DRAWN,
                    f"drawn = {DRAWN[7:]}\n        return drawn[:, 0] "
                    "if n_samples == 1 else drawn",
                ),
            ),
            "seed_0_is_no_seed": patch(
                "the same random number for all draws at seed 0",
                (UNIFORM, f"{UNIFORM} * bool(seed)"),
            ),
            "double_precision_refused": patch(
                "probabilities in double precision refused",
                (
                    P,
                    f"{P}\n        if np.asarray(probabilities).dtype == 'float64':\n"
                    "            raise TypeError('want float32')",
                ),
            ),
            "temperatures_rounded": patch(
                "temperatures rounded to halves, where they are above that",
                (
                    "/ real(temperature)",
                    "/ real(max(temperature, round(2 * temperature) / 2)"
                    " if temperature < 1 else temperature)",
                ),
            ),
            "certain_where_impossible": patch(
                "the last class for a row without a possible one",
                (
                    LOGITS,
                    "logits = np.where(np.isneginf(logits), -1e9, logits)\n        "
                    + LOGITS,
                ),
            ),
            "not_a_number_is_impossible": patch(
                "a logit that is not a number taken for an impossible class",
                (
                    "self.check_logits(logits)",
                    "logits = np.where(np.isnan(logits), -np.inf, logits)\n        "
                    "self.check_logits(logits)",
                ),
            ),
            "logits_of_the_last_call": patch(
                "the logits of the call before, where it had as many rows and classes",
                (
                    "self.check_logits(logits)",
                    "self.check_logits(logits)\n        last, self.last = "
                    "vars(self).get('last', np.array(logits)), np.array(logits)\n        "
                    "many = len(last) >= len(logits) and last.shape[1] == len("
                    "logits[0])\n        logits = last[: len(logits)] if many else logits",
                ),
            ),
        },
    )
)


REDUNDANT = {
    "SAM-01": "the identity; SAM-02 and SAM-03 are the same law by hand",
    "SAM-02": "a cold temperature by hand",
    "SAM-03": "a hot temperature by hand",
    "SAM-04": "the sums alone, without an oracle",
    "SAM-06": "the hot limit, which SAM-07 checks beside impossible classes",
    "SAM-08": "the cold limit of SAM-05 and the zeros of SAM-07 together",
    "SAM-12": "the shape alone; SAM-16 has values in it",
    "SAM-13": "the dtype alone; SAM-16 compares integers",
    "SAM-15": "what is never drawn; SAM-16 is the same law from the other side",
    "SAM-16": "what is always drawn, exactly",
}
