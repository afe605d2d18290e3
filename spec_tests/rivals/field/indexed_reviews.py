"""Indexed reviews that were decoded wrong in the field."""

from touchstone.rivals import patch, patched

globals().update(
    patched(
        __name__,
        {
            "ranks_taken_for_ids": patch(
                "ranks taken for ids",
                ("{rank + 3: word", "{rank: word"),
                report="https://github.com/keras-team/keras/issues/5912",
                says="Reviews were decoded with the bare word index and made no sense.",
            ),
            "first_word_at_3": patch(
                "ids one too low, the first word's 3",
                ("rank + 3", "rank + 2"),
                report="https://github.com/keras-team/keras/pull/6114",
                says="Ranks start at 1, which was to be counted into the offset of 3.",
            ),
            "special_ids_as_question_marks": patch(
                "question marks for the special tokens",
                (
                    'return " ".join(words[id_] for id_ in ids)',
                    'found = [words[id_] if id_ > 3 else "?" for id_ in ids]\n'
                    '    return " ".join(found)',
                ),
                report="https://github.com/keras-team/keras-io/issues/1036",
                says="Ids were looked up less 3 in the bare index, with a question mark "
                "for those that are missing.",
            ),
            "padding_read_as_unknown": patch(
                "the id 0 read as an unknown word",
                ('{0: "<pad>"', '{0: "<unk>"'),
                report="https://github.com/keras-team/keras/pull/16673",
                says="The documentation said that 0 encodes unknown words; it is kept "
                "for padding.",
            ),
            "start_read_as_unknown": patch(
                "the start of a review read as an unknown word",
                ('1: "<sos>"', '1: "<unk>"'),
                report="https://github.com/keras-team/keras/pull/6114",
                says="The mark of the start was replaced by the one of unknown words "
                "when frequent words were skipped; transferred to decoding.",
            ),
            "index_changed_in_place": patch(
                "the offset added to the caller's index again in each call",
                (
                    "    words = {rank + 3: word for word, rank in word_index.items()}\n",
                    "    for word in word_index:\n"
                    "        word_index[word] += 3\n"
                    "    words = {rank: word for word, rank in word_index.items()}\n",
                ),
                report="https://github.com/oopsie-data/oopsie-data-tools/issues/47",
                says="A function converted the values of the caller's mapping in place, "
                "so that its second use of them was wrong; transferred to the index.",
            ),
        },
    )
)
