"""Writes the pieces that a JSON list on stdin names, each with one write: [descriptor, base64]."""

import base64
import json
import os
import sys

for fd, piece in json.load(sys.stdin):
    data = base64.b64decode(piece)
    while data:
        data = data[os.write(fd, data) :]
