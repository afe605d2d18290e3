"""The systematic rivals that no clause rejects, one by one, each with the reason.

A test asserts that each survives and that no other does.
"""

# Changes that look like mistakes to an operator and are none: patterns of their names.
LEFT_OUT = {
    r": seed, |Generation.drawn: place": "which random stream a seed gives is unspecified",
    r"(Categorical.uniform: result|Categorical.row: uniform|DropoutGRU.mask: result"
    r"|Corpora.shuffled: \w+), (reversed|shifted)"
    r"|Windows.place: result, (plus|minus) one": (
        "independent random draws in another order are as random"
    ),
    r"Transformer.(embedded|encoded): side": "a label that says where the call is made",
}

Z = "the two biases of an update gate are only ever added to each other"
R = "the two biases of a reset gate are only ever added to each other"
LONGEST = (
    "a forward pass uses the longest length alone; the output of a row after its own "
    "end is unspecified"
)
CHOICE = (
    "a change of 1 % in the state changes the likeliest choice only where rounding to "
    "bfloat16 changes the right one as well"
)
LIKELIEST = "the likeliest stays the likeliest when all probabilities grow alike"
SUM = "a sum of vectors does not depend on their order"
NAMES = "the order of the names is unspecified"
CANCELS = "a factor on all probabilities cancels when they are normalised"
SIGN = "a check uses the sign alone; the value that is used later is not changed"
DRAWS = "independent draws in another order are as random"
SHOWN = "the value is only shown in the message, where the argument's name is enough"
FRACTION = "1.01 times an id that is no whole number is none either"
NAMED = "the name is only shown in the message, where the value or any error is enough"
LATER = "what the check lets through is refused by the addition after it"
SHORTEST = "the shortest part counts, wherever it is"
TWICE = "the second layer reverses again the rows that the first has reversed"
WARMER = (
    "1 % in the temperature changes a share by 0.0023 at most between two characters; "
    "a thousand draws detect 0.105 without false alarms"
)
LARGER = (
    "1 % in a character's share is less than the 0.105 that a thousand draws detect "
    "without false alarms"
)
ORDER = "without a mask, attention does not depend on the order of what it attends to"
TWO_TURNS = (
    "the order of encoded steps does not matter; a decoder layer attends twice, which "
    "reverses its steps and reverses them back"
)


def _gates(owner: str, *prefixes: str) -> dict[str, str]:
    """Return the exchanges of the two biases of the gates that only add them."""
    return {
        f"{owner}.set_named_weights: weights, {prefix}input_bias_{gate} and "
        f"{prefix}recurrent_bias_{gate} exchanged": why
        for prefix in prefixes
        for gate, why in (("z", Z), ("r", R))
    }


SURVIVORS = {
    **_gates("char_rnn, CharRNN", "gru_1/", "gru_2/"),
    "char_tokenizer, CharTokenizer.unseen: char, without its last character": SHOWN,
    "char_tokenizer, CharTokenizer.unknown: number, plus one": SHOWN,
    "char_tokenizer, CharTokenizer.unknown: number, minus one": SHOWN,
    "char_tokenizer, CharTokenizer.decoded: number, times 1.01": FRACTION,
    "char_tokenizer, CharTokenizer.unknown: number, times 1.01": SHOWN,
    "encoder_decoder, EncoderDecoder.ids: argument, without its last character": NAMED,
    "encoder_decoder, ranked: argument, without its last character": NAMED,
    "encoder_decoder, EncoderDecoder.__call__: sequence_lengths, "
    "reversed along axis 0": LONGEST,
    "encoder_decoder, EncoderDecoder.__call__: sequence_lengths, "
    "shifted along axis 0": LONGEST,
    "encoder_decoder, EncoderDecoder.decoded: lengths, reversed along axis 0": LONGEST,
    "encoder_decoder, EncoderDecoder.decoded: lengths, shifted along axis 0": LONGEST,
    "encoder_decoder, EncoderDecoder.longest: lengths, reversed along axis 0": LONGEST,
    "encoder_decoder, EncoderDecoder.longest: lengths, shifted along axis 0": LONGEST,
    "encoder_decoder, EncoderDecoder.greedy_step: x, times 1.01": CHOICE,
    "encoder_decoder, EncoderDecoder.greedy_step: result 0, times 1.01": CHOICE,
    "encoder_decoder, EncoderDecoder.greedy_step: result 1, times 1.01": CHOICE,
    "encoder_decoder, EncoderDecoder.choice: probabilities, times 1.01": LIKELIEST,
    "positional_encoding, PositionalEncoding.check: steps, minus one": LATER,
    "positional_encoding, PositionalEncoding.check: dims, minus one": LATER,
    "pretrained_embedding, TextEmbedding.words: result, reversed": SUM,
    "pretrained_embedding, TextEmbedding.words: result, shifted": SUM,
    "pretrained_embedding, TextEmbedding.ids: words, reversed": SUM,
    "pretrained_embedding, TextEmbedding.ids: words, shifted": SUM,
    "pretrained_embedding, TextEmbedding.ids: result, reversed along axis 0": SUM,
    "pretrained_embedding, TextEmbedding.ids: result, shifted along axis 0": SUM,
    "pretrained_embedding, TextEmbedding.combined: vectors, reversed along axis 0": SUM,
    "pretrained_embedding, TextEmbedding.combined: vectors, shifted along axis 0": SUM,
    "pretrained_embedding, PretrainedModel.trainable_names: result, reversed": NAMES,
    "pretrained_embedding, PretrainedModel.trainable_names: result, shifted": NAMES,
    **_gates("recurrent, GRU", ""),
    **_gates("recurrent, Bidirectional", "forward/", "backward/"),
    **_gates(
        "recurrent, BidirectionalModel",
        "gru/",
        "bidirectional/forward/",
        "bidirectional/backward/",
    ),
    "sampling, Temperature.__call__: probabilities, times 1.01": CANCELS,
    "sampling, Temperature.log: p, times 1.01": CANCELS,
    "sampling, Temperature.check: temperature, times 1.01": SIGN,
    "sampling, Categorical.row: result, reversed along axis 0": DRAWS,
    "sampling, Categorical.row: result, shifted along axis 0": DRAWS,
    "sampling, Categorical.__call__: result, reversed along axis 1": DRAWS,
    "sampling, Categorical.__call__: result, shifted along axis 1": DRAWS,
    **_gates("sentiment, SentimentModel", "gru_1/", "gru_2/"),
    **_gates("sentiment, ExplicitMaskSentimentModel", "gru_1/", "gru_2/"),
    "stateful_char_rnn, Batches.check_length: length, plus one": SHOWN,
    "stateful_char_rnn, Batches.check_length: length, minus one": SHOWN,
    "stateful_char_rnn, Batches.n_batches: rows, reversed": SHORTEST,
    "stateful_char_rnn, Batches.n_batches: rows, shifted": SHORTEST,
    **_gates("stateful_char_rnn, StatefulCharRNN", "gru_1/", "gru_2/"),
    "stateful_char_rnn, DropoutGRU.input_part: x, reversed along axis 0": TWICE,
    "stateful_char_rnn, DropoutGRU.input_part: result, reversed along axis 0": TWICE,
    "text_generation, Generation.best: p, times 1.01": LIKELIEST,
    "text_generation, Generation.check_temperature: temperature, times 1.01": SIGN,
    "text_generation, Generation.next_char: temperature, times 1.01": WARMER,
    "text_generation, Generation.complete_text: temperature, times 1.01": WARMER,
    "text_generation, Generation.drawn: temperature, times 1.01": WARMER,
    "text_generation, Generation.drawn: p, times 1.01": CANCELS,
    "text_generation, Generation.rescaled: temperature, times 1.01": WARMER,
    "text_generation, Generation.rescaled: p, times 1.01": CANCELS,
    "text_generation, Generation.rescaled: result, times 1.01": LARGER,
    "transformer, Transformer.attend: result, reversed along axis 1": TWO_TURNS,
    "transformer, Transformer.encode: z, reversed along axis 1": ORDER,
    "transformer, Transformer.encode: z, shifted along axis 1": ORDER,
    "transformer, Transformer.encode: result, reversed along axis 1": ORDER,
    "transformer, Transformer.encode: result, shifted along axis 1": ORDER,
    "transformer, Transformer.decode: encoded, reversed along axis 1": ORDER,
    "transformer, Transformer.decode: encoded, shifted along axis 1": ORDER,
}
