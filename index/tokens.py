"""Word pieces by the `tokenizers` library: the same as transformers', without importing it."""

from __future__ import annotations

from tokenizers import Tokenizer

from corpus.errors import ModelError
from index.models import Model


class WordPieces:
    """A model's tokenizer, without the padding and cutting that its file may ask for."""

    def __init__(self, model: Model) -> None:
        path = model.folder / "tokenizer.json"
        try:
            self._tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises bare Exception
            raise ModelError(f"{path}: expected a tokenizer, found {error}; install the model again") from None
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._window = model.window

    def count(self, text: str) -> int:
        """Tokens of the whole text, special tokens included."""
        return len(self._tokenizer.encode(text))

    def ids(self, text: str) -> list[int]:
        """The ids of the text, special tokens included, cut to the window; the closing special token stays."""
        ids = self._tokenizer.encode(text).ids
        return ids if len(ids) <= self._window else [*ids[: self._window - 1], ids[-1]]
