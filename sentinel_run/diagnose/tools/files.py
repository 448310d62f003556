"""Tools that look at, copy, pack and search files, as the base of every system has them."""

from __future__ import annotations

from sentinel_run.diagnose.tools.tool import Tool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_UNZIP: Mapping[int, str] = {
    1: "warnings, but the files were processed", 2: "error in the zip format", 3: "severe error in the zip format",
    4: "out of memory", 5: "out of memory, or no terminal for the password", 6: "out of memory", 7: "out of memory",
    9: "the zip file was not found", 10: "invalid options", 11: "no matching files", 50: "the disk is full",
    51: "the zip file ends too early", 80: "stopped by Ctrl-C", 81: "unsupported compression or encryption",
    82: "wrong password",
}  # fmt: skip
_ZIP: Mapping[int, str] = {
    2: "the zip file ends too early", 3: "error in the zip format", 4: "out of memory", 5: "severe error in the zip format",
    6: "an entry is too large", 7: "invalid comment", 8: "the test of the archive failed, or out of memory",
    9: "stopped by Ctrl-C", 10: "error in a temporary file", 11: "read or seek error", 12: "nothing to do",
    13: "the zip file is missing or empty", 14: "error writing a file", 15: "could not create a file",
    16: "wrong usage", 18: "could not open a file to read", 19: "an option is not supported here",
}  # fmt: skip

TOOLS: tuple[Tool, ...] = (
    Tool(("grep", "egrep", "fgrep", "zgrep", "rg", "ag", "ack", "git grep"), "grep(1), EXIT STATUS",
         {1: "found nothing", 2: "error, such as a file that cannot be read"}, says=r"^(?:[efz]?grep|rg|ag): (?!warning)"),
    Tool(("diff", "cmp", "sdiff", "diff3", "zdiff", "colordiff"), "diff(1), diff(info)",
         {1: "the files differ", 2: "trouble, such as a missing file"}, says=r"^(?:diff3?|cmp|sdiff): "),
    Tool(("test", "["), "test(1), EXIT STATUS", {1: "the expression is false", 2: "the expression is wrong"}, says=r"(?:\btest|\[): .{0,200}(?:expected|too many arguments|missing)"),
    Tool(("expr",), "expr(1)", {1: "the expression is null or 0", 2: "the expression is wrong", 3: "an error occurred"}, says=r"^expr: "),
    Tool(("find",), "find(1), EXIT STATUS", says=r"^find: (?!warning)"),
    Tool(("xargs",), "xargs(1), EXIT STATUS", {
        1: "some other error", 123: "a command that it started failed", 124: "a command that it started exited with 255",
        125: "a command that it started was killed by a signal", 126: "the command cannot be run", 127: "the command was not found"},
        says=r"^xargs: (?!warning)", launches=True),
    Tool(("parallel",), "parallel(1), EXIT STATUS", {101: "more than 100 jobs failed", 255: "other error"}, others="so many jobs failed",
         says=r"^parallel: Error: "),
    Tool(("tar", "bsdtar", "gtar"), "tar(1), RETURN VALUE",
         {1: "some files differ or changed while being read", 2: "fatal error", 64: "wrong usage"},
         says=r"\btar: (?!Exiting with failure|Error is not recoverable|Child returned|Removing leading|Error exit delayed)",
         repeats=r"\btar: (?:Exiting with failure|Error is not recoverable|Child returned|Error exit delayed)"),
    Tool(("gzip", "gunzip", "zcat", "bzip2", "bunzip2"), "gzip(1), DIAGNOSTICS", {2: "a warning occurred"},
         says=r"^(?:g(?:un)?zip|b(?:un)?zip2): (?!stdin: unexpected end of file)"),  # That follows from what should have fed it.
    Tool(("xz", "unxz", "xzcat", "lzma"), "xz(1), EXIT STATUS", {2: "a warning occurred"}, says=r"^(?:un)?xz: "),
    Tool(("zstd", "unzstd", "zstdcat", "lz4"), "zstd(1)", says=r"^(?:un)?zstd: |^Error \d+ : "),
    Tool(("unzip", "zipinfo"), "unzip(1), DIAGNOSTICS", _UNZIP, says=r"^unzip: |^error(?: \[|: )|cannot find (?:or open|zipfile)"),
    Tool(("zip",), "zip(1), DIAGNOSTICS", _ZIP, says=r"^zip (?:I/O )?error: |^zip warning: name not matched"),
    Tool(("7z", "7za", "7zr", "7zz"), "7z(1), DIAGNOSTICS", {
        1: "warning, such as a file that was in use", 2: "fatal error", 7: "wrong usage", 8: "out of memory", 255: "stopped by the user"},
        says=r"^(?:Open )?ERROR: .{0,300}(?:archive|file)|^System ERROR:"),
    Tool(("cp", "mv", "rm", "ln", "mkdir", "rmdir", "chmod", "chown", "touch", "install", "dd", "cat", "head", "tail", "sort", "tee",
          "truncate", "split", "mktemp", "sha256sum", "md5sum", "sed"), "the info pages of coreutils",
         says=r"^(?:cp|mv|rm|ln|mkdir|rmdir|chmod|chown|touch|install|dd|cat|head|tail|ls|sort|tee|truncate|split|mktemp|\w{2,9}sum|sed|[gm]?awk): "
              r"(?=.{0,500}(?:cannot|can't|could not|error|fail|missing|invalid|No such|denied|directory|No space|Read-only|too large|not permitted))"),
    Tool(("ls",), "ls(1), Exit status", {1: "minor problems, such as a subdirectory that cannot be read", 2: "serious trouble, such as a missing argument"}),
    Tool(("jq",), "jq(1), --exit-status", {
        1: "the last output was false or null", 2: "wrong usage or a file that cannot be read", 3: "the program cannot be compiled",
        4: "no valid result", 5: "error in the program or its input"}, says=r"^jq: (?!\d+ compile error)|^parse error: ", repeats=r"^jq: \d+ compile error"),
    Tool(("mount", "umount"), "mount(8), EXIT STATUS", {
        1: "wrong usage or no permission", 2: "system error", 4: "internal error of mount", 8: "interrupted by the user",
        16: "problems with /etc/mtab", 32: "the mount failed", 64: "some mounts succeeded"},
        says=r"^(?:u?mount(?:\.\w+)?): ", repeats=r"^dmesg\(1\) may have more"),
    Tool(("fsck", "e2fsck", "fsck.ext4", "fsck.ext3"), "fsck(8), EXIT STATUS", {
        1: "errors were corrected", 2: "errors were corrected, reboot", 4: "errors were left uncorrected", 8: "operational error",
        16: "wrong usage", 32: "cancelled by the user", 128: "error in a shared library"}, says=r"^(?:e2)?fsck(?:\.\w+)?: "),
    Tool(("gpg", "gpg2", "gpgv"), "gpg(1), RETURN VALUE", {1: "a signature is bad", 2: "fatal error"},
         says=r"^gpgv?: .{0,300}(?:failed|error|No |cannot|can't|BAD )", first=True),
    Tool(("openssl",), "openssl(1)", says=r"^[0-9A-F]+:error:", first=True),
)  # fmt: skip
