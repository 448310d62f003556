"""All tools, by the programs they come as."""

from __future__ import annotations

from sentinel_run.diagnose.tools import builds, databases, files, machines, network, packages, testers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from sentinel_run.diagnose.tools.tool import Tool

TOOLS: tuple[Tool, ...] = (
    *network.TOOLS, *files.TOOLS, *builds.TOOLS, *testers.TOOLS, *packages.TOOLS, *databases.TOOLS, *machines.TOOLS,
)  # fmt: skip
BY_NAME: Mapping[str, Tool] = {name: tool for tool in TOOLS for name in tool.names}
