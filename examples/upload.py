"""Uploads a file; a stand-in for the last step of a backup job."""

import sys
import urllib.request


class UploadError(Exception):
    """The store did not take the file."""


def upload(path: str, url: str) -> None:
    """Post the file at `path` to `url`."""
    with open(path, "rb") as file:
        request = urllib.request.Request(url, data=file.read(), method="POST")
    try:
        urllib.request.urlopen(request, timeout=5)
    except OSError as error:
        raise UploadError(f"cannot store {path.rpartition('/')[2]} at {url}: {error}") from error


if __name__ == "__main__":
    upload(*sys.argv[1:])
