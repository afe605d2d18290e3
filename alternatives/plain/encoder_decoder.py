"""What an encoder-decoder's decoder reads while it is taught."""

import numpy as np

from alternatives.plain.arguments import with_rank


def teacher_inputs(targets) -> np.ndarray:
    """Return the decoder's inputs [B, T]: 0, then the targets but the last."""
    targets = with_rank("targets", targets, 2)
    return np.concatenate([np.zeros_like(targets[:, :1]), targets[:, :-1]], axis=1)
