"""Positional encodings that were wrong in the field."""

from touchstone.rivals import patch, patched

POSITION = "position = np.arange(self.max_steps)  # [P]"
ANGLE = "return real(position) / real(10_000) ** real(2 * pair / dims)"
SINE = "table[:, 2 * pair] = np.sin(angle)"
COSINE = "table[:, 2 * pair + 1] = np.cos(angle)"
ADDED = "return embeddings + real(self.table[:steps, :dims])"

globals().update(
    patched(
        __name__,
        {
            # The angles.
            "exponent_doubled_by_column": patch(
                "each column's own number for the pair's in the exponent",
                (
                    SINE,
                    "table[:, 2 * pair] = np.sin(self.angle(position, 2 * pair, dims))",
                ),
                (
                    COSINE,
                    "odd = self.angle(position, 2 * pair + 1, dims)\n"
                    "            table[:, 2 * pair + 1] = np.cos(odd)",
                ),
                report="https://github.com/jadore801120/attention-is-all-you-need-pytorch/issues/32",
                says="The exponent is 2i/d with i the column, not the pair of columns.",
            ),
            "cosine_with_an_exponent_of_its_own": patch(
                "the cosine's own column in its exponent",
                (
                    COSINE,
                    "odd = self.angle(position, pair + 0.5, dims)\n"
                    "            table[:, 2 * pair + 1] = np.cos(odd)",
                ),
                report="https://github.com/luhengshiwo/LLMForEverybody/issues/106",
                says="A textbook page gives the cosine the exponent (2i + 1)/d.",
            ),
            "base_of_1000": patch(
                "1000 for 10000",
                (ANGLE, ANGLE.replace("10_000", "1_000")),
                report="https://github.com/maxjcohen/transformer/issues/62",
                says="The power is one of 1000, where the paper has 10000.",
            ),
            "base_and_exponent_exchanged": patch(
                "the exponent raised to the power of 1e-4",
                (ANGLE, "return real(position) * real(2 * pair / dims) ** real(1e-4)"),
                report="https://github.com/ivanvovk/WaveGrad/issues/12",
                says="The power is taken of the exponents, so that all columns but the "
                "first are nearly alike.",
            ),
            "wavelength_multiplied": patch(
                "positions multiplied by 10000^(2i/D)",
                (ANGLE, ANGLE.replace(" / real(10_000)", " * real(10_000)")),
                report="https://github.com/goodfire-ai/spd/pull/88",
                says="The positions are multiplied by the wavelengths, not divided.",
            ),
            "exponent_divided_as_integers": patch(
                "an integer division in the exponent",
                (ANGLE, ANGLE.replace("2 * pair / dims", "2 * pair // dims")),
                report="https://github.com/Kyubyong/transformer/pull/81",
                says="In the exponent an integer is divided by an integer, which is 0.",
            ),
            "exponent_floored_by_precedence": patch(
                "-log(10000) / D // 2 rounded down in the exponent",
                (
                    ANGLE,
                    "return real(position) * np.exp("
                    "2 * pair * (-np.log(10_000) / dims // 2))",
                ),
                report="https://github.com/zju3dv/LoFTR/issues/41",
                says="Without brackets the floor division takes the whole quotient, and "
                "the exponent's slope becomes -1.",
            ),
            "half_precision_positions": patch(
                "positions in half precision, where those past 2048 are rounded",
                (POSITION, "position = np.arange(self.max_steps).astype(np.float16)"),
                report="https://github.com/openvinotoolkit/openvino/pull/33214",
                says="Position numbers are converted to fp16, which cannot hold every "
                "integer past 2048.",
            ),
            "bfloat16_positions": patch(
                "positions in bfloat16, where those past 256 are rounded",
                (
                    POSITION,
                    "position = np.arange(self.max_steps)\n"
                    "        step = 2 ** np.maximum(0, np.log2("
                    "np.maximum(position, 1)).astype(int) - 7)\n"
                    "        position = np.round(position / step) * step",
                ),
                report="https://github.com/wfondrie/depthcharge/pull/82",
                says="In bfloat16 the positions of long sequences are inaccurate.",
            ),
            # The columns.
            "sines_first_then_cosines": patch(
                "all sines in the left half and all cosines in the right",
                (SINE, "table[:, pair] = np.sin(angle)"),
                (COSINE, "table[:, dims // 2 + pair] = np.cos(angle)"),
                report="https://github.com/tensorflow/tensor2tensor/issues/391",
                says="The code joins sines and cosines, the paper has them in turn.",
            ),
            "cosines_in_the_even_columns": patch(
                "cosines in even columns and sines in odd ones",
                (SINE, SINE.replace("sin", "cos")),
                (COSINE, COSINE.replace("cos", "sin")),
                report="https://github.com/Open-Deep-ML/DML-OpenProblem/pull/595",
                says="An exercise's example has sines and cosines in the wrong order.",
            ),
            "odd_width_not_supported": patch(
                "an error for an odd width",
                (
                    "return dims + dims % 2",
                    "if dims % 2:\n"
                    '            raise RuntimeError("the expanded size must match")\n'
                    "        return dims",
                ),
                report="https://github.com/codertimo/BERT-pytorch/issues/78",
                says="An odd width has one cosine column less than the code computes, "
                "and it stops with an error.",
            ),
            "odd_width_with_wavelengths_of_its_own": patch(
                "an odd D for D + 1 in the exponent",
                (ANGLE, ANGLE.replace("/ dims)", "/ self.max_dims)")),
                report="https://github.com/gc-os-ai/pyaptamer/pull/527",
                says="The mend for odd widths trims the cosines and keeps the exponent "
                "2i/D with the odd D.",
            ),
            # The rows.
            "row_0_all_zero": patch(
                "zeros in row 0",
                (COSINE, f"{COSINE}\n            table[0] = 0"),
                report="https://github.com/kaushalshetty/Positional-Encoding/issues/1",
                says="The cosine is taken from row 1 on, so that row 0 is zero like a "
                "padding token's.",
            ),
            "positions_from_1": patch(
                "positions that start at 1",
                (POSITION, "position = np.arange(self.max_steps) + 1  # [P]"),
                report="https://github.com/facebookresearch/fairseq/issues/1177",
                says="Position numbers begin after that of the padding.",
            ),
            "row_of_the_length_at_every_step": patch(
                "the row after the last step's added to every step",
                (ADDED, "return embeddings + real(self.table[steps, :dims])"),
                report="https://github.com/DiffPoseTalk/DiffPoseTalk/issues/20",
                says="An index stands where a slice is due: one row is added to all "
                "steps.",
            ),
            "row_of_the_sample_at_every_step": patch(
                "row b added to every step of sample b",
                (
                    ADDED,
                    "rows = np.arange(len(embeddings)) % self.max_steps\n"
                    "        return embeddings + real(self.table[rows, None, :dims])",
                ),
                report="https://github.com/songyangco/GETNext/issues/2",
                says="The encoding is added along the batch, and all time steps of a "
                "sequence get the same.",
            ),
            "last_row_alone_where_a_range_is_due": patch(
                "the last step's row added to every step",
                (ADDED, "return embeddings + real(self.table[steps - 1, :dims])"),
                report="https://github.com/explosion/curated-transformers/pull/254",
                says="The embedding of a single position is returned, not those of the "
                "whole length.",
            ),
            "batch_of_one_for_any_batch": patch(
                "the first sample alone",
                (ADDED, "return (embeddings + real(self.table[:steps, :dims]))[:1]"),
                report="https://github.com/tatp22/multidim-positional-encoding/issues/2",
                says="The output's batch is 1, whatever the input's is.",
            ),
            "steps_of_zeros_get_no_position": patch(
                "nothing added to steps whose embeddings are all zero",
                (
                    ADDED,
                    "some = np.any(embeddings != 0, axis=-1, keepdims=True)\n"
                    "        return embeddings + real(self.table[:steps, :dims]) * some",
                ),
                report="https://github.com/Kyubyong/transformer/issues/66",
                says="Padding is told by its zeros after the positions are added, so it "
                "is proposed that padding gets none.",
            ),
        },
    )
)
