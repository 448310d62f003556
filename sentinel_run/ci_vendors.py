"""The table of CI systems: the variable that marks each, and those that hold its facts.

A new CI is one row. A fact is a variable's name or a text with `{VARIABLE}` in it; of several, the first one that is
there counts. `ref` is a full git reference, which tells branch, tag or pull request. The source stands above each row.
"""

from __future__ import annotations

from sentinel_run.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    Facts = Mapping[str, str | tuple[str, ...]]


class Vendor(Record):
    """One CI system. Its `mark` is a variable that is set, or `VARIABLE=value`."""

    name: str
    mark: str
    facts: Facts


# docs.github.com, "Variables reference". Forgejo and Gitea set the same names beside marks of their own.
_ACTIONS: Facts = {
    "repository": "GITHUB_REPOSITORY", "commit": "GITHUB_SHA", "branch": ("GITHUB_HEAD_REF", "GITHUB_REF_NAME"),
    "ref": "GITHUB_REF", "workflow": "GITHUB_WORKFLOW", "job": "GITHUB_JOB", "step": "GITHUB_ACTION",
    "run": "GITHUB_RUN_ID", "attempt": "GITHUB_RUN_ATTEMPT", "runner": "RUNNER_NAME", "actor": "GITHUB_ACTOR",
    "url": ("{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}/attempts/{GITHUB_RUN_ATTEMPT}",
            "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}")}  # fmt: skip

TABLE: tuple[Vendor, ...] = (
    # forgejo.org/docs, "Actions | Reference", and docs.gitea.com, "Actions Variables".
    Vendor("forgejo", "FORGEJO_ACTIONS", _ACTIONS),
    Vendor("gitea", "GITEA_ACTIONS", _ACTIONS),
    Vendor("github", "GITHUB_ACTIONS", _ACTIONS),
    # docs.gitlab.com, "Predefined CI/CD variables reference". A job that is tried again stays in its pipeline.
    Vendor("gitlab", "GITLAB_CI", {
        "repository": "CI_PROJECT_PATH", "commit": "CI_COMMIT_SHA",
        "branch": ("CI_COMMIT_BRANCH", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "CI_COMMIT_REF_NAME"),
        "tag": "CI_COMMIT_TAG", "pull_request": "CI_MERGE_REQUEST_IID", "workflow": "CI_PIPELINE_NAME",
        "job": "CI_JOB_NAME", "run": "CI_PIPELINE_ID", "runner": "CI_RUNNER_DESCRIPTION",
        "actor": "GITLAB_USER_LOGIN", "url": "CI_JOB_URL"}),
    # jenkins.io, "Using environment variables"; the GitHub pull request builder's ghprbPullId.
    Vendor("jenkins", "JENKINS_URL", {
        "repository": "GIT_URL", "commit": "GIT_COMMIT", "branch": ("CHANGE_BRANCH", "BRANCH_NAME", "GIT_BRANCH"),
        "tag": "TAG_NAME", "pull_request": ("CHANGE_ID", "ghprbPullId"), "job": "JOB_NAME", "step": "STAGE_NAME",
        "run": "BUILD_TAG", "runner": "NODE_NAME", "actor": ("CHANGE_AUTHOR", "BUILD_USER_ID"), "url": "BUILD_URL"}),
    # circleci.com/docs, "Project values and variables".
    Vendor("circleci", "CIRCLECI", {
        "repository": ("{CIRCLE_PROJECT_USERNAME}/{CIRCLE_PROJECT_REPONAME}", "CIRCLE_PROJECT_REPONAME"),
        "commit": "CIRCLE_SHA1", "branch": "CIRCLE_BRANCH", "tag": "CIRCLE_TAG",
        "pull_request": ("CIRCLE_PR_NUMBER", "CIRCLE_PULL_REQUEST"), "job": "CIRCLE_JOB", "run": "CIRCLE_WORKFLOW_ID",
        "actor": "CIRCLE_USERNAME", "url": "CIRCLE_BUILD_URL"}),
    # buildkite.com/docs, "Environment variables".
    Vendor("buildkite", "BUILDKITE", {
        "repository": "BUILDKITE_REPO", "commit": "BUILDKITE_COMMIT", "branch": "BUILDKITE_BRANCH",
        "tag": "BUILDKITE_TAG", "pull_request": "BUILDKITE_PULL_REQUEST", "workflow": "BUILDKITE_PIPELINE_SLUG",
        "job": "BUILDKITE_STEP_KEY", "step": "BUILDKITE_LABEL", "run": "BUILDKITE_BUILD_ID",
        "attempt": "BUILDKITE_RETRY_COUNT", "runner": "BUILDKITE_AGENT_NAME", "actor": "BUILDKITE_BUILD_CREATOR",
        "url": ("{BUILDKITE_BUILD_URL}#{BUILDKITE_JOB_ID}", "BUILDKITE_BUILD_URL")}),
    # learn.microsoft.com, "Use predefined variables" of Azure Pipelines.
    Vendor("azure", "TF_BUILD", {
        "repository": "BUILD_REPOSITORY_NAME", "commit": "BUILD_SOURCEVERSION", "branch": "BUILD_SOURCEBRANCHNAME",
        "ref": ("SYSTEM_PULLREQUEST_SOURCEBRANCH", "BUILD_SOURCEBRANCH"),
        "pull_request": ("SYSTEM_PULLREQUEST_PULLREQUESTNUMBER", "SYSTEM_PULLREQUEST_PULLREQUESTID"),
        "workflow": "BUILD_DEFINITIONNAME", "job": ("SYSTEM_JOBDISPLAYNAME", "SYSTEM_JOBNAME"),
        "step": "SYSTEM_TASKDISPLAYNAME", "run": "BUILD_BUILDID", "attempt": "SYSTEM_JOBATTEMPT",
        "runner": "AGENT_NAME", "actor": "BUILD_REQUESTEDFOR",
        "url": ("{SYSTEM_COLLECTIONURI}{SYSTEM_TEAMPROJECT}/_build/results?buildId={BUILD_BUILDID}&j={SYSTEM_JOBID}",
                "{SYSTEM_COLLECTIONURI}{SYSTEM_TEAMPROJECT}/_build/results?buildId={BUILD_BUILDID}")}),
    # support.atlassian.com, "Variables and secrets" of Bitbucket Pipelines. Steps have no name in a variable.
    Vendor("bitbucket", "BITBUCKET_BUILD_NUMBER", {
        "repository": "BITBUCKET_REPO_FULL_NAME", "commit": "BITBUCKET_COMMIT", "branch": "BITBUCKET_BRANCH",
        "tag": "BITBUCKET_TAG", "pull_request": "BITBUCKET_PR_ID", "run": "BITBUCKET_BUILD_NUMBER",
        "attempt": "BITBUCKET_STEP_RUN_NUMBER", "actor": "BITBUCKET_STEP_TRIGGERER_UUID",
        "url": "https://bitbucket.org/{BITBUCKET_REPO_FULL_NAME}/pipelines/results/{BITBUCKET_BUILD_NUMBER}"}),
    # docs.travis-ci.com, "Default environment variables".
    Vendor("travis", "TRAVIS", {
        "repository": "TRAVIS_REPO_SLUG", "commit": "TRAVIS_COMMIT",
        "branch": ("TRAVIS_PULL_REQUEST_BRANCH", "TRAVIS_BRANCH"), "tag": "TRAVIS_TAG",
        "pull_request": "TRAVIS_PULL_REQUEST", "job": "TRAVIS_JOB_NAME", "run": "TRAVIS_BUILD_ID",
        "url": "TRAVIS_JOB_WEB_URL"}),
    # jetbrains.com/help/teamcity, "List of predefined build parameters".
    Vendor("teamcity", "TEAMCITY_VERSION", {
        "commit": "BUILD_VCS_NUMBER", "workflow": "TEAMCITY_PROJECT_NAME", "job": "TEAMCITY_BUILDCONF_NAME",
        "run": "{TEAMCITY_BUILDCONF_NAME} {BUILD_NUMBER}", "url": "BUILD_URL"}),
    # woodpecker-ci.org/docs, "Environment variables".
    Vendor("woodpecker", "CI=woodpecker", {
        "repository": "CI_REPO", "commit": "CI_COMMIT_SHA", "branch": ("CI_COMMIT_SOURCE_BRANCH", "CI_COMMIT_BRANCH"),
        "tag": "CI_COMMIT_TAG", "pull_request": "CI_COMMIT_PULL_REQUEST", "workflow": "CI_WORKFLOW_NAME",
        "step": "CI_STEP_NAME", "run": "CI_PIPELINE_NUMBER", "runner": "CI_MACHINE",
        "actor": ("CI_PIPELINE_AUTHOR", "CI_COMMIT_AUTHOR"), "url": ("CI_STEP_URL", "CI_PIPELINE_URL")}),
    # docs.drone.io, "Environment, reference".
    Vendor("drone", "DRONE", {
        "repository": "DRONE_REPO", "commit": "DRONE_COMMIT_SHA", "branch": ("DRONE_SOURCE_BRANCH", "DRONE_BRANCH"),
        "tag": "DRONE_TAG", "pull_request": "DRONE_PULL_REQUEST", "job": "DRONE_STAGE_NAME", "step": "DRONE_STEP_NAME",
        "run": "DRONE_BUILD_NUMBER", "runner": "DRONE_STAGE_MACHINE", "actor": "DRONE_COMMIT_AUTHOR",
        "url": "DRONE_BUILD_LINK"}),
    # appveyor.com/docs, "Environment variables".
    Vendor("appveyor", "APPVEYOR", {
        "repository": "APPVEYOR_REPO_NAME", "commit": "APPVEYOR_REPO_COMMIT",
        "branch": ("APPVEYOR_PULL_REQUEST_HEAD_REPO_BRANCH", "APPVEYOR_REPO_BRANCH"), "tag": "APPVEYOR_REPO_TAG_NAME",
        "pull_request": "APPVEYOR_PULL_REQUEST_NUMBER", "workflow": "APPVEYOR_PROJECT_NAME",
        "job": "APPVEYOR_JOB_NAME", "run": "APPVEYOR_BUILD_ID", "runner": "APPVEYOR_BUILD_WORKER_IMAGE",
        "actor": "APPVEYOR_REPO_COMMIT_AUTHOR",
        "url": "{APPVEYOR_URL}/project/{APPVEYOR_ACCOUNT_NAME}/{APPVEYOR_PROJECT_SLUG}/builds/{APPVEYOR_BUILD_ID}"
               "/job/{APPVEYOR_JOB_ID}"}),
    # docs.aws.amazon.com/codebuild, "Environment variables in build environments".
    Vendor("codebuild", "CODEBUILD_BUILD_ID", {
        "repository": "CODEBUILD_SOURCE_REPO_URL", "commit": "CODEBUILD_RESOLVED_SOURCE_VERSION",
        "ref": "CODEBUILD_WEBHOOK_HEAD_REF", "pull_request": "CODEBUILD_WEBHOOK_TRIGGER",
        "job": "CODEBUILD_BATCH_BUILD_IDENTIFIER", "run": "CODEBUILD_BUILD_ID", "actor": "CODEBUILD_INITIATOR",
        "url": ("CODEBUILD_PUBLIC_BUILD_URL",
                "https://{AWS_REGION}.console.aws.amazon.com/codebuild/home?region={AWS_REGION}#/builds/{CODEBUILD_BUILD_ID}/view/new")}),
    # cloud.google.com/build/docs, "Substitute variable values": a step has those that its `env:` passes on.
    Vendor("cloudbuild", "BUILDER_OUTPUT", {
        "repository": ("REPO_FULL_NAME", "REPO_NAME"), "commit": "COMMIT_SHA", "branch": "BRANCH_NAME",
        "tag": "TAG_NAME", "pull_request": "_PR_NUMBER", "workflow": "TRIGGER_NAME", "run": "BUILD_ID",
        "url": "https://console.cloud.google.com/cloud-build/builds/{BUILD_ID}?project={PROJECT_ID}"}),
    # docs.semaphore.io, "Environment variables".
    Vendor("semaphore", "SEMAPHORE", {
        "repository": "SEMAPHORE_GIT_REPO_SLUG", "commit": "SEMAPHORE_GIT_SHA",
        "branch": ("SEMAPHORE_GIT_PR_BRANCH", "SEMAPHORE_GIT_WORKING_BRANCH", "SEMAPHORE_GIT_BRANCH"),
        "tag": "SEMAPHORE_GIT_TAG_NAME", "pull_request": "SEMAPHORE_GIT_PR_NUMBER",
        "workflow": "SEMAPHORE_PROJECT_NAME", "job": "SEMAPHORE_JOB_NAME", "run": "SEMAPHORE_WORKFLOW_ID",
        "runner": "SEMAPHORE_AGENT_MACHINE_TYPE", "actor": "SEMAPHORE_GIT_COMMIT_AUTHOR",
        "url": "{SEMAPHORE_ORGANIZATION_URL}/jobs/{SEMAPHORE_JOB_ID}"}),
    # argo-workflows.readthedocs.io, "Environment Variables": those of the main container.
    Vendor("argo", "ARGO_NODE_ID", {
        "workflow": "ARGO_WORKFLOW_NAME", "job": "ARGO_POD_NAME", "step": "ARGO_CONTAINER_NAME",
        "run": ("ARGO_WORKFLOW_UID", "ARGO_WORKFLOW_NAME")}),
    # tekton.dev/docs, "Variable Substitutions Supported by Tasks and Pipelines": Tekton sets none by itself; these
    # are the names that docs/ci.md passes `$(context...)` by.
    Vendor("tekton", "TEKTON_PIPELINE_RUN", {
        "workflow": "TEKTON_PIPELINE", "job": "TEKTON_TASK", "run": "TEKTON_PIPELINE_RUN",
        "attempt": "TEKTON_RETRY_COUNT"}),
)  # fmt: skip

# `CI=true`, as most others set it.
UNKNOWN = Vendor("unknown", "CI", {})
