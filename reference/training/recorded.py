"""What the chapter's notebook printed of its trainings, by quantity, one value an epoch.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, the outputs of its notebook.
None stands for a value that the printed output left out.
"""

Recorded = dict[str, list[float | None]]

# fmt: off
CHAR_RNN: Recorded = {
    "loss": [1.7662, 1.6649, 1.6508, 1.6400, 1.6359,
             1.6344, 1.6336, 1.6277, 1.6309, 1.6317],
}
STATEFUL_CHAR_RNN: Recorded = {
    "loss": [2.6180, 2.2312, 2.2992, 2.4599, 2.4062, 2.0630, 2.0933, 2.0784,
             2.0101, 1.9146, 1.9204, 1.9049, 1.8894, 1.8397, 1.8147, 1.8147,
             1.7741, *[None] * 15, 1.6102, 1.6063, 1.6022, 1.5984, 1.5964,
             1.5924, 1.5903, 1.5882, 1.5867, 1.5826, 1.5817, 1.5796, 1.5765,
             1.5741, 1.5733, 1.5706, 1.5703, 1.5666],
}
SENTIMENT: Recorded = {
    "loss": [0.5378, 0.3485, 0.1877, 0.1236, 0.0964],
    "accuracy": [0.7238, 0.8567, 0.9332, 0.9573, 0.9667],
}
EXPLICIT_MASK: Recorded = {
    "loss": [0.5436, 0.3519, 0.1950, 0.1226, 0.0922],
    "accuracy": [0.7172, 0.8564, 0.9306, 0.9579, 0.9679],
}
PRETRAINED: Recorded = {
    "loss": [0.5499, 0.5133, 0.5078, 0.5042, 0.5010],
    "accuracy": [0.7230, 0.7486, 0.7518, 0.7540, 0.7574],
}
TRANSLATION: Recorded = {"loss": [4.6054, 4.6041]}
# fmt: on
