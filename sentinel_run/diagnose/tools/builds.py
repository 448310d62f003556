"""Compilers, builders and what checks sources."""

from __future__ import annotations

from sentinel_run.diagnose.tools.tool import Tool

_GCC = (
    r"^[^\s:][^:]{0,300}:\d+(?::\d+)?: (?:fatal )?error: |^\S{0,200}(?:ld(?:\.\w+)?|collect2|cc1\w*|gcc\S*|g\+\+\S*|clang\S*|cc): (?:fatal )?error: "
    r"|undefined reference to |multiple definition of |\bld: cannot find "
)

TOOLS: tuple[Tool, ...] = (
    Tool(("make", "gmake"), "make(1), EXIT STATUS", {1: "-q, and a target is not up to date", 2: "errors were encountered"}, first=True,
         says=r"^g?make(?:\[\d+\])?: \*\*\* (?!\[|Waiting for unfinished)|^\S+:\d+: \*\*\* ",
         repeats=r"^g?make(?:\[\d+\])?: \*\*\* Waiting for unfinished|^g?make(?:\[\d+\])?: \*\*\* \[(?:[^\]:]{0,300}:\d+: )?(?P<target>[^\]]{1,300})\]"),
    Tool(("gcc", "g++", "cc", "c++", "cpp", "clang", "clang++", "ld", "gfortran"), "gcc(1)", {4: "internal compiler error"}, first=True,
         says=_GCC, repeats=r"^collect2: error: ld returned|^\d+ errors? generated|^compilation terminated|linker command failed"),
    Tool(("cargo", "rustc", "clippy-driver"), "The Cargo Book; the rustc book", {101: "compilation or a test failed, or a panic"}, first=True,
         says=r"^error(?:\[E\d+\])?: (?!could not compile|aborting due|test failed|\d+ targets? failed|process didn't exit)",
         repeats=r"^error: (?:could not compile|aborting due|test failed|\d+ targets? failed|process didn't exit)|^test result: FAILED|^Some errors have detailed|^For more information about (?:an|this) error"),
    Tool(("go", "gofmt"), "go help build, go help test", {2: "the build failed, or the program panicked"}, first=True,
         says=r"^\S+\.go:\d+:\d+: |^\S+_test\.go:\d+: |^go: (?!downloading|finding|extracting|added|upgraded)|^no required module provides package",
         repeats=r"^FAIL\b|^--- FAIL: |^exit status \d+$"),
    Tool(("tsc",), "TypeScript, ExitStatus", {1: "errors were found, nothing was written", 2: "errors were found, the output was written"}, first=True,
         says=r"\berror TS\d+: ", repeats=r"^Found \d+ errors?"),
    Tool(("javac", "kotlinc", "scalac"), "javac(1)", {1: "errors were found", 2: "wrong usage", 3: "system error", 4: "the compiler crashed"}, first=True,
         says=r"^\S+\.(?:java|kt|scala):\d+(?::\d+)?: error: ", repeats=r"^\d+ errors?$"),
    Tool(("cmake",), "cmake(1)", says=r"^CMake Error", first=True, repeats=r"^-- Configuring incomplete"),
    Tool(("ninja",), "ninja manual", says=r"^ninja: (?:error|fatal): ", repeats=r"^ninja: build stopped|^FAILED: "),
    Tool(("mvn", "mvnw"), "Maven", first=True, says=r"^\[ERROR\] (?!\s*$|->|To see|Re-run|For more|After correct|\[Help)",
         repeats=r"^\[INFO\] BUILD FAILURE|^\[ERROR\]\s*(?:$|->|To see|Re-run|For more|After correct|\[Help)"),
    Tool(("gradle", "gradlew"), "Gradle", says=r"^(?:Execution failed for task|A problem occurred (?:configuring|evaluating)|Task '.{1,200}' not found)",
         repeats=r"^FAILURE: Build failed|^BUILD FAILED"),
    Tool(("bazel", "bazelisk"), "Bazel, exit codes", {
        1: "the build failed", 2: "wrong usage", 3: "the build is fine, some tests failed or timed out", 4: "no tests were found",
        8: "interrupted", 9: "the server is locked", 32: "an external environment failure", 33: "out of memory", 36: "local environmental issue",
        37: "unhandled exception in Bazel"}),
    Tool(("dotnet", "msbuild"), "dotnet(1)", first=True, says=r": error (?:CS|MSB|NU|NETSDK|FS)\d+: |^error (?:MSB|NU)\d+: ", repeats=r"^Build FAILED\.|^\d+ Error\(s\)"),
    Tool(("webpack", "vite", "rollup", "esbuild"), "webpack-cli", {1: "the build has errors", 2: "wrong configuration or usage"}, first=True,
         says=r"^ERROR in |^\[!\] |^error during build|^✘ \[ERROR\] "),
    Tool(("eslint",), "ESLint, exit codes", {1: "problems were found", 2: "the configuration is wrong, or it crashed"}, repeats=r"^✖ \d+ problems?"),
    Tool(("ruff", "flake8", "pylint", "shellcheck", "yamllint", "hadolint", "black", "prettier"), "ruff, exit codes; shellcheck(1), RETURN VALUES",
         {1: "problems were found", 2: "wrong usage, or it could not go on"}, first=True,
         says=r"^\S+:\d+:\d+: [A-Z]{1,4}\d{2,4}:? \S|^[A-Z]{1,3}\d{3} (?:\[\*\] )?[A-Z`]", repeats=r"^Found \d+ errors?"),
    Tool(("mypy", "pyright"), "mypy", {1: "problems were found", 2: "it could not check"}, first=True, says=r"^\S+\.pyi?:\d+(?::\d+)?: error: ",
         repeats=r"^Found \d+ errors?"),
    Tool(("ansible-lint",), "ansible-lint", {2: "problems were found"}),
    Tool(("pre-commit",), "pre-commit", {1: "a hook failed", 3: "an unexpected error", 130: "interrupted"}, says=r"^An error has occurred: ",
         repeats=r"^- exit code: \d+"),
    Tool(("latex", "pdflatex", "xelatex", "lualatex", "latexmk"), "tex", says=r"^! (?:LaTeX|Package|Undefined|Missing|Emergency|Extra|I can't)", first=True),
)  # fmt: skip
