"""Wrong ways to generate text, each named for its mistake."""

import inspect

import numpy as np

from spec_tests.oracles import text_generation as right
from spec_tests.oracles.char_rnn import one_hot
from touchstone.arithmetic import softmax
from touchstone.rivals import Rival, patch, patched, rival

NAMES = ("next_char_probabilities", "most_likely_char", "next_char", "complete_text")


def generating(wrong: type) -> Rival:
    """Return the rival whose functions are the methods of a wrong `Generation`."""
    made = wrong()
    attributes = {name: getattr(made, name) for name in NAMES}
    attributes |= {"__doc__": inspect.getdoc(wrong), "__module__": wrong.__module__}
    return rival(type(wrong.__name__, (), attributes))


@generating
class distribution_of_the_first_step(right.Generation):
    """the first step's distribution"""

    def last(self, probabilities):
        return probabilities[0]


@generating
class distribution_before_the_last_character(right.Generation):
    """the distribution before the last character, where there is one"""

    def last(self, probabilities):
        return probabilities[-2:][0]


@generating
class one_hot_off_by_one(right.Generation):
    """the tokenizer's ids taken for the model's classes in what is read"""

    def from_zero(self, ids):
        return np.array(ids) - 2


@generating
class last_character_alone(right.Generation):
    """the distribution after the last character alone"""

    def from_zero(self, ids):
        return super().from_zero(ids)[-1:]


@generating
class prompt_read_backwards(right.Generation):
    """the text read backwards"""

    def from_zero(self, ids):
        return super().from_zero(ids)[::-1]


@generating
class logarithms_for_probabilities(right.Generation):
    """log-probabilities for probabilities"""

    def next_char_probabilities(self, *arguments):
        return np.log(super().next_char_probabilities(*arguments))

    def rescaled(self, p, temperature):
        return super().rescaled(np.exp(p) if p.max() < 0 else p, temperature)


@generating
class capitals_left_out(right.Generation):
    """capitals left out of what is read"""

    def ids(self, tokenizer, text):
        small = [char for char in text if char == char.lower()]
        return super().ids(tokenizer, "".join(small) if small else text)


@generating
class least_likely(right.Generation):
    """the smallest probability's character"""

    def best(self, p):
        return int(np.argmin(p))


@generating
class second_most_likely(right.Generation):
    """the second largest probability's character"""

    def best(self, p):
        return int(np.argsort(p)[-2])


@generating
class class_taken_for_an_id(right.Generation):
    """the model's class taken for the tokenizer's id"""

    def char(self, tokenizer, index):
        return super().char(tokenizer, max(0, index - 1))


@generating
class temperature_ignored(right.Generation):
    """draws at temperature 1 whatever is asked"""

    def rescaled(self, p, temperature):
        return p


@generating
class temperature_multiplied(right.Generation):
    """log-probabilities multiplied by the temperature"""

    def rescaled(self, p, temperature):
        return super().rescaled(p, 1 / temperature)


@generating
class probabilities_over_the_temperature(right.Generation):
    """the probabilities, not their logarithms, divided by the temperature"""

    def rescaled(self, p, temperature):
        return softmax(p / temperature)


@generating
class root_of_the_temperature(right.Generation):
    """log-probabilities divided by the square of the temperature"""

    def rescaled(self, p, temperature):
        return super().rescaled(p, temperature**2)


class _Underflowing(right.Generation):
    """Raises probabilities to a power in single precision, in one of the functions."""

    where = ""

    def next_char(self, *arguments, **options):
        self.now = "next_char"
        return super().next_char(*arguments, **options)

    def complete_text(self, *arguments, **options):
        self.now = "complete_text"
        return super().complete_text(*arguments, **options)

    def rescaled(self, p, temperature):
        if self.now != self.where:
            return super().rescaled(p, temperature)
        powers = p.astype(np.float32) ** np.float32(1 / temperature)
        powers = powers if powers.any() else np.ones_like(p)
        return powers / powers.sum()


@generating
class cold_draws_underflow(_Underflowing):
    """cold draws whose probabilities all underflow to 0"""

    where = "next_char"


@generating
class cold_completions_underflow(_Underflowing):
    """cold completions whose probabilities all underflow to 0"""

    where = "complete_text"


@generating
class always_the_most_likely(right.Generation):
    """the most likely character drawn at every temperature"""

    def drawn(self, p, temperature, seed, place):
        return self.best(p)


@generating
class seed_ignored(right.Generation):
    """one random number for all seeds"""

    def drawn(self, p, temperature, seed, place):
        return super().drawn(p, temperature, 0, place)


@generating
class seed_of_the_clock(right.Generation):
    """a new random number at every call, whatever the seed"""

    calls = 0

    def drawn(self, p, temperature, seed, place):
        self.calls += 1
        return super().drawn(p, temperature, self.calls, place)


@generating
class draws_from_a_running_stream(right.Generation):
    """random numbers that depend on how many characters this call has drawn"""

    def place(self, completion, text):
        return len(completion) - len(text)


@generating
class one_random_number_for_all(right.Generation):
    """the same random number at every place"""

    def drawn(self, p, temperature, seed, place):
        return super().drawn(p, temperature, seed, 0)


@generating
class prompt_forgotten(right.Generation):
    """what is drawn read without the prompt's state"""

    def complete_text(self, *arguments, **options):
        self.prompt_read = False
        return super().complete_text(*arguments, **options)

    def carried(self, states):
        if self.prompt_read:
            return states
        self.prompt_read = True
        return right.START


@generating
class state_dropped_after_each_character(right.Generation):
    """each drawn character read from a fresh state"""

    def carried(self, states):
        return right.START


@generating
class second_state_not_carried(right.Generation):
    """the second layer's state left out between characters"""

    def carried(self, states):
        return states[0], None


@generating
class states_swapped(right.Generation):
    """the layers' states swapped between characters"""

    def carried(self, states):
        return states[::-1]


@generating
class each_character_read_twice(right.Generation):
    """each drawn character read twice"""

    def after(self, model, ids, states):
        repeated = list(ids) * 2 if states is not right.START else ids
        return super().after(model, repeated, states)


@generating
class prompt_never_read(right.Generation):
    """a completion that reads the last character of the prompt alone"""

    def complete_text(self, model, tokenizer, text, **options):
        start = text[:-1]
        return start + super().complete_text(model, tokenizer, text[-1:], **options)


@generating
class prompt_frozen(right.Generation):
    """every character drawn from the distribution after the prompt"""

    def after(self, model, ids, states):
        if states is right.START:
            depth = model.sizes["vocabulary_size"]
            probabilities, _ = model.read(one_hot([ids], depth), states)
            self.found = self.last(probabilities[0])
        return self.found, ()


@generating
class prompt_in_small_letters(right.Generation):
    """the prompt's capitals made small in the completion"""

    def opening(self, text):
        return text.lower()


@generating
class completion_without_the_prompt(right.Generation):
    """the new characters alone"""

    def complete_text(self, model, tokenizer, text, **options):
        found = super().complete_text(model, tokenizer, text, **options)
        return found[len(text) :]


@generating
class joined_with_spaces(right.Generation):
    """the new characters joined with spaces"""

    def complete_text(self, model, tokenizer, text, **options):
        found = super().complete_text(model, tokenizer, text, **options)
        return text + " ".join(found[len(text) :])


@generating
class length_counts_the_prompt(right.Generation):
    """a completion of n_chars with the prompt"""

    def complete_text(self, model, tokenizer, text, *, n_chars, **options):
        self.check_n_chars(n_chars)
        more = max(1, n_chars - len(text))
        return super().complete_text(model, tokenizer, text, n_chars=more, **options)


@generating
class one_character_too_few(right.Generation):
    """one character fewer than asked for, but at least one"""

    def complete_text(self, model, tokenizer, text, *, n_chars, **options):
        self.check_n_chars(n_chars)
        fewer = max(1, n_chars - 1)
        return super().complete_text(model, tokenizer, text, n_chars=fewer, **options)


@generating
class at_most_twenty_characters(right.Generation):
    """twenty characters at most in a short completion"""

    def complete_text(self, model, tokenizer, text, *, n_chars, **options):
        if 20 < n_chars < 100:
            n_chars = 20
        return super().complete_text(model, tokenizer, text, n_chars=n_chars, **options)


@generating
class empty_text_begun_with_class_0(right.Generation):
    """an empty text read as the most frequent character"""

    def ids(self, tokenizer, text):
        return super().ids(tokenizer, text) if text else np.array([0])


@generating
class unknown_characters_left_out(right.Generation):
    """characters that the tokenizer never saw left out"""

    def ids(self, tokenizer, text):
        known = [char for char in text if char.lower() in tokenizer.char_index]
        return super().ids(tokenizer, "".join(known))


@generating
class any_temperature_accepted(right.Generation):
    """the most likely character at temperatures of 0 or below"""

    def check_temperature(self, temperature):
        pass

    def drawn(self, p, temperature, seed, place):
        if temperature <= 0:
            return self.best(p)
        return super().drawn(p, temperature, seed, place)


@generating
class no_characters_accepted(right.Generation):
    """the text itself where n_chars is 0 or below"""

    def check_n_chars(self, n_chars):
        pass


IDS = "return np.array(ids) - 1"
READ = "p, states = self.after(model, self.ids(tokenizer, text), START)"
CARRIED = "p, states = self.after(model, [index], self.carried(states))"
DRAWN = "index = self.drawn(p, temperature, seed, place)"

globals().update(
    patched(
        __name__,
        {
            "classes_of_8_bits": patch(
                "classes kept in 8 bits", (IDS, "return (np.array(ids) - 1) % 256")
            ),
            "a_hundred_characters_read": patch(
                "the last 100 characters of a text alone",
                ("texts_to_sequences([text])", "texts_to_sequences([text[-100:]])"),
            ),
            "completion_of_twenty_characters_read": patch(
                "the last 20 characters alone where a text is completed",
                (READ, READ.replace("text)", "text[-20:])")),
            ),
            "capitals_begin_anew": patch(
                "only the last word's last letter read of a text in capitals",
                (
                    "texts_to_sequences([text])",
                    "texts_to_sequences([text[-2:] if text.isupper() else text])",
                ),
            ),
            "states_lost_after_ten": patch(
                "the states lost after ten characters drawn",
                (
                    CARRIED,
                    CARRIED.replace(
                        "self.carried(states)",
                        "self.carried(states) if len(completion) - len(text) != 10 "
                        "else START",
                    ),
                ),
            ),
            "hot_completions_clipped": patch(
                "temperatures above 10 lowered to 1 where a text is completed",
                (
                    DRAWN,
                    DRAWN.replace(
                        "temperature", "temperature if temperature < 10 else 1e-3"
                    ),
                ),
            ),
            "seed_0_is_no_seed": patch(
                "a seed of 0 taken for none, that is 5, where a text is completed",
                (DRAWN, DRAWN.replace("seed", "seed or 5")),
            ),
            "seeds_beyond_16_bits_refused": patch(
                "seeds beyond 16 bits refused where a text is completed",
                (
                    READ,
                    "if seed >= 2**16:\n            raise ValueError(f'seed: {seed}')\n"
                    f"        {READ}",
                ),
            ),
            "states_of_a_long_completion_kept": patch(
                "a completion begun with the states that a long one ended in",
                (READ, READ.replace("START", "vars(model).get('rest', START)")),
                (
                    "        return completion",
                    "        model.rest = states if n_chars > 9 else START\n"
                    "        return completion",
                ),
            ),
        },
    )
)


REDUNDANT = {
    "GEN-01": "the distribution whose draws and largest values the others state",
    "GEN-04": "the cold limit after real texts, which GEN-22 states by hand",
}
