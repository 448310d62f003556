"""Package managers and runtimes."""

from __future__ import annotations

from sentinel_run.diagnose.tools.tool import Tool

_NPM_DETAIL = r"code|errno|syscall|path|dest|command|workspace|location|signal|cwd|A complete log|Lifecycle script|Exit status|.{0,200}\bExit status|Failed at the|This is probably|errno \d|[\w.]+ *$|\s*$"

TOOLS: tuple[Tool, ...] = (
    Tool(("npm", "npx"), "npm-run-script(1), npm help", {1: "npm itself failed, or the script did", 254: "package.json could not be read"},
         others="the status of the script", first=True, says=rf"^npm (?:ERR!|error) (?!{_NPM_DETAIL})",
         repeats=r"^npm (?:ERR!|error) "),
    Tool(("yarn", "yarnpkg"), "yarn", {1: "yarn itself failed, or the script did"}, others="the status of the script", first=True,
         says=r"^error (?:An unexpected|Couldn't find|Package |Received malformed|Missing|No license|Your lockfile|\S+@\S+: )|^➤ YN\d{4}: .{0,100}(?:Error|can't|Couldn't)", repeats=r"^error Command failed|^info Visit https"),
    Tool(("pnpm",), "pnpm", {1: "pnpm itself failed, or the script did"}, others="the status of the script", says=r"\bERR_PNPM_\w+", repeats=r"\bELIFECYCLE\b"),
    Tool(("node", "nodejs"), "node(1), Process exit codes", {
        3: "internal error", 5: "fatal error in V8", 7: "the handler of uncaught exceptions failed",
        9: "an option is not valid", 13: "a top-level await never settled"}),
    Tool(("pip", "pip3", "pipx", "uv"), "pip, pip/_internal/cli/status_codes.py", {
        2: "wrong usage or an unknown error", 3: "a virtual environment is needed", 23: "no matches were found"}, first=True,
         says=r"^ERROR: (?:Could not|Cannot|Package|Invalid|Failed|HTTP error|Exception|.{0,200}requires|Directory|Hash|THESE PACKAGES)|^error: (?:externally-managed|subprocess-exited|metadata-generation)",
         repeats=r"^ERROR: No matching distribution found|^ERROR: ResolutionImpossible|^hint: |^note: This "),
    Tool(("python", "python3"), "Python, command line", {2: "wrong usage, or a file that cannot be opened", 120: "an error while cleaning up"},
         says=r"^\S*python[\d.]*: (?:can't|No module|Error)|^Unknown option: -\w$", runs_code=True),
    Tool(("poetry",), "Poetry", first=True, says=r"^(?:Because |Unable to find installation candidates|The current project's)"),
    Tool(("gem", "bundle", "bundler"), "Bundler, exit codes", {
        5: "wrong credentials", 7: "a gem was not found", 10: "Gemfile not found", 15: "invalid option",
        17: "an error in a plugin", 21: "a path does not exist"}, says=r"^ERROR: {2}|^Could not find gem|^Bundler could not find"),
    Tool(("composer",), "Composer, process exit codes", {1: "generic error", 2: "the dependencies cannot be solved", 100: "the network is disabled or unreachable"}),
    Tool(("php",), "php(1)", {255: "fatal error or uncaught exception"}, says=r"^(?:PHP )?(?:Fatal|Parse) error: "),
    Tool(("perl",), "perldoc -f die", {2: "the script was not found or cannot be compiled", 255: "it died, or could not be compiled"}),
    Tool(("java",), "java(1)", {1: "an uncaught exception, or it could not start", 3: "out of memory (-XX:+ExitOnOutOfMemoryError)"},
         says=r"^Error: (?:Unable to access|Could not find or load|A JNI error)|^Error occurred during initialization of VM",
         repeats=r"^Caused by: java\.lang\.ClassNotFoundException: "),
    Tool(("apt-get", "apt", "aptitude", "apt-cache"), "apt-get(8), DIAGNOSTICS", {100: "an error occurred"}, first=True,
         says=r"^E: (?!Unable to acquire|Sub-process|Some index files)", repeats=r"^E: "),
    Tool(("dpkg", "dpkg-deb", "dpkg-query"), "dpkg(1), EXIT STATUS", {1: "the check failed, or nothing was found", 2: "fatal error"},
         says=r"^dpkg(?:-\w+)?: (?:error|unrecoverable)", repeats=r"^Errors were encountered while processing"),
    Tool(("dnf", "yum", "microdnf"), "dnf(8), EXIT CODES", {
        1: "an error that dnf handled", 3: "an unknown error", 100: "updates are available (check-update)", 200: "the lock is held"},
         says=r"^No match for argument"),
    Tool(("zypper",), "zypper(8), EXIT CODES", {
        1: "a bug in zypper", 2: "wrong usage", 3: "missing argument", 4: "a problem in the library", 5: "no permission", 6: "no repositories",
        7: "the lock is held", 8: "the dependencies cannot be solved", 102: "reboot needed", 103: "restart of the package manager needed",
        104: "not found", 105: "interrupted", 106: "a repository was skipped", 107: "a scriptlet failed"}),
    Tool(("apk",), "apk(8)", others="so many errors"),
    Tool(("certbot",), "certbot(1)", says=r"^(?:Detail|Challenge failed): ?|^An unexpected error occurred", repeats=r"^Some challenges have failed|^Ask for help"),
)  # fmt: skip
