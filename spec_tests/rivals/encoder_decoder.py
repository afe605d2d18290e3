"""Wrong encoder-decoders, each named for its mistake."""

import numpy as np

from spec_tests.oracles import encoder_decoder as right
from spec_tests.rivals.laws import law_rivals
from touchstone.arithmetic import real, sigmoid
from touchstone.rivals import rival


def with_cell(wrong: type) -> type:
    """Return an encoder-decoder made of wrong LSTMs."""
    return type("EncoderDecoder", (right.EncoderDecoder,), {"cell": wrong})


@rival
class gates_in_order_icfo:
    """the gates taken in the order input, candidate, forget, output"""

    class LSTM(right.LSTM):
        gates = "icfo"

    EncoderDecoder = with_cell(LSTM)


@rival
class gates_in_order_iofc:
    """the gates taken in the order input, output, forget, candidate"""

    class LSTM(right.LSTM):
        gates = "iofc"

    EncoderDecoder = with_cell(LSTM)


@rival
class gates_in_order_ifoc:
    """the candidate and the output gate swapped"""

    class LSTM(right.LSTM):
        gates = "ifoc"

    EncoderDecoder = with_cell(LSTM)


@rival
class input_and_forget_swapped:
    """the input and forget gates swapped"""

    class LSTM(right.LSTM):
        gates = "fico"

    EncoderDecoder = with_cell(LSTM)


@rival
class input_and_output_swapped:
    """the input and output gates swapped"""

    class LSTM(right.LSTM):
        gates = "ofci"

    EncoderDecoder = with_cell(LSTM)


@rival
class forget_and_output_swapped:
    """the forget and output gates swapped"""

    class LSTM(right.LSTM):
        gates = "iocf"

    EncoderDecoder = with_cell(LSTM)


@rival
class recurrent_kernels_transposed:
    """the recurrent kernels transposed"""

    class LSTM(right.LSTM):
        def __init__(self, weights):
            super().__init__(weights)
            self.recurrent_kernel = self.recurrent_kernel.swapaxes(1, 2)

    EncoderDecoder = with_cell(LSTM)


@rival
class forget_bias_added_at_every_step:
    """1 added to the forget gate at every step, beside its bias"""

    class LSTM(right.LSTM):
        def sums(self, x, h):
            i, f, g, o = super().sums(x, h)
            return i, f + 1, g, o

    EncoderDecoder = with_cell(LSTM)


@rival
class tanh_gates:
    """tanh in the place of the gates' sigmoid"""

    class LSTM(right.LSTM):
        def step(self, x, h, c):
            i, f, g, o = np.tanh(self.sums(x, h))
            c = f * c + i * g
            return o * np.tanh(c), c

    EncoderDecoder = with_cell(LSTM)


@rival
class hard_gates:
    """a sigmoid of straight lines, 0.2 x + 0.5 between 0 and 1"""

    class LSTM(right.LSTM):
        def step(self, x, h, c):
            sums = self.sums(x, h)
            i, f, _, o = np.clip(0.2 * sums + 0.5, 0, 1)
            c = f * c + i * np.tanh(sums[2])
            return o * np.tanh(c), c

    EncoderDecoder = with_cell(LSTM)


@rival
class sigmoid_and_tanh_exchanged:
    """sigmoid and tanh exchanged in gates and candidate"""

    class LSTM(right.LSTM):
        def step(self, x, h, c):
            sums = self.sums(x, h)
            i, f, _, o = np.tanh(sums)
            c = f * c + i * sigmoid(sums[2])
            return o * np.tanh(c), c

    EncoderDecoder = with_cell(LSTM)


@rival
class sigmoid_candidate:
    """a sigmoid in the place of the candidate's tanh"""

    class LSTM(right.LSTM):
        def step(self, x, h, c):
            i, f, g, o = sigmoid(np.stack(self.sums(x, h)))
            c = f * c + i * g
            return o * np.tanh(c), c

    EncoderDecoder = with_cell(LSTM)


@rival
class output_without_tanh:
    """the cell state put out without its tanh"""

    class LSTM(right.LSTM):
        def step(self, x, h, c):
            _, c = super().step(x, h, c)
            return sigmoid(self.sums(x, h)[3]) * c, c

    EncoderDecoder = with_cell(LSTM)


@rival
class forget_gate_coupled:
    """1 - i in the place of the forget gate"""

    class LSTM(right.LSTM):
        def step(self, x, h, c):
            i, _, g, o = self.sums(x, h)
            c = (1 - sigmoid(i)) * c + sigmoid(i) * np.tanh(g)
            return sigmoid(o) * np.tanh(c), c

    EncoderDecoder = with_cell(LSTM)


@rival
class no_forget_gate:
    """no forget gate: the cell state summed up"""

    class LSTM(right.LSTM):
        def step(self, x, h, c):
            i, _, g, o = self.sums(x, h)
            c = c + sigmoid(i) * np.tanh(g)
            return sigmoid(o) * np.tanh(c), c

    EncoderDecoder = with_cell(LSTM)


@rival
class cell_state_put_out:
    """the cell state as the output, the hidden state as the memory"""

    class LSTM(right.LSTM):
        def step(self, x, h, c):
            h, c = super().step(x, h, c)
            return c, h

    EncoderDecoder = with_cell(LSTM)


class _Handed(right.EncoderDecoder):
    """Hands over something else than the encoder's state."""

    def handed(self, h, c):
        raise NotImplementedError

    def read(self, encoder_inputs):
        return self.handed(*super().read(encoder_inputs))


@rival
class state_exchanged:
    """the hidden and the cell state exchanged when they are handed over"""

    class EncoderDecoder(_Handed):
        def handed(self, h, c):
            return c, h


@rival
class state_dropped:
    """the encoder's state dropped: the decoder starting from zeros"""

    class EncoderDecoder(_Handed):
        def handed(self, h, c):
            return h * 0, c * 0


@rival
class only_hidden_state_handed_over:
    """the hidden state alone handed over, the cell state zero"""

    class EncoderDecoder(_Handed):
        def handed(self, h, c):
            return h, c * 0


@rival
class only_cell_state_handed_over:
    """the cell state alone handed over, the hidden state zero"""

    class EncoderDecoder(_Handed):
        def handed(self, h, c):
            return h * 0, c


@rival
class hidden_state_handed_over_twice:
    """the hidden state handed over as the cell state, too"""

    class EncoderDecoder(_Handed):
        def handed(self, h, c):
            return h, h


@rival
class rows_share_a_state:
    """the first row's state handed over to all rows"""

    class EncoderDecoder(_Handed):
        def handed(self, h, c):
            return h[:1] + 0 * h, c[:1] + 0 * c


@rival
class encoder_reads_backwards:
    """the encoder reading its inputs from the end"""

    class EncoderDecoder(right.EncoderDecoder):
        def encoder_steps(self, ids):
            return super().encoder_steps(ids)[::-1]


@rival
class encoder_stops_one_short:
    """the encoder's last input left out"""

    class EncoderDecoder(right.EncoderDecoder):
        def encoder_steps(self, ids):
            return super().encoder_steps(ids)[:-1]


@rival
class single_encoder_step_dropped:
    """an encoder input of a single step taken for an empty one"""

    class EncoderDecoder(right.EncoderDecoder):
        def encoder_steps(self, ids):
            steps = super().encoder_steps(ids)
            return steps if len(steps) > 1 else steps[:0]


@rival
class encoder_weights_for_both:
    """the encoder's LSTM used again as the decoder"""

    class EncoderDecoder(right.EncoderDecoder):
        def decoded(self, decoder_inputs, lengths, state):
            given = self._weights
            encoder = right.below("encoder", given)
            self._weights = given | right.prefixed("decoder", encoder)
            outputs = super().decoded(decoder_inputs, lengths, state)
            self._weights = given
            return outputs

        def named_weights(self):
            own = super().named_weights().items()
            return {name: value for name, value in own if "decoder/" not in name}


@rival
class separate_embeddings:
    """an embedding of the decoder's own"""

    class EncoderDecoder(right.EncoderDecoder):
        def __init__(self, *, vocabulary_size, embed_size, units):
            super().__init__(
                vocabulary_size=vocabulary_size, embed_size=embed_size, units=units
            )
            shape = vocabulary_size, embed_size
            self.other = np.random.default_rng(1).normal(0, 0.1, shape)

        def decoder_steps(self, ids):
            return np.moveaxis(real(self.other)[ids], 1, 0)

        def named_weights(self):
            return super().named_weights() | {"decoder/embeddings": self.other}


@rival
class separate_embeddings_set_alike:
    """an embedding of the decoder's own, set like the encoder's but trained apart"""

    class EncoderDecoder(right.EncoderDecoder):
        def set_named_weights(self, weights):
            self._weights.pop("decoder/other", None)
            super().set_named_weights(weights)
            self._weights["decoder/other"] = self._weights[
                "embedding/embeddings"
            ].copy()

        def named_weights(self):
            own = super().named_weights()
            own.pop("decoder/other", None)
            return own

        def decoder_steps(self, ids):
            return np.moveaxis(real(self._weights["decoder/other"])[ids], 1, 0)


@rival
class encoder_masks_zero:
    """id 0 masked in the encoder"""

    class EncoderDecoder(right.EncoderDecoder):
        def read(self, encoder_inputs):
            encoder = self.cell(right.below("encoder", self._weights))
            h, c = self.zeros(len(encoder_inputs))
            for ids, x in zip(
                encoder_inputs.T, self.encoder_steps(encoder_inputs), strict=True
            ):
                new = encoder.step(x, h, c)
                h, c = (
                    np.where(ids[:, np.newaxis] == 0, old, n)
                    for old, n in zip((h, c), new, strict=True)
                )
            return h, c


@rival
class zero_embedded_as_zeros:
    """id 0 embedded as zeros, as padding is"""

    class EncoderDecoder(right.EncoderDecoder):
        def embedded(self, ids):
            return super().embedded(ids) * (np.asarray(ids) != 0)[..., np.newaxis]


@rival
class ids_count_from_one:
    """ids counted from 1: each takes the embedding of the one before"""

    class EncoderDecoder(right.EncoderDecoder):
        def embedded(self, ids):
            return super().embedded(np.asarray(ids) - 1)


@rival
class decoder_inputs_shifted_inside:
    """the decoder's inputs shifted by one once more, inside the model"""

    class EncoderDecoder(right.EncoderDecoder):
        def decoder_steps(self, ids):
            return super().decoder_steps(right.teacher_inputs(ids))


@rival
class decoder_reads_its_own_outputs:
    """the decoder fed the likeliest id, not its inputs, after the first"""

    class EncoderDecoder(right.EncoderDecoder):
        def decoded(self, decoder_inputs, lengths, state):
            decoder = self.cell(right.below("decoder", self._weights))
            ids, outputs = decoder_inputs[:, 0], []
            for _ in range(self.longest(lengths)):
                state = decoder.step(self.embedded(ids), *state)
                outputs.append(self.spoken(state[0]))
                ids = outputs[-1].argmax(axis=-1)
            return np.stack(outputs, axis=1)


@rival
class decoder_restarts_at_every_step:
    """the decoder starting from the encoder's state at every step"""

    class EncoderDecoder(right.EncoderDecoder):
        def decoded(self, decoder_inputs, lengths, state):
            decoder = self.cell(right.below("decoder", self._weights))
            steps = self.decoder_steps(decoder_inputs[:, : self.longest(lengths)])
            return self.spoken(
                np.stack([decoder.step(x, *state)[0] for x in steps], axis=1)
            )


@rival
class decoder_reads_both_ways:
    """a decoder that adds what it reads from the end"""

    class EncoderDecoder(right.EncoderDecoder):
        def decoder_steps(self, ids):
            steps = super().decoder_steps(ids)
            return steps + np.cumsum(steps[::-1], axis=0)[::-1] / len(steps)


@rival
class outputs_one_step_early:
    """each output taken from the step after"""

    class EncoderDecoder(right.EncoderDecoder):
        def spoken(self, hidden):
            return super().spoken(np.roll(hidden, -1, axis=-2))


@rival
class softmax_over_time:
    """the softmax taken over the steps"""

    class EncoderDecoder(right.EncoderDecoder):
        def normalised(self, logits):
            return right.softmax(logits.swapaxes(-1, -2)).swapaxes(-1, -2)


@rival
class softmax_over_the_batch:
    """the softmax taken over the rows of the batch"""

    class EncoderDecoder(right.EncoderDecoder):
        def normalised(self, logits):
            return right.softmax(logits.T).T


@rival
class logits_returned:
    """no softmax: logits put out"""

    class EncoderDecoder(right.EncoderDecoder):
        def normalised(self, logits):
            return logits


@rival
class softmax_twice:
    """the softmax taken twice"""

    class EncoderDecoder(right.EncoderDecoder):
        def normalised(self, logits):
            return right.softmax(right.softmax(logits))


@rival
class dense_bias_left_out:
    """the dense layer's bias left out"""

    class EncoderDecoder(right.EncoderDecoder):
        def spoken(self, hidden):
            return self.normalised(right.product(hidden, self._weights["dense/kernel"]))


@rival
class rows_centred_on_their_mean:
    """the mean of the rows' hidden states taken from every row's"""

    class EncoderDecoder(right.EncoderDecoder):
        def spoken(self, hidden):
            return super().spoken(hidden - hidden.mean(axis=0))


@rival
class weights_not_set:
    """its own weights, not those that were set"""

    class EncoderDecoder(right.EncoderDecoder):
        def set_named_weights(self, weights):
            pass


@rival
class weights_given_back_in_another_order:
    """the gates of the named weights given back in the order i, f, o, c"""

    class EncoderDecoder(right.EncoderDecoder):
        def named_weights(self):
            own = super().named_weights()
            swapped = {"c": "o", "o": "c"}
            return {
                name: own[
                    name[:-1] + swapped.get(name[-1], name[-1])
                    if name[-2] == "_"
                    else name
                ]
                for name in own
            }


@rival
class forget_bias_starts_at_zero:
    """the forget bias starting at 0"""

    class EncoderDecoder(right.EncoderDecoder):
        def fresh_bias(self, name):
            return 0.0


@rival
class forget_bias_starts_at_two:
    """the forget bias starting at 2: 1 in each of two biases"""

    class EncoderDecoder(right.EncoderDecoder):
        def fresh_bias(self, name):
            return 2 * super().fresh_bias(name)


@rival
class all_biases_start_at_one:
    """all the LSTMs' biases starting at 1"""

    class EncoderDecoder(right.EncoderDecoder):
        def fresh_bias(self, name):
            return float("/bias_" in name)


@rival
class input_bias_starts_at_one:
    """the input gate's bias starting at 1 in the forget gate's place"""

    class EncoderDecoder(right.EncoderDecoder):
        def fresh_bias(self, name):
            return float(name.endswith("bias_i"))


@rival
class lengths_ignored:
    """the lengths ignored: outputs at all steps of the inputs"""

    class EncoderDecoder(right.EncoderDecoder):
        def longest(self, lengths):
            return None


@rival
class rows_left_in_order_of_length:
    """the rows sorted by falling length, and left so"""

    class EncoderDecoder(right.EncoderDecoder):
        def decoded(self, decoder_inputs, lengths, state):
            order = np.argsort(-lengths, kind="stable")
            return super().decoded(decoder_inputs, lengths, state)[order]


@rival
class stops_at_the_shortest_length:
    """the outputs cut at the shortest length"""

    class EncoderDecoder(right.EncoderDecoder):
        def longest(self, lengths):
            return int(np.min(lengths))


@rival
class lengths_one_short:
    """the lengths taken as the last index"""

    class EncoderDecoder(right.EncoderDecoder):
        def longest(self, lengths):
            return max(0, super().longest(lengths) - 1)


@rival
class lengths_cut_the_encoder:
    """the lengths taken as the encoder's, too"""

    class EncoderDecoder(right.EncoderDecoder):
        cut: tuple[int, ...] = ()

        def __call__(self, encoder_inputs, decoder_inputs, sequence_lengths):
            ids = self.ids("decoder_inputs", decoder_inputs)
            lengths = self.check_lengths(sequence_lengths, ids)
            self.cut = tuple(lengths)
            outputs = super().__call__(encoder_inputs, decoder_inputs, sequence_lengths)
            self.cut = ()
            return outputs

        def read(self, encoder_inputs):
            if not self.cut:
                return super().read(encoder_inputs)
            rows = [
                super(type(self), self).read(row[np.newaxis, : max(1, n)])
                for row, n in zip(encoder_inputs, self.cut, strict=True)
            ]
            return tuple(np.concatenate(parts) for parts in zip(*rows, strict=True))


@rival
class sequences_taken_as_padded_on_the_left:
    """the sequences read from the right-hand end of their rows"""

    class EncoderDecoder(right.EncoderDecoder):
        def decoded(self, decoder_inputs, lengths, state):
            moved = [
                np.roll(row, n) for row, n in zip(decoder_inputs, lengths, strict=True)
            ]
            return super().decoded(np.stack(moved), lengths, state)


@rival
class padding_mixed_into_the_state:
    """what stands past the end mixed into the state handed over"""

    class EncoderDecoder(right.EncoderDecoder):
        def decoded(self, decoder_inputs, lengths, state):
            steps = np.arange(decoder_inputs.shape[1])
            past = (steps >= lengths[:, np.newaxis])[..., np.newaxis]
            sums = np.sum(self.embedded(decoder_inputs) * past, axis=(1, 2))
            h, c = state
            return super().decoded(
                decoder_inputs, lengths, (h + sums[:, np.newaxis], c)
            )


@rival
class rows_end_together:
    """a batch with an empty sequence taken for an empty batch"""

    class EncoderDecoder(right.EncoderDecoder):
        def longest(self, lengths):
            return int(np.all(lengths > 0)) * super().longest(lengths)


@rival
class targets_not_shifted:
    """the targets themselves as the decoder's inputs"""

    @staticmethod
    def teacher_inputs(targets):
        return np.array(targets)


@rival
class targets_shifted_the_other_way:
    """the targets but the first, then 0, as the decoder's inputs"""

    @staticmethod
    def teacher_inputs(targets):
        return right.teacher_inputs(np.asarray(targets)[:, ::-1])[:, ::-1]


@rival
class targets_rolled:
    """the last target in the place of the first 0"""

    @staticmethod
    def teacher_inputs(targets):
        return np.roll(targets, 1, axis=1)


@rival
class start_put_before_all_targets:
    """0 before all the targets, the last included"""

    @staticmethod
    def teacher_inputs(targets):
        return np.pad(targets, [(0, 0), (1, 0)])


@rival
class targets_shifted_down_the_batch:
    """the targets shifted along the batch"""

    @staticmethod
    def teacher_inputs(targets):
        return right.teacher_inputs(np.transpose(targets)).T


@rival
class targets_shifted_in_place:
    """the targets shifted in place"""

    @staticmethod
    def teacher_inputs(targets):
        targets[:] = right.teacher_inputs(targets)
        return targets


class _Greedy(right.EncoderDecoder):
    """Decodes greedily, calling `fed` for the ids to feed at each step."""

    def fed(self, chosen, start):
        return chosen[-1]

    def first_state(self, encoder_inputs):
        return self.read(encoder_inputs)

    def restarted(self, state, first):
        return state

    def greedy_decode(self, encoder_inputs, *, start_id=0, n_steps):
        right_ids = super().greedy_decode(
            encoder_inputs, start_id=start_id, n_steps=n_steps
        )
        decoder = self.cell(right.below("decoder", self._weights))
        first = state = self.first_state(np.asarray(encoder_inputs))
        start = np.full(len(right_ids), start_id)
        chosen = [start]
        for _ in range(n_steps):
            x = self.embedded(self.fed(chosen, start))
            state = decoder.step(x, *self.restarted(state, first))
            chosen.append(self.choice(self.spoken(state[0])))
        return np.stack(chosen[1:], axis=1)


@rival
class greedy_feeds_the_start_again:
    """the start id fed at every step of greedy decoding"""

    class EncoderDecoder(_Greedy):
        def fed(self, chosen, start):
            return start


@rival
class greedy_feeds_one_step_late:
    """greedy decoding fed the id before the last"""

    class EncoderDecoder(_Greedy):
        def fed(self, chosen, start):
            return chosen[max(0, len(chosen) - 2)]


@rival
class greedy_feeds_the_inputs:
    """greedy decoding fed the encoder's inputs, not what it says"""

    class EncoderDecoder(_Greedy):
        def first_state(self, encoder_inputs):
            self.inputs = encoder_inputs
            return super().first_state(encoder_inputs)

        def fed(self, chosen, start):
            return start if len(chosen) == 1 else self.inputs[:, len(chosen) - 2]


@rival
class greedy_restarts_its_state:
    """greedy decoding starting from the encoder's state at every step"""

    class EncoderDecoder(_Greedy):
        def restarted(self, state, first):
            return first


@rival
class greedy_drops_the_encoder:
    """greedy decoding from a zero state"""

    class EncoderDecoder(_Greedy):
        def first_state(self, encoder_inputs):
            return self.zeros(len(encoder_inputs))


@rival
class greedy_keeps_its_state:
    """greedy decoding from the state that the last call left"""

    class EncoderDecoder(_Greedy):
        def first_state(self, encoder_inputs):
            return getattr(self, "left", super().first_state(encoder_inputs))

        def restarted(self, state, first):
            self.left = state
            return state


@rival
class greedy_takes_the_least_likely:
    """the least likely id taken in greedy decoding"""

    class EncoderDecoder(right.EncoderDecoder):
        def choice(self, probabilities):
            return np.argmin(probabilities, axis=-1)


@rival
class greedy_takes_the_second:
    """the second likeliest id taken in greedy decoding"""

    class EncoderDecoder(right.EncoderDecoder):
        def choice(self, probabilities):
            return np.argsort(probabilities, axis=-1)[..., -2]


@rival
class greedy_never_says_the_start:
    """the start id given back as the first, the rest one later"""

    class EncoderDecoder(right.EncoderDecoder):
        def greedy_decode(self, encoder_inputs, *, start_id=0, n_steps):
            ids = super().greedy_decode(
                encoder_inputs, start_id=start_id, n_steps=n_steps
            )
            return np.pad(ids[:, :-1], [(0, 0), (1, 0)], constant_values=start_id)


@rival
class greedy_starts_from_zero:
    """the start id checked but ignored: decoding from 0"""

    class EncoderDecoder(right.EncoderDecoder):
        def greedy_decode(self, encoder_inputs, *, start_id=0, n_steps):
            self.ids("start_id", [[start_id]])
            return super().greedy_decode(encoder_inputs, n_steps=n_steps)


@rival
class greedy_starts_from_one_by_default:
    """greedy decoding starting from 1 where no start is given"""

    class EncoderDecoder(right.EncoderDecoder):
        def greedy_decode(self, encoder_inputs, *, start_id=1, n_steps):
            return super().greedy_decode(
                encoder_inputs, start_id=start_id, n_steps=n_steps
            )


@rival
class loss_summed:
    """the loss summed, not averaged, over the steps"""

    class EncoderDecoder(right.EncoderDecoder):
        def averaged(self, losses, inside):
            return losses[inside].sum()


@rival
class loss_summed_over_time:
    """the loss summed over the steps and averaged over the rows"""

    class EncoderDecoder(right.EncoderDecoder):
        def averaged(self, losses, inside):
            return (losses * inside).sum(axis=1).mean()


@rival
class loss_counts_the_padding:
    """the loss averaged over all steps up to the longest length"""

    class EncoderDecoder(right.EncoderDecoder):
        def averaged(self, losses, inside):
            return losses.mean()


@rival
class loss_divided_by_all_steps:
    """the loss zero past the ends, but divided by all steps"""

    class EncoderDecoder(right.EncoderDecoder):
        def averaged(self, losses, inside):
            return (losses * inside).mean()


@rival
class loss_averaged_row_by_row:
    """the loss averaged in each row, then over the rows"""

    class EncoderDecoder(right.EncoderDecoder):
        def averaged(self, losses, inside):
            rows = [
                row[mask].mean()
                for row, mask in zip(losses, inside, strict=True)
                if mask.any()
            ]
            return np.mean(rows)


@rival
class loss_in_bits:
    """the loss in bits, not nats"""

    class EncoderDecoder(right.EncoderDecoder):
        def averaged(self, losses, inside):
            return super().averaged(losses, inside) / np.log(2)


@rival
class loss_against_the_inputs:
    """the loss taken against the decoder's inputs"""

    class EncoderDecoder(right.EncoderDecoder):
        def loss(self, batch):
            inputs, _ = batch
            return super().loss((inputs, inputs[1]))


@rival
class loss_after_the_step:
    """the loss after the step returned, not before it"""

    class EncoderDecoder(right.EncoderDecoder):
        def train_step(self, batch):
            super().train_step(batch)
            return self.loss(batch)


@rival
class never_trained:
    """no step taken: the loss computed alone"""

    class EncoderDecoder(right.EncoderDecoder):
        def train_step(self, batch):
            return self.loss(batch)


@rival
class learning_rate_tenfold:
    """a learning rate of 0.01"""

    class EncoderDecoder(right.EncoderDecoder):
        def rate(self):
            return 10 * super().rate()


@rival
class encoder_not_trained:
    """no gradient passed to the encoder"""

    class EncoderDecoder(right.EncoderDecoder):
        frozen = tuple(right.prefixed("encoder", right.lstm_shapes(1, 1)))


@rival
class embedding_not_trained:
    """the embedding left untrained"""

    class EncoderDecoder(right.EncoderDecoder):
        frozen = ("embedding/embeddings",)


@rival
class two_biases_trained:
    """two biases trained where there is one, so that their sum moves twice as far"""

    class EncoderDecoder(right.EncoderDecoder):
        def descend(self, gradients):
            old = dict(self._weights)
            super().descend(gradients)
            for name, before in old.items():
                if "/bias_" in name:
                    moved = self._weights[name] - before
                    self._weights[name] = before + 2 * moved


class _Lenient(right.EncoderDecoder):
    """Takes ids outside the vocabulary for those modulo its size."""

    lenient: tuple[str, ...] = ()

    def ids(self, argument, values):
        if argument in self.lenient:
            values = np.asarray(values) % self.vocabulary_size
        return super().ids(argument, values)


@rival
class encoder_ids_wrap:
    """encoder ids outside the vocabulary accepted"""

    class EncoderDecoder(_Lenient):
        lenient = ("encoder_inputs",)


@rival
class decoder_ids_wrap:
    """decoder ids outside the vocabulary accepted"""

    class EncoderDecoder(_Lenient):
        lenient = ("decoder_inputs",)


@rival
class targets_wrap:
    """target ids outside the vocabulary accepted"""

    class EncoderDecoder(_Lenient):
        lenient = ("targets",)


@rival
class start_wraps:
    """a start id outside the vocabulary accepted"""

    class EncoderDecoder(_Lenient):
        lenient = ("start_id",)


@rival
class lengths_clipped:
    """lengths outside the inputs clipped"""

    class EncoderDecoder(right.EncoderDecoder):
        def check_lengths(self, values, decoder_inputs):
            clipped = np.clip(values, 0, np.shape(decoder_inputs)[1])
            return super().check_lengths(clipped, decoder_inputs)


@rival
class lengths_unchecked_below:
    """negative lengths accepted"""

    class EncoderDecoder(right.EncoderDecoder):
        def check_lengths(self, values, decoder_inputs):
            return super().check_lengths(np.maximum(values, 0), decoder_inputs)


@rival
class lengths_flattened:
    """lengths of any number of axes accepted"""

    class EncoderDecoder(right.EncoderDecoder):
        def check_lengths(self, values, decoder_inputs):
            return super().check_lengths(np.ravel(values), decoder_inputs)


@rival
class ids_reshaped:
    """ids of any number of axes accepted"""

    class EncoderDecoder(right.EncoderDecoder):
        def ids(self, argument, values):
            values = np.asarray(values)
            if values.ndim == 1:
                values = np.stack([values, values])
            if values.ndim == 3:
                values = values[..., 0]
            return super().ids(argument, values)


@rival
class rows_cut_to_pair:
    """decoder rows without an encoder row left out"""

    class EncoderDecoder(right.EncoderDecoder):
        def __call__(self, encoder_inputs, decoder_inputs, sequence_lengths):
            rows = len(np.asarray(encoder_inputs))
            return super().__call__(
                encoder_inputs,
                np.asarray(decoder_inputs)[:rows],
                np.asarray(sequence_lengths)[:rows],
            )


@rival
class no_steps_decoded:
    """no steps decoded where fewer than one is asked for"""

    class EncoderDecoder(right.EncoderDecoder):
        def greedy_decode(self, encoder_inputs, *, start_id=0, n_steps):
            ids = super().greedy_decode(
                encoder_inputs, start_id=start_id, n_steps=max(1, n_steps)
            )
            return ids[:, : max(0, n_steps)]


class _WrongInside(right.EncoderDecoder):
    """Reads the gates' weights of one LSTM in another order."""

    where, order = "", right.GATES

    def cell(self, weights):
        inside = right.below(self.where, self._weights)
        layer = right.LSTM(weights)
        if all(np.array_equal(inside[name], weights[name]) for name in inside):
            layer.gates = self.order
            layer.__init__(weights)
        return layer


@rival
class gates_of_the_encoder_in_order_ifoc:
    """the candidate and the output gate of the encoder swapped"""

    class EncoderDecoder(_WrongInside):
        where, order = "encoder", "ifoc"


@rival
class gates_of_the_decoder_in_order_ifoc:
    """the candidate and the output gate of the decoder swapped"""

    class EncoderDecoder(_WrongInside):
        where, order = "decoder", "ifoc"


@rival
class input_and_forget_swapped_in_the_encoder:
    """the input and forget gates of the encoder swapped"""

    class EncoderDecoder(_WrongInside):
        where, order = "encoder", "fico"


@rival
class input_and_forget_swapped_in_the_decoder:
    """the input and forget gates of the decoder swapped"""

    class EncoderDecoder(_WrongInside):
        where, order = "decoder", "fico"


@rival
class rest_of_the_inputs_zeroed:
    """the decoder's inputs overwritten with 0 after the sequences' ends"""

    class EncoderDecoder(right.EncoderDecoder):
        def __call__(self, encoder_inputs, decoder_inputs, sequence_lengths):
            outputs = super().__call__(encoder_inputs, decoder_inputs, sequence_lengths)
            steps = np.arange(np.shape(decoder_inputs)[1])
            decoder_inputs[steps >= np.asarray(sequence_lengths)[:, np.newaxis]] = 0
            return outputs


globals().update(law_rivals(__name__, "an encoder-decoder", right.EncoderDecoder))


REDUNDANT = {
    "ED-01": "the captured count; the shapes that add up to it are ED-02's",
    "ED-04": "ED-05 in numbers that can be followed by hand",
    "ED-05": "the equations; ED-07 has id 0 in them, ED-08 other lengths",
    "ED-06": "causality, without an oracle; ED-05 implies it",
    "ED-10": "lengths alone; the ids past the end are in ED-11",
    "ED-11": "the ids past the end; ED-10 also rejects an end that is moved",
    "ED-15": "the ids; ED-16 has the law that they follow, ED-17 another start",
}
