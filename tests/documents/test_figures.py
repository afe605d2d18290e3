"""The positional figure shows the table's own numbers."""

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="figures need Matplotlib")

from notebooks.figures import positional_figure
from touchstone import Implementation, array

POSITIONS, DIMS = 201, 512


def table_of(name):
    sizes = {"max_steps": POSITIONS, "max_dims": DIMS}
    encode = Implementation(name).positional_encoding.PositionalEncoding(**sizes)
    return array(encode(np.zeros([1, POSITIONS, DIMS], np.float32)))[0]


@pytest.fixture(
    scope="module", params=["spec_tests.oracles", "reference", "alternatives.pytorch"]
)
def table(request):
    return table_of(request.param)


@pytest.fixture(scope="module")
def axes(table):
    above, below = positional_figure(table).axes
    return above, below


def lines(axes, label=None):
    """Return the points [N, 2] of the lines that have the label, or of all lines."""
    return [
        line.get_xydata() for line in axes.lines if label in (None, line.get_label())
    ]


def points(axes):
    """Return all points of the lines that are drawn as separate markers."""
    marked = [line for line in axes.lines if line.get_linestyle() == "None"]
    return sorted(tuple(point) for line in marked for point in line.get_xydata())


@pytest.mark.parametrize("column", [100, 101])
def test_curves_are_the_columns(axes, table, column):
    [curve] = lines(axes[0], f"$i = {column}$")
    np.testing.assert_array_equal(curve[:, 0], np.arange(POSITIONS))
    np.testing.assert_array_equal(curve[:, 1], table[:, column])


def test_marks_lie_on_the_curves(axes, table):
    marked = [(22, 100), (22, 101), (60, 100), (60, 101), (35, 100)]
    assert points(axes[0]) == sorted((p, table[p, i]) for p, i in marked)


@pytest.mark.parametrize("position", [22, 60])
def test_dashed_lines_cross_both_parts(axes, position):
    [above] = lines(axes[0], f"$p = {position}$")
    assert above.tolist() == [[position, -1], [position, 1]]
    dashed = [line for line in axes[1].lines if line.get_linestyle() == "--"]
    assert position in [line.get_xdata()[0] for line in dashed]


def test_image_is_the_first_150_columns(axes, table):
    [image] = axes[1].images
    np.testing.assert_array_equal(image.get_array(), table[:, :150].T)
    assert image.get_cmap().name == "gray"


def test_image_marks_the_columns(axes):
    raised = 2  # the second line, or it would hide the first
    assert points(axes[1]) == [
        (22, 100),
        (22, 101 + raised),
        (60, 100),
        (60, 101 + raised),
    ]


def test_both_parts_show_every_position(axes):
    assert axes[0].get_xlim() == axes[1].get_xlim() == (0, POSITIONS - 1)
    assert axes[0].get_ylim() == (-1, 1)
    assert axes[1].get_ylim() == (0, 150)


def test_is_written_without_a_display(table, tmp_path):
    positional_figure(table).savefig(tmp_path / "positional.png")
    assert (tmp_path / "positional.png").stat().st_size > 10_000


@pytest.mark.parametrize("shape", [(201, 149), (60, 512), (1, 201, 512)])
def test_refuses_a_table_that_lacks_what_is_drawn(shape):
    with pytest.raises(ValueError, match=r"table .*\(" + str(shape[0])):
        positional_figure(np.zeros(shape))
