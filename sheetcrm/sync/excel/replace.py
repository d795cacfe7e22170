"""Put a new version of a workbook in the old one's place: wholly or not at all, and never over someone's save."""

import contextlib
import hashlib
import os
import re
import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from sheetcrm.sync.excel.exchange import exchange, sync_folder

_MARK = ".sheetcrm"
_WINDOWS = os.name == "nt"
_WINDOWS_TRIES, _WINDOWS_WAIT = 20, 0.25  # seconds; virus scanners hold a fresh file for a moment


@dataclass(frozen=True)
class Outcome:
    """How it ended. `why` is one sentence for people, "" when replaced; `backup` is the copy of the old version.

    changed_meanwhile: someone saved the workbook after it was read; theirs stands, ours is dropped.
    locked: another program holds the file. failed: no room, no right to write.
    """

    state: Literal["replaced", "changed_meanwhile", "locked", "failed"]
    why: str = ""
    backup: Path | None = None


def replace_atomically(path: Path, data: bytes, *, expected_sha256: str, backups: Path, keep: int) -> Outcome:
    """Replace the workbook at `path` by `data` if its content still is what was read (`expected_sha256`).

    1. Finish what an interrupted run left behind. 2. Check the hash; keep a copy of the old version in `backups`
    (`keep` of them). 3. Write the new version beside the old one with its mode, owner and extended attributes, and
    sync it to disk. 4. Exchange the two atomically and look at what came out: if it is not what was read, someone
    saved in between, so put it back. 5. Sync the folder, remove the old version. Where files can't be exchanged:
    check again and rename. A symbolic link stays one; what it leads to is replaced.
    """
    target = path.resolve()
    try:
        recover_interrupted(target, backups)
        old = target.read_bytes()
    except OSError as error:
        return Outcome("failed", f"{error.filename or target} can't be used: {error.strerror}.")
    if _sha(old) != expected_sha256:
        return _changed(path)
    backup: Path | None = None
    try:
        backup = _back_up(target, old, backups, keep)
        ready = _write_beside(target, data, expected_sha256)
        return _swap(path, target, ready, expected_sha256, backup)
    except PermissionError as error:
        if _WINDOWS:
            return Outcome("locked", f"another program holds {path.name} ({error.strerror}).", backup)
        return Outcome("failed", f"{error.filename or target} can't be written: {error.strerror}.", backup)
    except OSError as error:
        return Outcome("failed", f"{error.filename or target} can't be written: {error.strerror}.", backup)
    finally:
        with contextlib.suppress(OSError):
            _partial(target).unlink(missing_ok=True)


def recover_interrupted(path: Path, backups: Path) -> str:
    """Clear up what a run that was killed left beside the workbook. Returns what was done, "" for nothing.

    A half-written file is removed. A complete one tells by its name what it was to replace and by what: if it is
    neither the old nor the new version, it came out of the exchange just before the kill and is a save of somebody
    else's. It goes back in place if ours still stands there, else to the backups.
    """
    target = path.resolve()
    with contextlib.suppress(OSError):
        _partial(target).unlink(missing_ok=True)
    told = ""
    pattern = re.compile(re.escape(f".{target.name}.") + "([0-9a-f]{16})-([0-9a-f]{16})" + re.escape(_MARK))
    for left in sorted(target.parent.iterdir()):
        match = pattern.fullmatch(left.name)
        if match is None:
            continue
        inside = _sha_of(left)[:16]
        if inside in match.groups():
            left.unlink(missing_ok=True)
        elif target.exists() and _sha_of(target)[:16] == match[2] and exchange(left, target):
            left.unlink(missing_ok=True)
            told = f"{target.name} was saved by someone while it was being replaced; their version is back in place"
        else:
            backups.mkdir(parents=True, exist_ok=True)
            kept = backups / f"{target.stem}.{_now()}.rescued{target.suffix}"
            shutil.move(left, kept)
            told = f"a version of {target.name} that someone saved in between is kept as {kept}"
    return told


def _changed(path: Path, backup: Path | None = None) -> Outcome:
    why = f"{path.name} was saved by someone after it was read; their version stands."
    return Outcome("changed_meanwhile", why, backup)


def _swap(path: Path, target: Path, ready: Path, expected: str, backup: Path | None) -> Outcome:
    """Steps 4 and 5."""
    inside = _sha_of(ready)
    if exchange(ready, target):
        out = _sha_of(ready)
        if out != expected:
            # What came out is a person's save, so it goes back in. Were they to save yet again in that moment, what
            # comes out then is not ours but their newer version, and goes back in turn.
            while exchange(ready, target) and _sha_of(ready) != inside:
                inside, out = out, _sha_of(ready)
            _drop(ready)
            return _changed(path, backup)
    elif _sha_of(target) != expected:
        _drop(ready)
        return _changed(path, backup)
    else:
        _rename(ready, target)
    sync_folder(target.parent)
    _drop(ready)
    return Outcome("replaced", "", backup)


def _drop(ready: Path) -> None:
    ready.unlink(missing_ok=True)
    sync_folder(ready.parent)


def _rename(ready: Path, target: Path) -> None:
    for attempt in range(_WINDOWS_TRIES):
        try:
            ready.replace(target)
            return
        except PermissionError:
            if not _WINDOWS or attempt == _WINDOWS_TRIES - 1:
                _drop(ready)
                raise
            time.sleep(_WINDOWS_WAIT)


def _write_beside(target: Path, data: bytes, expected: str) -> Path:
    """Step 3. The complete file's name carries both hashes, for `recover_interrupted`."""
    partial = _partial(target)
    partial.unlink(missing_ok=True)
    # Nobody else may read it before it has the old version's mode.
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(data)
        out.flush()
        _keep_attributes(target, partial)
        os.fsync(out.fileno())
    ready = target.with_name(f".{target.name}.{expected[:16]}-{_sha(data)[:16]}{_MARK}")
    partial.replace(ready)
    return ready


def _partial(target: Path) -> Path:
    return target.with_name(f".{target.name}.partial{_MARK}-")


def _keep_attributes(source: Path, copy: Path) -> None:
    """Mode, owner and extended attributes; what this user may not set stays as it is."""
    state = source.stat()
    if hasattr(os, "chown"):
        with contextlib.suppress(OSError):
            os.chown(copy, state.st_uid, state.st_gid)
    copy.chmod(state.st_mode & 0o7777)
    if hasattr(os, "listxattr"):
        with contextlib.suppress(OSError):
            for name in os.listxattr(source):
                with contextlib.suppress(OSError):
                    os.setxattr(copy, name, os.getxattr(source, name))


def _back_up(target: Path, old: bytes, backups: Path, keep: int) -> Path | None:
    """Keep `keep` old versions, the newest by name last. One that was kept already is not kept twice."""
    if keep < 1:
        return None
    backups.mkdir(parents=True, exist_ok=True)
    mark = _sha(old)[:8]
    stem, suffix = _literal(target.stem), _literal(target.suffix)
    moment = "????????T??????.??????Z"
    known = sorted(backups.glob(f"{stem}.{moment}.{mark}{suffix}"))
    if known:
        return known[-1]
    copy = backups / f"{target.stem}.{_now()}.{mark}{target.suffix}"
    partial = copy.with_name(f".{copy.name}.partial")
    with partial.open("wb") as out:
        out.write(old)
        out.flush()
        os.fsync(out.fileno())
    partial.replace(copy)
    sync_folder(backups)
    for half in backups.glob(f".{stem}.{moment}.????????{suffix}.partial"):  # of a run that was killed
        half.unlink(missing_ok=True)
    kept = sorted(backups.glob(f"{stem}.{moment}.????????{suffix}"))
    for superfluous in kept[:-keep]:
        superfluous.unlink(missing_ok=True)
    return copy


def _literal(name: str) -> str:
    """A name inside a glob pattern."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _sha_of(path: Path) -> str:
    return _sha(path.read_bytes())
