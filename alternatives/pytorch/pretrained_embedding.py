"""A model that judges a text by a pretrained embedding of it.

The embedding is a bag: PyTorch sums the vectors of each text's words as it reads them.
"""

import numpy as np
import torch

from alternatives.plain.text_embedding import (
    load_embedding,
    save_embedding,
    without_punctuation,
)
from alternatives.pytorch import DEVICE, tensor
from alternatives.pytorch.sentiment import Classifier
from alternatives.pytorch.vocabulary import LookupTable

__all__ = ["PretrainedModel", "save_embedding"]


class PretrainedModel(Classifier):
    """Return probabilities [B, 1] of texts [B]; the embedding learns if asked to."""

    def __init__(self, *, handle: str, units: int, trainable_embedding: bool = False):
        super().__init__()
        words, vectors = load_embedding(handle)
        self.table = LookupTable(words, n_oov_buckets=len(vectors) - len(words))
        self.embedding = torch.nn.EmbeddingBag.from_pretrained(
            tensor(vectors).clone(), freeze=not trainable_embedding, mode="sum"
        )
        self.dense_1 = torch.nn.Linear(vectors.shape[1], units, device=DEVICE)
        self.dense_2 = torch.nn.Linear(units, 1, device=DEVICE)

    def owners(self) -> dict[str, torch.nn.Parameter]:
        """Return, by name, the parameters that the named weights lie in."""
        return {
            "embedding/embeddings": self.embedding.weight,
            "dense_1/kernel": self.dense_1.weight,
            "dense_1/bias": self.dense_1.bias,
            "dense_2/kernel": self.dense_2.weight,
            "dense_2/bias": self.dense_2.bias,
        }

    def places(self):
        return {
            name: parameter.T if name.endswith("kernel") else parameter
            for name, parameter in self.owners().items()
        }

    def trainable_names(self) -> list[str]:
        """Return the names of the weights that training changes."""
        return [name for name, p in self.owners().items() if p.requires_grad]

    def place(self, batch):
        """Return the texts as rows of the table, and the labels, on the device."""
        texts, labels = batch
        return self.rows(texts), tensor(labels)

    def rows(self, texts) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return all words as rows, where each text starts, and each word's share."""
        words = [without_punctuation(text).split(b" ") for text in texts]
        lengths = torch.tensor([len(text) for text in words])
        rows = self.table(np.array([word for text in words for word in text], object))
        starts = torch.cumsum(lengths, dim=0) - lengths
        shares = torch.repeat_interleave(lengths.float().rsqrt(), lengths)
        return rows, starts.to(DEVICE), shares.to(DEVICE)

    def forward(self, texts):  # [B], or what `rows` returns
        rows, starts, shares = texts if isinstance(texts, tuple) else self.rows(texts)
        embedded = self.embedding(rows, starts, per_sample_weights=shares)  # [B, E]
        return torch.sigmoid(self.dense_2(torch.relu(self.dense_1(embedded))))  # [B, 1]
