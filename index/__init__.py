"""The built index: passages found by vectors (FAISS) and by words (BM25), bound to corpus and model by a manifest.

Imports `corpus/` alone; knows nothing of questions and answers.
"""

from index.build import build_index
from index.encoder import Encoder
from index.errors import BuiltIndexError, IndexDamaged, IndexMissing, IndexStale
from index.index import Index
from index.load import DEFAULT_ROOT, building_encoder, ensure_index, open_index
from index.manifest import Manifest
from index.models import Model, find_model
from index.settings import FieldWeights, IndexSettings
from index.types import Hit, Matrix, Progress, Vector

__all__ = [
    "DEFAULT_ROOT",
    "BuiltIndexError",
    "Encoder",
    "FieldWeights",
    "Hit",
    "Index",
    "IndexDamaged",
    "IndexMissing",
    "IndexSettings",
    "IndexStale",
    "Manifest",
    "Matrix",
    "Model",
    "Progress",
    "Vector",
    "build_index",
    "building_encoder",
    "ensure_index",
    "find_model",
    "open_index",
]
