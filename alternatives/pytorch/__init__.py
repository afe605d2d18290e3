"""The components in PyTorch. Seeds mean PyTorch's generators."""

import numpy as np
import torch

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


def device() -> str:
    """Return the kind of device that the components run on: "cpu" or a GPU's name."""
    return torch.cuda.get_device_name() if DEVICE.type == "cuda" else "cpu"


def tensor(values, dtype=torch.float32) -> torch.Tensor:
    """Return values as a tensor on the device."""
    return torch.as_tensor(values, dtype=dtype, device=DEVICE)


def host(values) -> np.ndarray:
    """Return values, on whatever device, as an array."""
    return np.asarray(torch.as_tensor(values).cpu())
