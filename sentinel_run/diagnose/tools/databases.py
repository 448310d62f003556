"""Clients and dumps of databases, and tools of backup."""

from __future__ import annotations

from sentinel_run.diagnose.tools.tool import Tool

TOOLS: tuple[Tool, ...] = (
    Tool(("psql",), "psql(1), EXIT STATUS", {
        1: "a fatal error of its own, such as a missing file", 2: "the connection to the server went bad", 3: "an error in the script (ON_ERROR_STOP)"},
        says=r"^psql: |^(?:psql:\S+:\d+: )?(?:ERROR|FATAL|PANIC): {2}"),
    Tool(("pg_dump", "pg_dumpall", "pg_restore", "pg_basebackup", "createdb", "dropdb", "vacuumdb", "reindexdb", "pgbench"), "pg_dump(1)", first=True,
         says=r"\b(?:pg_\w+|createdb|dropdb|vacuumdb|reindexdb|pgbench): (?:error|fatal|\[archiver\b[^\]]{0,60}\]|could not)", repeats=r"\bpg_\w+: (?:detail|hint|warning)"),
    Tool(("mysql", "mariadb"), "mysql(1)", says=r"^ERROR \d+ \(\w+\)"),
    Tool(("mysqldump", "mariadb-dump"), "mysqldump, client/mysqldump.cc", {
        1: "wrong usage", 2: "the server answered with an error, or could not be reached", 3: "the dump would not be consistent", 4: "out of memory",
        5: "could not write the dump", 6: "an illegal table"}, says=r"^(?:mysqldump|mariadb-dump): (?!\[Warning\])"),
    Tool(("mysqladmin", "mysqlcheck", "mysqlimport", "mariadb-admin"), "mysqladmin(1)", says=r"^(?:mysqladmin|mysqlcheck|mysqlimport|mariadb-\w+): "),
    Tool(("sqlite3",), "sqlite3(1)", says=r"^(?:Runtime |Parse )?[Ee]rror(?:: (?:near|in|no such|unable|database|UNIQUE|NOT NULL|FOREIGN|disk|attempt)| near line)"),
    Tool(("redis-cli", "valkey-cli"), "redis-cli", {1: "could not connect, or an error occurred"}, says=r"^Could not connect to (?:Redis|Valkey)|^\(error\) |^(?:ERR|NOAUTH|WRONGPASS|MISCONF|OOM|READONLY) "),
    Tool(("mongodump", "mongorestore", "mongoexport", "mongoimport", "mongosh", "mongo"), "MongoDB Database Tools",
         says=r"\bFailed: (?=.{0,300}(?:error|can't|could not|connect|auth))|^Mongo\w*Error: "),
    Tool(("sqlcmd", "bcp"), "sqlcmd", says=r"^Sqlcmd: Error: |^Msg \d+, Level \d+", first=True),
    Tool(("sqlplus",), "SQL*Plus", says=r"^ORA-\d{5}: |^SP2-\d{4}: ", first=True),
    Tool(("clickhouse-client", "clickhouse"), "ClickHouse", {210: "network error"}, says=r"^Code: \d+\. DB::"),
    Tool(("borg", "borgmatic"), "borg(1), Return codes", {
        1: "a warning, such as a file that changed while it was read", 2: "an error, such as a repository that is not there", 13: "the repository does not exist",
        73: "the lock could not be had", 100: "a warning", 105: "no permission for a file", 107: "a file was not found"},
        says=r"^(?:Repository|Archive) .{1,300} (?:does not exist|already exists|is not a valid)|^Failed to create/acquire the lock|^[Pp]assphrase supplied .{0,300} is incorrect|^Connection closed by remote host|^borg: error|^Data integrity error|^.{1,300}: open: \[Errno "),
    Tool(("restic",), "restic, Scripting, Exit codes", {
        2: "a crash in the Go runtime", 3: "some source data could not be read", 10: "the repository does not exist",
        11: "the repository could not be locked", 12: "wrong password", 130: "interrupted"}, first=True,
        says=r"^Fatal: |^unable to create lock|^error for .{1,300}: |^repo(?:sitory)? (?:is )?already locked", repeats=r"^Is there a repository at"),
    Tool(("rclone",), "rclone, Exit code", {
        1: "wrong usage or an uncategorised error", 2: "an uncategorised error", 3: "directory not found", 4: "file not found", 5: "temporary errors, retries used up",
        6: "less serious errors", 7: "a fatal error", 8: "the transfer limit is reached", 9: "fine, but nothing was transferred", 10: "the time limit is reached"}, first=True,
        says=r"\b(?:ERROR|CRITICAL) : ", repeats=r"\bAttempt \d+/\d+ failed|\bFailed to \w+ with \d+ errors"),
    Tool(("duplicity",), "duplicity(1), EXIT STATUS; duplicity/log.py", {2: "wrong usage", 23: "an error in the backend", 30: "an exception", 31: "gpg failed", 50: "an error of the backend"}),
    Tool(("rsnapshot",), "rsnapshot(1), EXIT VALUES", {1: "a fatal error", 2: "warnings, but the backup was made"}, says=r"^ERROR: .{0,300}rsnapshot|^rsnapshot encountered an error"),
    Tool(("zfs", "zpool"), "zfs(8), EXIT STATUS", {2: "wrong usage"}, says=r"^cannot (?:open|create|destroy|mount|receive|send|import|unmount) "),
    Tool(("btrfs",), "btrfs(8)", says=r"^ERROR: (?:cannot|not a|could not|failed)"),
    Tool(("lvcreate", "lvs", "lvremove", "lvextend", "vgcreate", "pvcreate"), "lvm(8), DIAGNOSTICS", {3: "wrong usage", 5: "the command failed"}, says=r"^(?:Volume group|Logical volume) .{1,200} (?:not found|has insufficient)"),
)  # fmt: skip
