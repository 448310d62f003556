"""Whether the user of a job can run a program: cron starts each job as its own user."""

from __future__ import annotations

import errno
import os
import pwd
import subprocess
from functools import cache


@cache
def is_locked_out(program: str, user: str) -> bool:
    """Whether `user` cannot run `program`, such as one in root's own home; then the job would not start.

    Found by trying `program --version`: folders, links, the interpreter and its packages all have a say. Only root
    can try; of a user that is not there nothing is known.
    """
    try:
        entry = pwd.getpwnam(user)
    except (KeyError, ValueError):
        return False
    return os.geteuid() == 0 and entry.pw_uid != 0 and not _can_run(program, entry)


def _can_run(program: str, entry: pwd.struct_passwd) -> bool:
    try:
        done = subprocess.run(
            [program, "--version"],
            user=entry.pw_uid,
            group=entry.pw_gid,
            extra_groups=os.getgrouplist(entry.pw_name, entry.pw_gid),
            cwd="/",
            env={"PATH": os.defpath},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError as error:  # EPERM is ours: a root that may not become somebody else (user_namespaces(7)).
        return error.errno not in {errno.EACCES, errno.ENOENT}
    return done.returncode == 0
