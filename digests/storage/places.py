"""Whether files can be made in a folder, told before anything is tried: what is said afterwards helps nobody."""

from __future__ import annotations

import os
from pathlib import Path


def folder_fault(folder: Path) -> str | None:
    """Why this user can make no files in a folder (absolute), and what to do; None when he can."""
    if (closed := _closed(folder)) is not None:
        return f"this user may not enter the folder {closed}; let the user that runs the bot in, or name another"
    if not folder.exists():
        return f"the folder {folder} does not exist; make it, or name another"
    if not folder.is_dir():
        return f"{folder} is a file and no folder; name a folder"
    if not os.access(folder, os.W_OK):
        return f"the folder {folder} must be writable for this user; give it to the user that runs it, or name another"
    return None


def _closed(folder: Path) -> Path | None:
    """The first folder on the way that this user may not enter: of what is behind it nobody can tell him anything."""
    for each in (*reversed(folder.parents), folder):
        if not each.is_dir():  # asked only behind folders that may be entered
            return None
        if not os.access(each, os.X_OK):
            return each
    return None
