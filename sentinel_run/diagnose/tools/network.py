"""Tools that talk to other machines."""

from __future__ import annotations

from sentinel_run.diagnose.tools.tool import Tool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_CURL: Mapping[int, str] = {
    1: "unsupported protocol", 2: "failed to initialize", 3: "malformed URL", 4: "a feature is missing in this build",
    5: "could not resolve the proxy", 6: "could not resolve the host", 7: "failed to connect to the host",
    8: "the server's reply makes no sense", 9: "access denied by the server", 16: "error in the HTTP/2 layer",
    18: "only a part of the file was transferred", 19: "the server refused the file", 21: "the server refused a command",
    22: "the server answered with an HTTP error (400 or above)", 23: "could not write the data", 25: "upload refused",
    26: "could not read the data", 27: "out of memory", 28: "the time limit was reached", 33: "range error",
    34: "HTTP post error", 35: "the TLS handshake failed", 36: "could not resume the download",
    37: "could not read the file", 42: "aborted by a callback", 43: "internal error", 45: "could not use the interface",
    47: "too many redirects", 48: "unknown option", 49: "malformed telnet option", 51: "the server's certificate is not OK",
    52: "the server did not reply anything", 53: "crypto engine not found", 54: "could not use the crypto engine",
    55: "failed to send data", 56: "failed to receive data", 58: "problem with the local certificate",
    59: "could not use the TLS cipher", 60: "the server's certificate cannot be verified", 61: "unknown transfer encoding",
    63: "the file is larger than allowed", 64: "TLS was required and failed", 65: "a rewind to send again failed",
    66: "failed to initialize the crypto engine", 67: "login refused", 68: "TFTP: no such file", 69: "TFTP: no permission",
    70: "TFTP: the server's disk is full", 71: "TFTP: illegal operation", 72: "TFTP: unknown transfer",
    73: "TFTP: the file is there already", 74: "TFTP: no such user", 77: "could not read the CA certificates",
    78: "the resource does not exist", 79: "error in the SSH session", 80: "could not shut down the TLS connection",
    82: "could not load the CRL file", 83: "the issuer check failed", 84: "FTP: PRET failed", 85: "RTSP: wrong CSeq",
    86: "RTSP: wrong session", 87: "could not read the FTP file list", 88: "a callback reported an error",
    89: "no connection available", 90: "the public key is not the pinned one", 91: "invalid certificate status",
    92: "error in an HTTP/2 stream", 93: "called from inside a callback", 94: "authentication error",
    95: "error in the HTTP/3 layer", 96: "QUIC connection error", 97: "the proxy handshake failed",
}  # fmt: skip
_RSYNC: Mapping[int, str] = {
    1: "wrong usage", 2: "the two sides' protocols do not fit", 3: "errors selecting input or output files",
    4: "the requested action is not supported", 5: "error starting the client-server protocol",
    6: "the daemon cannot append to its log file", 10: "error in socket I/O", 11: "error in file I/O",
    12: "error in the protocol data stream", 13: "errors with program diagnostics", 14: "error in IPC",
    20: "received SIGUSR1 or SIGINT", 21: "waitpid() failed", 22: "could not allocate memory",
    23: "partial transfer due to error", 24: "partial transfer due to vanished source files",
    25: "the --max-delete limit stopped deletions", 30: "timeout in sending or receiving data",
    35: "timeout waiting for the daemon",
    255: "the remote shell failed",
}  # fmt: skip
_WGET: Mapping[int, str] = {
    2: "options or a configuration file cannot be parsed", 3: "file I/O error", 4: "network failure",
    5: "the server's certificate cannot be verified", 6: "login refused", 7: "protocol error",
    8: "the server answered with an error",
}  # fmt: skip

TOOLS: tuple[Tool, ...] = (
    Tool(("curl",), "curl(1), EXIT CODES", _CURL, says=r"\bcurl: \((?P<status>\d+)\) |^curl: option |^curl: \S+: "),
    Tool(("wget",), "wget(1), EXIT STATUS", _WGET, says=r"^wget: |\.\.\. failed: \w|\bERROR \d{3}: |^Giving up\."),
    Tool(("rsync",), "rsync(1), EXIT VALUES", _RSYNC, first=True,
         says=r"\brsync: (?!connection unexpectedly closed|warning)|^@ERROR: |^IO error encountered",
         repeats=r"\brsync error: .{0,300}\(code (?P<status>\d+)\)|^rsync: connection unexpectedly closed"),
    Tool(("ssh",), "ssh(1), EXIT STATUS", {255: "ssh itself failed, not the remote command"}, others="the status of the remote command",
         says=r"^ssh: |^kex_exchange_identification: |^Host key verification failed|: Permission denied \((?:publickey|password|keyboard|gssapi|hostbased)|^Connection (?:closed|reset) by \S+|^Connection to \S+ closed by remote host|^client_loop: |^ssh_dispatch_run_fatal: |^Bad owner or permissions on |^Load key "),
    Tool(("scp", "sftp", "ssh-copy-id"), "scp(1), EXIT STATUS", {255: "the connection failed"},
         says=r"^(?:scp|sftp): (?!Connection closed)", repeats=r"^(?:scp: )?Connection closed\.?$|^lost connection$"),
    Tool(("ping", "ping6"), "ping(8), DESCRIPTION", {1: "no reply", 2: "an error other than a missing reply"}, says=r"^ping6?: "),
    Tool(("dig",), "dig(1), RETURN CODES", {1: "wrong usage", 8: "could not open the batch file", 9: "no reply from the server", 10: "internal error"},
         says=r"^;; (?:connection timed out|no servers could be reached|communications error)|^dig: "),
    Tool(("nc", "ncat", "netcat", "telnet"), "nc(1)", {1: "could not connect, or nothing answered"}, says=r"^(?:nc|ncat|netcat|telnet): "),
    Tool(("lftp",), "lftp(1)", says=r"^(?:get|put|mirror|open|cd|mget|mput): (?:Access failed|Fatal error|Login failed)"),
    Tool(("aws",), "AWS CLI, return codes", {
        1: "one or more S3 transfers failed", 2: "the command line cannot be parsed, or S3 skipped files", 130: "interrupted by Ctrl-C",
        252: "wrong syntax or parameter", 253: "the environment or configuration is not usable", 254: "the service answered with an error",
        255: "general error of the CLI or the service"},
        says=r"\bAn error occurred \(\w+\) when calling|^Unable to locate credentials|^Could not connect to the endpoint URL|^(?:upload|download|copy|delete|move) failed: "
              # Go's runtime and compilers say `fatal error: ` as well.
              r"|^fatal error: (?:An error|Unable|Could not|Parameter|SSL|Connect|Invalid|Read timeout)|^aws: error: "),
    Tool(("s3cmd",), "s3cmd, S3/ExitCodes.py", {
        2: "partial success", 10: "wrong usage", 11: "not found", 12: "conflict", 13: "precondition failed", 64: "wrong usage",
        65: "bad data", 74: "I/O error", 75: "temporary failure", 77: "access denied", 78: "configuration error"}),
    Tool(("sendmail", "msmtp", "postdrop", "mail", "mailx"), "sysexits(3)", {
        64: "wrong usage", 65: "bad data", 66: "cannot open its input", 67: "unknown addressee", 68: "unknown host",
        69: "the service is not available", 70: "internal error", 71: "system error", 72: "a system file is missing",
        73: "cannot create its output", 74: "I/O error", 75: "temporary failure, try again", 76: "protocol error",
        77: "permission denied", 78: "configuration error"},
        says=r"^(?:sendmail|msmtp|postdrop|s-nail): ", repeats=r"^msmtp: could not send mail"),
)  # fmt: skip
