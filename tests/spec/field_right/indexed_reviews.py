"""Decoding that is right in another way."""

from touchstone.rivals import patch, patched

globals().update(
    patched(
        "spec_tests.rivals.indexed_reviews",
        {
            "special_tokens_first": patch(
                "the special tokens first in the mapping",
                (
                    'return words | {0: "<pad>", 1: "<sos>", 2: "<unk>"}',
                    'return {0: "<pad>", 1: "<sos>", 2: "<unk>"} | words',
                ),
            ),
            "mapping_that_cannot_change": patch(
                "a mapping that cannot be changed",
                (
                    'return words | {0: "<pad>", 1: "<sos>", 2: "<unk>"}',
                    'return MappingProxyType(words | {0: "<pad>", 1: "<sos>", '
                    '2: "<unk>"})',
                ),
                (
                    "\n\ndef id_to_word",
                    "\nfrom types import MappingProxyType\n\n\ndef id_to_word",
                ),
            ),
            "ids_as_plain_numbers": patch(
                "ids read as plain numbers first",
                (
                    "    for id_ in ids:\n",
                    "    ids = [i.item() if hasattr(i, 'item') else i for i in ids]\n"
                    "    for id_ in ids:\n",
                ),
            ),
        },
    )
)
