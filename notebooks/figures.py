"""The chapter's figure of the positional encoding.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Positional encodings".
Axes: P positions, D encoding dims.
"""

import numpy as np

CURVES = {100: "tab:blue", 101: "tab:red"}  # a sine column and its cosine neighbour
PAIR = 22, 60  # positions that the two columns hardly tell apart
ONCE = 35  # a position that the first column takes for them, and the second does not
SHOWN_DIMS = 150


def positional_figure(table: np.ndarray):
    """Return a Matplotlib figure of a table [P, D]: two of its columns over its image.

    Dashed lines join each of two positions to its column of the image. In the image the
    second curve's line is drawn a little high, or it would hide the first one's.
    """
    table = np.asarray(table)
    if table.ndim != 2 or table.shape[0] <= max(PAIR) or table.shape[1] < SHOWN_DIMS:
        raise ValueError(
            f"table must have more than {max(PAIR)} rows and at least {SHOWN_DIMS} "
            f"columns, got shape {table.shape}"
        )
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 5), layout="constrained")
    FigureCanvasAgg(figure)  # draws to files, without a display
    above, below = figure.subplots(2, 1, sharex=True)
    draw_curves(above, table)
    draw_image(below, table)
    return figure


def draw_curves(axes, table) -> None:
    """Draw the chosen columns over the position, and mark the three positions."""
    last = len(table) - 1
    for position, strength in zip(PAIR, (1, 0.5), strict=True):
        axes.plot(
            [position] * 2, [-1, 1], "k--", alpha=strength, label=f"$p = {position}$"
        )
    first = next(iter(CURVES))
    mark = {"color": CURVES[first], "markersize": 9, "markeredgewidth": 2}
    axes.plot(ONCE, table[ONCE, first], "x", **mark, label=f"$p = {ONCE}$")
    for column, color in CURVES.items():
        axes.plot(table[:, column], color=color, label=f"$i = {column}$")
        axes.plot(PAIR, table[list(PAIR), column], "o", color=color)
    axes.axhline(0, color="black", linewidth=1, alpha=0.3)
    axes.grid(alpha=0.3)
    axes.set(xlim=(0, last), ylim=(-1, 1))
    axes.set_ylabel("$P_{(p,i)}$", rotation=0, fontsize=16, labelpad=20)
    axes.legend(loc="center right", fontsize=12, framealpha=0.95)


def draw_image(axes, table) -> None:
    """Draw the first columns as an image, and where the curves and marks lie in it."""
    last = len(table) - 1
    image = table[:, :SHOWN_DIMS].T  # [D, P]
    axes.imshow(image, cmap="gray", aspect="auto", interpolation="bilinear")
    for (column, color), raised, order in zip(
        CURVES.items(), (0, 2), (3, 2), strict=True
    ):
        axes.axhline(column + raised, color=color, zorder=order)
        axes.plot(PAIR, [column + raised] * 2, "o", color=color, zorder=order)
    for position, strength in zip(PAIR, (1, 0.5), strict=True):
        axes.axvline(position, color="black", linestyle="--", alpha=strength)
    axes.set(xlim=(0, last), ylim=(0, SHOWN_DIMS))
    axes.set_xlabel("$p$", fontsize=16)
    axes.set_ylabel("$i$", rotation=0, fontsize=16, labelpad=20)
