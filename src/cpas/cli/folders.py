"""Folders and files that a command writes: whole or not at all, and never over what is not its own."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from cpas._version import __version__
from cpas.errors import FileError

__all__ = ["LIST", "refuse_existing", "written_folder"]

#: The list that a folder keeps of what was written there, by which it is known again.
LIST: Final = "cpas-files.json"


def refuse_existing(path: Path, *, force: bool) -> None:
    """Refuse to replace a file.

    Raises
    ------
    FileError
        If it is there and `force` was not given, or is a folder.
    """
    if path.is_dir():
        raise FileError(f"{str(path)!r} is a folder. Give the name of a file in it.", path=str(path))
    if path.exists() and not force:
        raise FileError(f"File {str(path)!r} is already there. Give another name, or --force to replace it.")


@contextmanager
def written_folder(path: str | Path, *, force: bool = False) -> Iterator[Path]:
    """Give an empty folder to write into; what is in it at the end is moved to `path`, and a list of it beside.

    A file at `path` is replaced only if the list there says that it was written before and it has not been changed
    since. What an earlier run wrote and this one does not is removed, by the same rule. If anything goes wrong nothing
    is moved.

    Raises
    ------
    FileError
        If `path` is a file, cannot be written, or has files that would be lost; ``force=True`` replaces those.

    Examples
    --------
    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp(), "out")
    >>> with written_folder(target) as folder:
    ...     _ = (folder / "scores.csv").write_text("id,score")
    >>> sorted(file.name for file in target.iterdir())
    ['cpas-files.json', 'scores.csv']
    """
    target = Path(path).resolve()
    if target.exists() and not target.is_dir():
        raise FileError(f"{str(path)!r} is a file. Give the name of a folder.", path=str(path))
    made = target.parent / f".{target.name[:40]}.{secrets.token_hex(6)}.tmp"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        made.mkdir()
        yield made
        _put_in_place(made, target, str(path), force)
    except OSError as error:
        if isinstance(error, FileError):
            raise
        reason = error.strerror or str(error)
        raise FileError(f"Folder {str(path)!r} cannot be written: {reason}.", path=str(path)) from None
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _put_in_place(made: Path, target: Path, shown: str, force: bool) -> None:
    """Move what was written to where it belongs, the list last."""
    files = {file.relative_to(made).as_posix(): _digest(file) for file in sorted(made.rglob("*")) if file.is_file()}
    before = _listed(target / LIST)
    kept = _unchanged(target, before)
    lost = [name for name in files if (target / name).exists() and name not in kept]
    lost = [name for name in lost if _digest(target / name) != files[name]]
    if lost and not force:
        raise FileError(
            f"Folder {shown!r} has files that are not as this command left them: {', '.join(lost)}. "
            "Move them, give another folder, or add --force to replace them.",
            path=shown,
            files=tuple(lost),
        )
    said = {"made_by": f"cpas {__version__}", "files": files}
    (made / LIST).write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
    if not target.exists():
        made.rename(target)
        return
    for name in [*files, LIST]:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).replace(target / name)
    for name in kept - set(files):
        (target / name).unlink(missing_ok=True)


def _unchanged(target: Path, listed: dict[str, str]) -> set[str]:
    """Return the files of the list that are as they were written."""
    inside = {name for name in listed if ".." not in Path(name).parts and not Path(name).is_absolute()}
    return {name for name in inside if _digest(target / name) == listed[name]}


def _listed(path: Path) -> dict[str, str]:
    """Return what an earlier run wrote; nothing where there is no list that can be read."""
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        files = data["files"]
        return {str(name): str(digest) for name, digest in files.items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}


def _digest(file: Path) -> str:
    """Return a hash of a file; of what is no file, nothing that any file has."""
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""
