"""Tools that run services, containers and whole machines."""

from __future__ import annotations

from sentinel_run.diagnose.tools.tool import Tool

TOOLS: tuple[Tool, ...] = (
    Tool(("docker", "podman", "nerdctl"), "docker run, Exit status", {
        1: "docker or the container failed", 125: "docker itself failed", 126: "the container's command cannot be run", 127: "the container's command was not found"},
        others="the status of the container", says=r"^(?:docker|podman): |^(?:Error response from daemon|Cannot connect to the Docker daemon|Error: No such|ERROR: failed to (?:solve|build)(?!.*did not complete successfully)|Error: (?:initializing source|creating build|short-name))",
        repeats=r"did not complete successfully: exit code|^ERROR: Service '.{1,200}' failed to build"),
    Tool(("docker-compose",), "docker compose", {1: "an error occurred", 14: "no such configuration file", 17: "the build failed", 18: "the pull failed"}, says=r"^(?:no configuration file provided|service \".{1,100}\" )"),
    Tool(("kubectl", "oc"), "kubectl; kubectl diff", {1: "an error occurred (for diff: there are differences)"}, first=True,
         says=r"^Error from server|^error: (?:You must|unable to|the server|no |timed out|resource|unknown|failed|error)|^The connection to the server .{1,300} was refused|^Unable to connect to the server",
         repeats=r"\"Unhandled Error\" err="),
    Tool(("helm", "helmfile"), "helm", says=r"^Error: (?:INSTALLATION|UPGRADE|repo|failed|release|chart|Kubernetes|cannot|no )"),
    Tool(("terraform", "tofu", "terragrunt"), "terraform plan, -detailed-exitcode", {2: "the plan has changes (-detailed-exitcode)"}, first=True, says=r"^[│╷|]\s*Error: "),
    Tool(("ansible-playbook", "ansible", "ansible-pull"), "ansible, executor/task_queue_manager.py and errors", {
        2: "a task failed on one or more hosts", 3: "one or more hosts failed", 4: "one or more hosts were unreachable, or the playbook cannot be parsed",
        5: "wrong usage", 8: "the play was ended", 99: "interrupted", 250: "an unexpected error"}, says=r"^(?:fatal|failed): \[|^(?:\[ERROR\]: |ERROR! )", repeats=r"^\S+ +: ok=\d+ +changed=\d+ "),
    Tool(("systemctl",), "systemctl(1), EXIT STATUS", {1: "the unit failed or is not active", 3: "the unit is not active", 4: "no such unit", 5: "the unit is not loaded"},
         says=r"^(?:Failed to (?:start|stop|restart|reload|enable|disable|mask|get|connect|list)|Job for \S+ |Unit \S+ )", repeats=r"^See \"?systemctl status|^A dependency job"),
    Tool(("service", "invoke-rc.d"), "LSB, init script actions", {
        1: "generic error (for status: dead, with a pid file)", 2: "wrong usage (for status: dead, with a lock file)", 3: "not implemented (for status: not running)", 4: "no permission", 5: "not installed",
        6: "not configured", 7: "not running"}),
    Tool(("supervisorctl",), "supervisorctl", {1: "generic error", 2: "wrong usage", 3: "a process is not running", 4: "no such process", 7: "not running"}),
    Tool(("puppet",), "puppet-agent, --detailed-exitcodes", {1: "the run failed", 2: "changes were made", 4: "some resources failed", 6: "changes were made and some resources failed"}),
    Tool(("vagrant", "packer"), "packer", says=r"^Build '.{1,100}' errored"),
    Tool(("gcloud", "gsutil", "bq"), "gcloud topic", {2: "wrong usage"}, says=r"^ERROR: \((?:gcloud|bq)\b|^(?:CommandException|AccessDeniedException|BucketNotFoundException): "),
    Tool(("az",), "Azure CLI, error codes", {2: "wrong usage", 3: "the resource was not found"}),
    Tool(("gh", "glab"), "gh help exit-codes", {1: "the command failed", 2: "cancelled", 4: "not logged in"}, says=r"^(?:GraphQL|HTTP \d{3}): "),
    Tool(("vault", "consul", "nomad"), "vault", {1: "a local error, such as wrong usage", 2: "the server answered with an error, or could not be reached"}),
    Tool(("git",), "git, usage.c and parse-options; git-grep(1)", {1: "the command could not do what was asked", 128: "fatal error", 129: "wrong usage"},
         says=r"^fatal: (?!Could not read from remote)|^error: (?:pathspec|Your local changes|The following untracked|cannot |unable to |src refspec|remote |could not lock|object |invalid |gnutls|failed to fetch|bad |Entry )|^! \[(?:remote )?rejected\]|^CONFLICT \(|^remote: (?:error|fatal|ERROR|Permission|Repository not found|Invalid|HTTP Basic)",
         repeats=r"^fatal: Could not read from remote|^error: failed to push some refs|^error: could not apply|^Automatic merge failed"),
    Tool(("svn",), "svn", says=r"^svn: E\d+: ", first=True),
    Tool(("hg",), "hg(1)", {1: "nothing to do, or it could not be done", 255: "an error occurred"}, says=r"^abort: "),
    Tool(("sudo", "doas"), "sudo(8), EXIT VALUE", {1: "sudo refused or failed, or the command did"}, says=r"^(?:sudo|doas): ", launches=True),
    Tool(("su", "runuser"), "su(1), EXIT STATUS", {1: "su refused or failed, or the command did", 126: "the command cannot be run", 127: "the command was not found"}, says=r"^(?:su|runuser): "),
    Tool(("timeout",), "timeout(1)", {124: "its time was over", 125: "timeout itself failed", 126: "the command cannot be run", 127: "the command was not found", 137: "its time was over, and KILL ended it"},
         says=r"^timeout: (?!sending)", launches=True),
    Tool(("flock",), "flock(1), EXIT STATUS; sysexits(3)", {1: "the lock is held by another (-n, -w), or the command failed", 64: "wrong usage", 65: "bad data", 66: "cannot open the lock file", 69: "the command cannot be run", 71: "system error"},
         says=r"^flock: ", launches=True),
    Tool(("env", "nice", "nohup", "stdbuf", "ionice", "chrt", "setsid", "taskset"), "env(1), EXIT STATUS", {125: "the launcher itself failed", 126: "the command cannot be run", 127: "the command was not found"},
         says=r"^(?:env|nice|nohup|stdbuf|ionice|chrt|setsid|taskset): (?!ignoring input)", launches=True),
    Tool(("crontab",), "crontab(1)", {1: "it could not be read or installed"}, says=r"^(?:errors in crontab file|no crontab for |\".{0,200}\":\d+: bad )"),
    Tool(("useradd", "usermod", "groupadd", "userdel"), "useradd(8), EXIT VALUES", {
        1: "the password file cannot be updated", 2: "wrong usage", 3: "invalid argument", 4: "the UID is in use", 6: "no such group or user", 9: "the name is in use",
        10: "the group file cannot be updated", 12: "the home directory cannot be made"}, says=r"^(?:user|group)\w{3}: "),
    Tool(("ffmpeg", "ffprobe"), "ffmpeg(1)", {69: "the error rate was exceeded", 255: "interrupted, or an error in the last step"}, says=r"^(?:Error (?:opening|while|initializing|reinitializing)|.{1,300}: (?:No such file or directory|Invalid data found))", first=True),
    Tool(("smartctl",), "smartctl(8), EXIT STATUS", {1: "wrong usage", 2: "the device cannot be opened", 4: "a command to the disk failed", 8: "the disk is failing", 64: "the disk's error log has entries", 128: "the self-test log has errors"}),
    Tool(("sh", "bash", "dash", "zsh", "ksh", "ash"), "bash(1), EXIT STATUS", {2: "wrong usage of the shell or a builtin, or a syntax error"},
         says=r"^\S*(?:\bsh|bash|dash|zsh|ksh): (?:(?:\S+: )?(?:line )?\d+: |-\S+: invalid option)|^\S+: line \d+: |^\S+: \d+: .{1,200}: (?:not found|Permission denied|parameter not set|Syntax error)",
         runs_code=True),
)  # fmt: skip
