"""Named details of a failure that many programs have in common, such as a full disk, and the facts that prove them.

They add to the cause and never replace it: what groups issues stays one of the few causes of the contract.
"""

from __future__ import annotations

import re

from sentinel_run.diagnose import limits
from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sentinel_run.facts import Facts

DISK_FULL, READ_ONLY, DENIED, IO_ERROR = (
    "disk full",
    "read-only file system",
    "permission denied",
    "input/output error",
)
OF_FILES = frozenset({DISK_FULL, READ_ONLY, DENIED})
_LOOK_AT_CHARS = 1000


class Detail(Record):
    """A detail by its name and what proves it; `subject` is the file, host or address that the output names."""

    name: str
    proof: str = ""
    subject: str = ""


# Strongest first: what comes earlier keeps the later ones that match the same text out of its group.
_FORMS: tuple[tuple[str, str], ...] = (
    (DISK_FULL, r"No space left on device|\bENOSPC\b|\bdisk (?:is )?full\b|database or disk is full"),
    ("disk quota exceeded", r"Disk quota exceeded|\bEDQUOT\b"),
    (READ_ONLY, r"Read-only file system|\bEROFS\b|read-only filesystem"),
    ("no such host", r"Name or service not known|[Tt]emporary failure in name resolution|[Cc]ould ?n[o']t resolve|nodename nor servname|\bENOTFOUND\b|\bEAI_AGAIN\b"
     r"|unable to resolve host|no such host\b|UnknownHostException|NameResolutionError|Name does not resolve|No address associated with hostname"),
    ("certificate refused", r"certificate verify failed|certificate has expired|self[- ]signed certificate|SSL certificate problem|unable to get local issuer|x509: certificate|CERT_HAS_EXPIRED"),
    ("login refused", r"Permission denied \((?:publickey|password|keyboard|gssapi|hostbased)|[Aa]uthentication failed|Access denied for user|password authentication failed"
     r"|\b401 Unauthorized|Login incorrect|Host key verification failed|[Ii]nvalid (?:credentials|username or password)|could not read (?:Username|Password)"),
    ("connection refused", r"[Cc]onnection (?:was )?refused|\bECONNREFUSED\b"),
    ("connection timed out", r"[Cc]onnection timed out|\bETIMEDOUT\b|[Oo]peration timed out|i/o timeout|Connect(?:ion)?TimeoutError?"),
    ("connection reset", r"[Cc]onnection reset|\bECONNRESET\b"),
    ("no route to host", r"No route to host|[Nn]etwork is unreachable|\bEHOSTUNREACH\b|\bENETUNREACH\b"),
    ("no connection", r"Failed to connect to \S+ port \d+|Couldn't connect to server|Can't connect to (?:local |MySQL )*(?:server|MySQL)|Cannot connect to the Docker daemon"),
    ("address in use", r"[Aa]ddress already in use|\bEADDRINUSE\b"),
    (DENIED, r"[Pp]ermission denied|\bEACCES\b|\bEPERM\b|[Oo]peration not permitted|PermissionError"),
    ("too many open files", r"[Tt]oo many open files|\bEMFILE\b|\bENFILE\b"),
    ("too many processes", r"fork: (?:retry: )?Resource temporarily unavailable|can't start new thread|[Cc]annot fork|unable to create (?:native )?thread|pthread_create failed"),
    ("no memory to be had", r"[Cc]annot allocate memory|\bENOMEM\b|\bMemoryError\b|std::bad_alloc|OutOfMemoryError|heap out of memory|(?:virtual )?memory exhausted"
     r"|[Oo]ut of memory|Unable to allocate|memory allocation of \d+ bytes failed|cannot allocate \d+ bytes"),
    ("file too large", r"File too large|\bEFBIG\b|[Ff]ile size limit exceeded"),
    (IO_ERROR, r"Input/output error|\bEIO\b"),
    ("argument list too long", r"[Aa]rgument list too long|\bE2BIG\b"),
    ("stale network file", r"[Ss]tale (?:NFS )?file handle|\bESTALE\b"),
)  # fmt: skip
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple((name, re.compile(form)) for name, form in _FORMS)
_LIMITS = {
    "too many open files": limits.OPEN, "too many processes": limits.PROCESSES, "no memory to be had": limits.MEMORY,
    "file too large": limits.FILE,
}  # fmt: skip
_QUOTED = re.compile(r"['\"`\u2018\u201c]([^'\"`\u2018\u2019\u201c\u201d]{1,400})['\"`\u2019\u201d]")
_PATH = re.compile(r"(?<![\w.:/])(/[^\s'\":,;()]{1,400}|\.{1,2}/[^\s'\":,;()]{1,400})")
_BEFORE = re.compile(r"(?:: |(?:create|open|overwrite|read|write) )([^\s:]{1,400}): (?:[Cc]annot \w{1,20}: )?$")
# What a program says before its errno that is no file: a stream, an exception, `write error`, `output file`.
_NO_FILE = re.compile(
    r"(?:error|std(?:in|out|err)|(?:standard |std)(?:input|output|error)|output|file|write|failed|main|E[A-Z]{3,12}|-"
    r"|(?:\w+\.)*\w*(?:Error|Exception))$"
)
# What a signal says by itself, without a word of output.
_OF_SIGNALS = {"SIGXCPU": ("CPU time used up", limits.CPU), "SIGXFSZ": ("file too large", limits.FILE)}


def details(facts: Facts, told: Iterable[str]) -> tuple[Detail, ...]:
    """The details in the texts that say why (`told`: the reason, the exceptions), each once, proven where it can be."""
    found: dict[str, Detail] = {}
    for detail in (*_of_signal(facts), *(one for text in told for one in _of_text(facts, text[:_LOOK_AT_CHARS]))):
        found.setdefault(detail.name, detail)
    return tuple(found.values())


def _of_signal(facts: Facts) -> Iterator[Detail]:
    name, limit = _OF_SIGNALS.get(facts.ending.signal_name if facts.ending else "", ("", ""))
    if name:
        yield Detail(name, limits.in_words(facts, limit))


def _of_text(facts: Facts, text: str) -> Iterator[Detail]:
    """The first that matches: one line is one detail, and `Permission denied (publickey)` is no file's."""
    for name, pattern in _PATTERNS:
        match = pattern.search(text)
        if match is not None:
            yield Detail(
                name, _proof(facts, name), _subject(facts, text, match.start()) if name in OF_FILES else ""
            )
            return


def _proof(facts: Facts, name: str) -> str:
    if name in _LIMITS:
        return limits.in_words(facts, _LIMITS[name])
    keys = {DISK_FULL: "mount", READ_ONLY: "mount", DENIED: "file", IO_ERROR: "kernel"}
    return facts.evidence.get(keys.get(name, ""), "")


def _subject(facts: Facts, text: str, at: int) -> str:
    """The file that a message of the C library is about: quoted, or with its folder, or the word before it.

    Empty where it names none (`seq: write error: ...`), as a wrong one would be proven by the wrong mount.
    A command that could not be started is itself the file.
    """
    if facts.ending is not None and facts.ending.spawn_error:
        return facts.command.executable or facts.command.argv[0]
    for pattern in (_QUOTED, _PATH):
        found = [name for name in pattern.findall(text) if not _NO_FILE.match(name)]
        if found:
            return str(found[-1])
    before = _BEFORE.search(text[max(0, at - 402) : at])
    return before[1] if before and not _NO_FILE.match(before[1]) else ""
