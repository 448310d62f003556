"""`__main__` of the single file: starts sentinel-run out of it, and unpacks the libraries once they are needed.

A run's own path is in the file and needs no library. What click, sentry-sdk and psutil are for comes later or in
another process; Python cannot load psutil's shared object out of a zip file, so the libraries lie in a zip file of
their own inside this one, and in a folder of the user's cache from the first use on.
"""

import sys

NAMES = ()  # Of the libraries' modules; filled in when the file is made.


class _Libraries:
    """Asked by `import` for what is found nowhere else; then there is one folder more to look into."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        """The spec of a library, None for any other module."""
        if path is not None or name not in NAMES:
            return None
        from importlib.machinery import PathFinder

        sys.meta_path.remove(cls)
        sys.path.append(_folder(__loader__.archive))
        return PathFinder.find_spec(name)


def _folder(archive):
    """Where the libraries of this file lie, unpacked now if they do not yet."""
    import os
    from zipfile import ZipFile

    with ZipFile(archive) as outer:
        # Changes with the libraries: another release has others.
        place = os.path.join(_cache(), "libraries-" + outer.comment.decode("ascii"))
        if not os.path.isdir(place):
            _unpack(outer.read("libraries.zip"), place)
    return place


def _cache():
    """A folder that only this user can write to: his cache, or one that lives as long as this process."""
    import os

    base = os.environ.get("XDG_CACHE_HOME", "")
    folder = os.path.join(base if base.startswith("/") else os.path.expanduser("~/.cache"), "sentinel-run")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        found = os.stat(folder)
        if found.st_uid == os.geteuid() and not found.st_mode & 0o022 and os.access(folder, os.W_OK):
            return folder
    except OSError:  # No home, a full or read-only disk: then it is unpacked each time.
        pass
    return _passing_folder()


def _passing_folder():
    import atexit
    import shutil
    import tempfile

    folder = tempfile.mkdtemp(prefix="sentinel-run-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _unpack(content, place):
    """In one step: who comes at the same time finds all of it or makes its own."""
    import io
    import os
    import shutil
    import tempfile
    from zipfile import ZipFile

    draft = tempfile.mkdtemp(dir=os.path.dirname(place))
    with ZipFile(io.BytesIO(content)) as inner:
        inner.extractall(draft)
    try:
        os.rename(draft, place)
    except OSError:  # Another was faster.
        shutil.rmtree(draft)


if __name__ == "__main__":
    sys.meta_path.append(_Libraries)
    from sentinel_run.entry import main

    sys.exit(main())
