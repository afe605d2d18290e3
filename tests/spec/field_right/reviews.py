"""Preprocessing that is right in another way."""

from touchstone.rivals import patch, patched

globals().update(
    patched(
        "spec_tests.rivals.reviews",
        {
            "tokens_found_rather_than_split": patch(
                "tokens that are found, not split",
                (
                    "for token in plain.split()]",
                    'for token in re.findall("[^ ]+", plain)]',
                ),
            ),
            "tokens_of_fixed_width": patch(
                "an array of fixed-width bytes",
                (
                    "        return tokens\n",
                    '        return tokens.astype("S") if tokens.size else tokens\n',
                ),
            ),
            "separators_replaced_together": patch(
                "one space for several separators",
                ('{BYTE}]", " ", text)', '{BYTE}]+", " ", text)'),
            ),
        },
    )
)
