"""Positional encoding: the clauses of contracts/positional_encoding.py."""

import numpy as np

from spec_tests import laws, witnesses
from spec_tests.contracts import positional_encoding as contract
from spec_tests.oracles import positional_encoding as oracle
from spec_tests.oracles.positional_encoding import PositionalEncoding as Oracle
from spec_tests.tolerances import POSITION
from touchstone import agrees, array, captured, guard, probe, refuses
from touchstone.conditions import Conditions


def growth(steps: int) -> np.ndarray:
    """Return [T, 1]: a float32 angle is off by its position's share of an epsilon."""
    return 1 + np.arange(steps)[:, np.newaxis]


@probe
def encode(implementation):
    build = implementation.positional_encoding.PositionalEncoding
    return lambda x, max_steps=11, max_dims=None: array(
        build(max_steps=max_steps, max_dims=max_dims or x.shape[-1])(x)
    )


def rows(encode, steps: int, dims: int, **sizes) -> np.ndarray:
    """Return the encoding alone [T, D]: what is added to embeddings of zeros."""
    return encode(np.zeros([1, steps, dims], np.float32), **sizes)[0]


@captured
def test_chapter_table(encode):
    """POS-01. The table of 201 steps and 512 dims holds the chapter's values. [G19]"""
    table = rows(encode, 201, 512, max_steps=201)
    marks = [22, 35, 60]  # the figure's points
    expected = [
        [-0.4785521, -0.8780592],
        [-0.4717950, 0.8817083],
        [-0.4830412, -0.8755976],
    ]  # sin and cos of p / 10000^(100/512), by bc
    agrees(table[marks, 100:102], expected, POSITION, scale=growth(61)[marks])


def test_interleaves_sine_and_cosine(encode):
    """POS-02. Row p holds sin and cos of p / 10000^(2i/D), pair after pair. [V17]"""
    expected = [
        [0.0, 1.0, 0.0, 1.0, 0.0, 1.0],
        [0.8414710, 0.5403023, 0.0463992, 0.9989230, 0.0021544, 0.9999977],
        [0.4121185, -0.9111303, 0.4056986, 0.9140069, 0.0193887, 0.9998120],
    ]  # D = 6: at D = 4 the wrong wavelengths 100^i give the same numbers
    table = rows(encode, 10, 6)
    agrees(table[[0, 1, 9]], expected, POSITION, scale=growth(10)[[0, 1, 9]])


def test_far_positions_have_their_own_rows(encode):
    """POS-03. A position in the hundreds is encoded by its own angle. [V17]"""
    expected = [[0.7568222, 0.6536208]]  # sin 359, cos 359, by bc
    table = rows(encode, 360, 2, max_steps=360)
    agrees(table[359:], expected, POSITION, scale=360)


def test_is_added_to_the_embeddings(encode):
    """POS-04. Every sample of the batch is its input plus the encoding. [V17]"""
    x = witnesses.normal(0, 3, 5, 6)
    expected = x + Oracle(max_steps=5, max_dims=6).table
    agrees(encode(x), expected, POSITION, scale=growth(5))


def test_depends_on_position_alone(encode):
    """POS-05. A shorter sequence gets the first rows of a longer one. [G19]"""
    agrees(rows(encode, 4, 6), rows(encode, 9, 6)[:4], POSITION, scale=growth(4))


def test_narrow_embeddings_get_the_first_columns(encode):
    """POS-06. Fewer than max_dims columns are the table's first columns. [G19]"""
    narrow, wide = rows(encode, 5, 4, max_dims=6), rows(encode, 5, 6)
    agrees(narrow, wide[:, :4], POSITION, scale=growth(5))


def test_odd_width_is_cut_from_the_next_even_width(encode):
    """POS-07. An odd width D gets the first D columns of width D + 1. [G19]"""
    agrees(rows(encode, 5, 5), rows(encode, 5, 6)[:, :5], POSITION, scale=growth(5))


@guard
def test_refuses_too_many_steps(encode):
    """POS-08. A sequence longer than max_steps is refused. [house]"""
    refuses(lambda: rows(encode, 12, 6, max_steps=11), "max_steps", 12)


@guard
def test_refuses_too_many_dims(encode):
    """POS-09. Embeddings wider than max_dims are refused. [house]"""
    refuses(lambda: rows(encode, 5, 7, max_dims=6), "max_dims", 7)


def test_leaves_its_arguments(implementation):
    """POS-10. Encoding positions leaves the embeddings as they were. [house]"""
    layer = implementation.positional_encoding.PositionalEncoding(
        max_steps=5, max_dims=6
    )
    laws.leaves_arguments(layer, witnesses.normal(0, 3, 5, 6))


def test_keeps_its_results(implementation):
    """POS-11. Encoded embeddings stay as they are when others are encoded. [house]"""
    layer = implementation.positional_encoding.PositionalEncoding(
        max_steps=5, max_dims=6
    )
    one, other = witnesses.normal(0, 3, 5, 6), witnesses.normal(1, 3, 5, 6)
    laws.keeps_results(lambda: layer(one), lambda: layer(other))


# Conditions: each row encodes embeddings; what came is divided by the growth of rounding.

FACTORS = {"zeros": 0, "order one": 1 / 8, "near zero": 2**-12, "large": 2}


def embeddings_of(row):
    """Return [B, T, D]: whole numbers times a power of two, so that they are exact."""
    sizes = []
    for axis in ("steps", "dims"):
        limit = row[f"max_{axis}"]
        fewer = {"one fewer": limit - 1, "half": limit // 2, "one": 1}
        sizes.append(fewer.get(row[axis], limit))
    rng = np.random.default_rng(5)
    whole = rng.integers(-7, 8, (row["batch"], *sizes)).astype(np.float32)
    return whole * np.float32(FACTORS[row["magnitude"]])


def make(module, row):
    return module.PositionalEncoding(
        max_steps=row["max_steps"], max_dims=row["max_dims"]
    )


def call(layer, row):
    embeddings = embeddings_of(row)
    sizes = {
        "one step": (1, row["max_dims"]),
        "all steps": (row["max_steps"], row["max_dims"]),
        "one dim": (row["max_steps"], 1),
    }
    if row["before"] in sizes:
        layer(np.ones([1, *sizes[row["before"]]], np.float32))
    found = array(layer(embeddings))
    if found.shape != embeddings.shape:
        return {"output": found}
    return {"output": found / growth(embeddings.shape[1]).astype(found.dtype)}


ROWS = Conditions(
    contract,
    oracle,
    make=make,
    call=call,
    settings=("max_steps", "max_dims"),
    tolerance=POSITION,
)


@probe
def conditions(implementation):
    return ROWS.of(implementation, implementation.positional_encoding)


def test_rows_max_steps(conditions):
    """POS-12. Encodings are right at every max_steps, up to thousands. [V17]"""
    conditions.hold("max_steps")


def test_rows_max_dims(conditions):
    """POS-13. Encodings are right at every max_dims, odd ones and 1 too. [G19]"""
    conditions.hold("max_dims")


def test_rows_steps(conditions):
    """POS-14. Encodings are right at fewer steps than max_steps. [G19]"""
    conditions.hold("steps")


def test_rows_dims(conditions):
    """POS-15. Encodings are right at fewer dims than max_dims. [G19]"""
    conditions.hold("dims")


def test_rows_batch(conditions):
    """POS-16. Encodings are right at every batch size. [V17]"""
    conditions.hold("batch")


def test_rows_magnitude(conditions):
    """POS-17. Encodings are right at embeddings of every magnitude. [V17]"""
    conditions.hold("magnitude")


def test_rows_history(conditions):
    """POS-18. Encodings are right whatever was encoded before. [house]"""
    conditions.hold("history")


def test_rows_before(conditions):
    """POS-19. Encodings are right after a shorter, longer or narrower call. [house]"""
    conditions.hold("before")
