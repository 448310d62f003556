"""CI systems: one table with the vendor, its mark, and the variables that hold each fact.

Stdlib only: the wrapper keeps exactly the variables named here (no token is among them), and the report gives
them meaning. Sources: each vendor's own page of predefined variables, named beside its row.
"""

from __future__ import annotations

from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class Vendor(Record):
    """One CI system: the variable that marks it, and for each fact the variable that holds it."""

    name: str
    mark: str
    facts: Mapping[str, str]


TABLE: tuple[Vendor, ...] = (
    # docs.github.com, "Variables reference"; Forgejo and Gitea set the same names.
    Vendor("github", "GITHUB_ACTIONS", {
        "repository": "GITHUB_REPOSITORY", "commit": "GITHUB_SHA", "branch": "GITHUB_REF_NAME",
        "workflow": "GITHUB_WORKFLOW", "job": "GITHUB_JOB", "step": "GITHUB_ACTION", "run": "GITHUB_RUN_ID",
        "attempt": "GITHUB_RUN_ATTEMPT", "runner": "RUNNER_NAME", "actor": "GITHUB_ACTOR", "server": "GITHUB_SERVER_URL"}),
    # docs.gitlab.com, "Predefined CI/CD variables reference".
    Vendor("gitlab", "GITLAB_CI", {
        "repository": "CI_PROJECT_PATH", "commit": "CI_COMMIT_SHA", "branch": "CI_COMMIT_REF_NAME",
        "pull_request": "CI_MERGE_REQUEST_IID", "job": "CI_JOB_NAME", "run": "CI_PIPELINE_ID", "attempt": "CI_JOB_ID",
        "runner": "CI_RUNNER_DESCRIPTION", "actor": "GITLAB_USER_LOGIN", "url": "CI_JOB_URL"}),
    # jenkins.io, "Using environment variables".
    Vendor("jenkins", "JENKINS_URL", {
        "repository": "GIT_URL", "commit": "GIT_COMMIT", "branch": "GIT_BRANCH", "pull_request": "CHANGE_ID",
        "job": "JOB_NAME", "step": "STAGE_NAME", "run": "BUILD_TAG", "runner": "NODE_NAME", "url": "BUILD_URL"}),
    # circleci.com/docs/variables.
    Vendor("circleci", "CIRCLECI", {
        "repository": "CIRCLE_PROJECT_REPONAME", "commit": "CIRCLE_SHA1", "branch": "CIRCLE_BRANCH", "tag": "CIRCLE_TAG",
        "pull_request": "CIRCLE_PR_NUMBER", "job": "CIRCLE_JOB", "run": "CIRCLE_WORKFLOW_ID", "actor": "CIRCLE_USERNAME",
        "url": "CIRCLE_BUILD_URL"}),
    # buildkite.com/docs/pipelines/environment-variables.
    Vendor("buildkite", "BUILDKITE", {
        "repository": "BUILDKITE_REPO", "commit": "BUILDKITE_COMMIT", "branch": "BUILDKITE_BRANCH", "tag": "BUILDKITE_TAG",
        "pull_request": "BUILDKITE_PULL_REQUEST", "workflow": "BUILDKITE_PIPELINE_SLUG", "step": "BUILDKITE_LABEL",
        "run": "BUILDKITE_BUILD_ID", "attempt": "BUILDKITE_RETRY_COUNT", "runner": "BUILDKITE_AGENT_NAME",
        "actor": "BUILDKITE_BUILD_CREATOR", "url": "BUILDKITE_BUILD_URL"}),
    # learn.microsoft.com, "Predefined variables" of Azure Pipelines.
    Vendor("azure", "TF_BUILD", {
        "repository": "BUILD_REPOSITORY_NAME", "commit": "BUILD_SOURCEVERSION", "branch": "BUILD_SOURCEBRANCHNAME",
        "pull_request": "SYSTEM_PULLREQUEST_PULLREQUESTID", "workflow": "BUILD_DEFINITIONNAME",
        "job": "SYSTEM_JOBDISPLAYNAME", "step": "SYSTEM_TASKDISPLAYNAME", "run": "BUILD_BUILDID",
        "attempt": "SYSTEM_JOBATTEMPT", "runner": "AGENT_NAME", "actor": "BUILD_REQUESTEDFOR"}),
    # support.atlassian.com, "Variables and secrets" of Bitbucket Pipelines.
    Vendor("bitbucket", "BITBUCKET_BUILD_NUMBER", {
        "repository": "BITBUCKET_REPO_FULL_NAME", "commit": "BITBUCKET_COMMIT", "branch": "BITBUCKET_BRANCH",
        "tag": "BITBUCKET_TAG", "pull_request": "BITBUCKET_PR_ID", "run": "BITBUCKET_BUILD_NUMBER",
        "step": "BITBUCKET_STEP_UUID"}),
    # docs.travis-ci.com, "Default environment variables".
    Vendor("travis", "TRAVIS", {
        "repository": "TRAVIS_REPO_SLUG", "commit": "TRAVIS_COMMIT", "branch": "TRAVIS_BRANCH", "tag": "TRAVIS_TAG",
        "pull_request": "TRAVIS_PULL_REQUEST", "job": "TRAVIS_JOB_NAME", "run": "TRAVIS_BUILD_ID",
        "url": "TRAVIS_JOB_WEB_URL"}),
    # jetbrains.com/help/teamcity, "Predefined build parameters".
    Vendor("teamcity", "TEAMCITY_VERSION", {
        "commit": "BUILD_VCS_NUMBER", "workflow": "TEAMCITY_PROJECT_NAME", "job": "TEAMCITY_BUILDCONF_NAME",
        "run": "BUILD_NUMBER"}),
    # docs.drone.io/pipeline/environment; Woodpecker sets CI_* and the same marks.
    Vendor("drone", "DRONE", {
        "repository": "DRONE_REPO", "commit": "DRONE_COMMIT_SHA", "branch": "DRONE_BRANCH", "tag": "DRONE_TAG",
        "pull_request": "DRONE_PULL_REQUEST", "job": "DRONE_STAGE_NAME", "step": "DRONE_STEP_NAME",
        "run": "DRONE_BUILD_NUMBER", "runner": "DRONE_STAGE_MACHINE", "actor": "DRONE_COMMIT_AUTHOR",
        "url": "DRONE_BUILD_LINK"}),
    # docs.aws.amazon.com/codebuild, "Environment variables in build environments".
    Vendor("codebuild", "CODEBUILD_BUILD_ID", {
        "repository": "CODEBUILD_SOURCE_REPO_URL", "commit": "CODEBUILD_RESOLVED_SOURCE_VERSION",
        "branch": "CODEBUILD_WEBHOOK_HEAD_REF", "run": "CODEBUILD_BUILD_ID", "actor": "CODEBUILD_INITIATOR",
        "url": "CODEBUILD_PUBLIC_BUILD_URL"}),
)  # fmt: skip

_UNKNOWN = Vendor("unknown", "CI", {})
_OFF = frozenset({"", "0", "false", "no", "off"})


def vendor(environ: Mapping[str, str]) -> Vendor | None:
    """The CI system that `environ` belongs to; one that only says `CI=true` is called `unknown`."""
    for known in (*TABLE, _UNKNOWN):
        if environ.get(known.mark, "").lower() not in _OFF:
            return known
    return None


def is_ci(environ: Mapping[str, str]) -> bool:
    """Whether `environ` is that of a CI step."""
    return vendor(environ) is not None


def facts(environ: Mapping[str, str]) -> dict[str, str]:
    """Facts of the CI step by name (`provider`, `repository`, `commit`, `job`, ...); empty outside a CI."""
    found = vendor(environ)
    if found is None:
        return {}
    known = {fact: environ[variable] for fact, variable in found.facts.items() if environ.get(variable)}
    return {"provider": found.name, **known}


def kept_variables(environ: Mapping[str, str]) -> dict[str, str]:
    """The part of `environ` that `facts` needs later, in another process."""
    found = vendor(environ)
    if found is None:
        return {}
    names = (found.mark, *found.facts.values())
    return {name: environ[name] for name in names if environ.get(name)}
