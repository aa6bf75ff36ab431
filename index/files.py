"""Writing so that a file or folder is there whole, or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from index.errors import BuiltIndexError

TEMPORARY = ".building-"
"""Names of what is not finished begin so; what a killed build left is swept by the next."""


def write_file(path: Path, data: bytes) -> None:
    """Write and flush to the disk."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def replace_file(path: Path, data: bytes) -> None:
    """Put `data` at `path`: readers see the old bytes or the new, never a part."""
    temporary = _beside(path)
    try:
        write_file(temporary, data)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A folder to fill, beside `target`; renamed to it once the block ends well, removed if it does not.

    What stood at `target` stays until then.
    """
    folder = _beside(target)
    folder.mkdir()
    try:
        yield folder
        sync_folder(folder)
        _swap(folder, target)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def sync_folder(folder: Path) -> None:
    """Flush a folder's list of names to the disk, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(root: Path) -> None:
    """Remove what killed builds left below `root`. Only to be called by who holds the lock."""
    for path in [*root.glob(f"{TEMPORARY}*"), *root.glob(f"*/{TEMPORARY}*")]:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


@contextmanager
def writing(root: Path) -> Iterator[None]:
    """Turn what the disk refuses inside the block into a BuiltIndexError that says what to do."""
    try:
        yield
    except OSError as error:
        where = error.filename or root
        remedy = "free some space or allow writing there, then type: python app.py index"
        raise BuiltIndexError(where, "a place to write the index", error.strerror or str(error), remedy) from error


def _swap(folder: Path, target: Path) -> None:
    """Rename `folder` to `target`, setting a folder aside that stands there."""
    aside = _beside(target)
    if target.exists():
        os.rename(target, aside)
    os.rename(folder, target)
    sync_folder(target.parent)
    shutil.rmtree(aside, ignore_errors=True)


def _beside(path: Path) -> Path:
    """A name of its own in the same folder. Not by `tempfile`, which would keep other users from reading."""
    return path.with_name(f"{TEMPORARY}{uuid4().hex}")
