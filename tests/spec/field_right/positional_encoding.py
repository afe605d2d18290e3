"""Positional encodings that differ from the oracle in the order of arithmetic."""

from touchstone.rivals import patch, patched

ANGLE = "return real(position) / real(10_000) ** real(2 * pair / dims)"
ADDED = "return embeddings + real(self.table[:steps, :dims])"

globals().update(
    patched(
        "spec_tests.rivals.positional_encoding",
        {
            "wavelengths_by_the_exponential": patch(
                "exp(-2i/D log 10000) for the division by the power",
                (
                    ANGLE,
                    "return real(position) * np.exp(-2 * pair / dims * np.log(10_000))",
                ),
            ),
            "cosine_as_a_shifted_sine": patch(
                "sin(x + pi / 2) for cos(x)",
                ("np.cos(angle)", "np.sin(angle + np.pi / 2)"),
            ),
            "table_in_single_precision": patch(
                "a float32 table and float32 outputs",
                (
                    ADDED,
                    "table = self.table[:steps, :dims].astype(np.float32)\n"
                    "        return np.asarray(embeddings, np.float32) + table",
                ),
            ),
            "lists": patch(
                "lists in place of arrays",
                (ADDED, f"return ({ADDED.removeprefix('return ')}).tolist()"),
            ),
        },
    )
)
