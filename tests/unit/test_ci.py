"""CI systems are told by their mark, and only the variables that are named are kept."""

from __future__ import annotations

import pytest

from sentinel_run import ci, ci_vendors

GITHUB = {
    "GITHUB_ACTIONS": "true", "CI": "true", "GITHUB_REPOSITORY": "octo/shop", "GITHUB_SHA": "ffac537e6cbbf934b08745a378932722df287a53",
    "GITHUB_REF": "refs/heads/feature/cart", "GITHUB_REF_NAME": "feature/cart", "GITHUB_HEAD_REF": "", "GITHUB_WORKFLOW": "Build",
    "GITHUB_JOB": "test", "GITHUB_ACTION": "__run_2", "GITHUB_RUN_ID": "1658821493", "GITHUB_RUN_ATTEMPT": "1",
    "RUNNER_NAME": "GitHub Actions 12", "GITHUB_ACTOR": "octocat", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_TOKEN": "x",
}  # fmt: skip
GITHUB_FACTS = {
    "provider": "github", "repository": "octo/shop", "commit": "ffac537e6cbbf934b08745a378932722df287a53", "branch": "feature/cart",
    "workflow": "Build", "job": "test", "step": "__run_2", "run": "1658821493", "attempt": "1", "runner": "GitHub Actions 12",
    "actor": "octocat", "url": "https://github.com/octo/shop/actions/runs/1658821493/attempts/1",
}  # fmt: skip
GITLAB = {
    "GITLAB_CI": "true", "CI": "true", "CI_PROJECT_PATH": "group/shop", "CI_COMMIT_SHA": "1ecfd275763eff1d6b4844ea3168962458c9f27a",
    "CI_COMMIT_BRANCH": "main", "CI_COMMIT_REF_NAME": "main", "CI_PIPELINE_NAME": "nightly", "CI_JOB_NAME": "test 1/2", "CI_JOB_ID": "50",
    "CI_PIPELINE_ID": "1000", "CI_RUNNER_DESCRIPTION": "my runner", "GITLAB_USER_LOGIN": "ann", "CI_JOB_URL": "https://gitlab.example.com/group/shop/-/jobs/50",
    "CI_JOB_TOKEN": "x",
}  # fmt: skip
GITLAB_FACTS = {
    "provider": "gitlab", "repository": "group/shop", "commit": "1ecfd275763eff1d6b4844ea3168962458c9f27a", "branch": "main", "workflow": "nightly",
    "job": "test 1/2", "run": "1000", "runner": "my runner", "actor": "ann", "url": "https://gitlab.example.com/group/shop/-/jobs/50",
}  # fmt: skip
AZURE = {
    "TF_BUILD": "True", "BUILD_REPOSITORY_NAME": "shop", "BUILD_SOURCEVERSION": "abc", "BUILD_SOURCEBRANCH": "refs/heads/feature/cart",
    "BUILD_SOURCEBRANCHNAME": "cart", "BUILD_DEFINITIONNAME": "ci", "SYSTEM_JOBDISPLAYNAME": "Linux", "SYSTEM_TASKDISPLAYNAME": "Run tests",
    "BUILD_BUILDID": "7", "SYSTEM_JOBATTEMPT": "1", "AGENT_NAME": "Hosted Agent", "BUILD_REQUESTEDFOR": "Ann",
    "SYSTEM_COLLECTIONURI": "https://dev.azure.com/acme/", "SYSTEM_TEAMPROJECT": "web shop", "SYSTEM_JOBID": "12f1170f",
}  # fmt: skip
AZURE_FACTS = {
    "provider": "azure", "repository": "shop", "commit": "abc", "branch": "feature/cart", "workflow": "ci", "job": "Linux", "step": "Run tests",
    "run": "7", "attempt": "1", "runner": "Hosted Agent", "actor": "Ann",
    "url": "https://dev.azure.com/acme/web%20shop/_build/results?buildId=7&j=12f1170f",
}  # fmt: skip
# Environments as each vendor publishes them, and what they say.
PUBLISHED: list[tuple[dict[str, str], dict[str, str]]] = [
    (GITHUB, GITHUB_FACTS),
    ({**GITHUB, "GITEA_ACTIONS": "true"}, {**GITHUB_FACTS, "provider": "gitea"}),
    ({**GITHUB, "FORGEJO_ACTIONS": "true"}, {**GITHUB_FACTS, "provider": "forgejo"}),
    ({**GITHUB, "GITHUB_REF": "refs/pull/12/merge", "GITHUB_REF_NAME": "12/merge", "GITHUB_HEAD_REF": "fix"},
     {**GITHUB_FACTS, "branch": "fix", "pull_request": "12"}),
    ({**GITHUB, "GITHUB_REF": "refs/tags/v1", "GITHUB_REF_NAME": "v1"},
     {**{key: value for key, value in GITHUB_FACTS.items() if key != "branch"}, "tag": "v1"}),
    (GITLAB, GITLAB_FACTS),
    ({**GITLAB, "CI_COMMIT_BRANCH": "", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "fix", "CI_MERGE_REQUEST_IID": "3"},
     {**GITLAB_FACTS, "branch": "fix", "pull_request": "3"}),
    ({"JENKINS_URL": "https://jenkins/", "GIT_URL": "https://git.example.com/shop.git", "GIT_COMMIT": "abc", "GIT_BRANCH": "origin/main",
      "BRANCH_NAME": "main", "JOB_NAME": "shop", "STAGE_NAME": "Test", "BUILD_TAG": "jenkins-shop-7", "NODE_NAME": "agent-1",
      "BUILD_URL": "https://jenkins/job/shop/7/"},
     {"provider": "jenkins", "repository": "https://git.example.com/shop.git", "commit": "abc", "branch": "main", "job": "shop", "step": "Test",
      "run": "jenkins-shop-7", "runner": "agent-1", "url": "https://jenkins/job/shop/7/"}),
    ({"CIRCLECI": "true", "CIRCLE_PROJECT_USERNAME": "acme", "CIRCLE_PROJECT_REPONAME": "shop", "CIRCLE_SHA1": "abc", "CIRCLE_BRANCH": "fix",
      "CIRCLE_PULL_REQUEST": "https://github.com/acme/shop/pull/9", "CIRCLE_JOB": "build", "CIRCLE_WORKFLOW_ID": "w-1",
      "CIRCLE_USERNAME": "ann", "CIRCLE_BUILD_URL": "https://circleci.com/gh/acme/shop/170"},
     {"provider": "circleci", "repository": "acme/shop", "commit": "abc", "branch": "fix", "pull_request": "9", "job": "build", "run": "w-1",
      "actor": "ann", "url": "https://circleci.com/gh/acme/shop/170"}),
    ({"BUILDKITE": "true", "BUILDKITE_REPO": "git@github.com:acme/shop.git", "BUILDKITE_COMMIT": "abc", "BUILDKITE_BRANCH": "main",
      "BUILDKITE_PULL_REQUEST": "false", "BUILDKITE_PIPELINE_SLUG": "shop", "BUILDKITE_STEP_KEY": "tests", "BUILDKITE_LABEL": "Tests",
      "BUILDKITE_BUILD_ID": "4735ba57", "BUILDKITE_RETRY_COUNT": "0", "BUILDKITE_AGENT_NAME": "elastic-1", "BUILDKITE_BUILD_CREATOR": "Ann",
      "BUILDKITE_BUILD_URL": "https://buildkite.com/acme/shop/builds/1", "BUILDKITE_JOB_ID": "e44f"},
     {"provider": "buildkite", "repository": "git@github.com:acme/shop.git", "commit": "abc", "branch": "main", "workflow": "shop", "job": "tests",
      "step": "Tests", "run": "4735ba57", "attempt": "0", "runner": "elastic-1", "actor": "Ann",
      "url": "https://buildkite.com/acme/shop/builds/1#e44f"}),
    (AZURE, AZURE_FACTS),
    ({**AZURE, "BUILD_SOURCEBRANCH": "refs/pull/5/merge", "BUILD_SOURCEBRANCHNAME": "merge", "SYSTEM_PULLREQUEST_PULLREQUESTNUMBER": "5",
      "SYSTEM_PULLREQUEST_SOURCEBRANCH": "refs/heads/fix"},
     {**AZURE_FACTS, "branch": "fix", "pull_request": "5"}),
    ({"CI": "true", "BITBUCKET_BUILD_NUMBER": "7", "BITBUCKET_REPO_FULL_NAME": "acme/shop", "BITBUCKET_COMMIT": "abc", "BITBUCKET_BRANCH": "main",
      "BITBUCKET_STEP_UUID": "{a}", "BITBUCKET_STEP_RUN_NUMBER": "2"},
     {"provider": "bitbucket", "repository": "acme/shop", "commit": "abc", "branch": "main", "run": "7", "attempt": "2",
      "url": "https://bitbucket.org/acme/shop/pipelines/results/7"}),
    ({"TRAVIS": "true", "TRAVIS_REPO_SLUG": "acme/shop", "TRAVIS_COMMIT": "abc", "TRAVIS_BRANCH": "v1", "TRAVIS_TAG": "v1",
      "TRAVIS_PULL_REQUEST": "false", "TRAVIS_JOB_NAME": "lint", "TRAVIS_BUILD_ID": "1", "TRAVIS_JOB_WEB_URL": "https://travis/1"},
     {"provider": "travis", "repository": "acme/shop", "commit": "abc", "tag": "v1", "job": "lint", "run": "1", "url": "https://travis/1"}),
    ({"TEAMCITY_VERSION": "2025.03", "BUILD_VCS_NUMBER": "abc", "TEAMCITY_PROJECT_NAME": "Shop", "TEAMCITY_BUILDCONF_NAME": "Test", "BUILD_NUMBER": "8"},
     {"provider": "teamcity", "commit": "abc", "workflow": "Shop", "job": "Test", "run": "Test 8"}),
    ({"CI": "woodpecker", "CI_REPO": "acme/shop", "CI_COMMIT_SHA": "abc", "CI_COMMIT_BRANCH": "main", "CI_COMMIT_SOURCE_BRANCH": "fix",
      "CI_COMMIT_PULL_REQUEST": "4", "CI_WORKFLOW_NAME": "test", "CI_STEP_NAME": "unit", "CI_PIPELINE_NUMBER": "8", "CI_MACHINE": "agent",
      "CI_PIPELINE_URL": "https://ci.example.com/repos/7/pipeline/8"},
     {"provider": "woodpecker", "repository": "acme/shop", "commit": "abc", "branch": "fix", "pull_request": "4", "workflow": "test", "step": "unit",
      "run": "8", "runner": "agent", "url": "https://ci.example.com/repos/7/pipeline/8"}),
    ({"CI": "true", "DRONE": "true", "DRONE_REPO": "acme/shop", "DRONE_COMMIT_SHA": "abc", "DRONE_BRANCH": "main", "DRONE_STAGE_NAME": "build",
      "DRONE_STEP_NAME": "unit", "DRONE_BUILD_NUMBER": "3", "DRONE_BUILD_LINK": "https://drone/acme/shop/3"},
     {"provider": "drone", "repository": "acme/shop", "commit": "abc", "branch": "main", "job": "build", "step": "unit", "run": "3",
      "url": "https://drone/acme/shop/3"}),
    ({"APPVEYOR": "True", "CI": "True", "APPVEYOR_REPO_NAME": "acme/shop", "APPVEYOR_REPO_COMMIT": "abc", "APPVEYOR_REPO_BRANCH": "main",
      "APPVEYOR_JOB_NAME": "Image: Ubuntu", "APPVEYOR_BUILD_ID": "11", "APPVEYOR_URL": "https://ci.appveyor.com", "APPVEYOR_ACCOUNT_NAME": "acme",
      "APPVEYOR_PROJECT_SLUG": "shop", "APPVEYOR_JOB_ID": "j1"},
     {"provider": "appveyor", "repository": "acme/shop", "commit": "abc", "branch": "main", "job": "Image: Ubuntu", "run": "11",
      "url": "https://ci.appveyor.com/project/acme/shop/builds/11/job/j1"}),
    ({"CODEBUILD_BUILD_ID": "shop:1a", "CODEBUILD_SOURCE_REPO_URL": "https://github.com/acme/shop.git", "CODEBUILD_RESOLVED_SOURCE_VERSION": "abc",
      "CODEBUILD_WEBHOOK_HEAD_REF": "refs/heads/main", "CODEBUILD_WEBHOOK_TRIGGER": "pr/12", "AWS_REGION": "eu-west-1"},
     {"provider": "codebuild", "repository": "https://github.com/acme/shop.git", "commit": "abc", "branch": "main", "pull_request": "12",
      "run": "shop:1a", "url": "https://eu-west-1.console.aws.amazon.com/codebuild/home?region=eu-west-1#/builds/shop:1a/view/new"}),
    ({"BUILDER_OUTPUT": "/builder/outputs", "REPO_NAME": "shop", "COMMIT_SHA": "abc", "BRANCH_NAME": "main", "BUILD_ID": "b1", "PROJECT_ID": "p1"},
     {"provider": "cloudbuild", "repository": "shop", "commit": "abc", "branch": "main", "run": "b1",
      "url": "https://console.cloud.google.com/cloud-build/builds/b1?project=p1"}),
    ({"CI": "true", "SEMAPHORE": "true", "SEMAPHORE_GIT_REPO_SLUG": "acme/shop", "SEMAPHORE_GIT_SHA": "abc", "SEMAPHORE_GIT_BRANCH": "main",
      "SEMAPHORE_PROJECT_NAME": "shop", "SEMAPHORE_JOB_NAME": "unit", "SEMAPHORE_WORKFLOW_ID": "w", "SEMAPHORE_JOB_ID": "j",
      "SEMAPHORE_ORGANIZATION_URL": "https://acme.semaphoreci.com"},
     {"provider": "semaphore", "repository": "acme/shop", "commit": "abc", "branch": "main", "workflow": "shop", "job": "unit", "run": "w",
      "url": "https://acme.semaphoreci.com/jobs/j"}),
    ({"ARGO_NODE_ID": "etl-1", "ARGO_POD_NAME": "etl-load-1", "ARGO_CONTAINER_NAME": "main", "ARGO_WORKFLOW_NAME": "etl-x7"},
     {"provider": "argo", "workflow": "etl-x7", "job": "etl-load-1", "step": "main", "run": "etl-x7"}),
    ({"TEKTON_PIPELINE_RUN": "deploy-r-1", "TEKTON_PIPELINE": "deploy", "TEKTON_TASK": "test"},
     {"provider": "tekton", "workflow": "deploy", "job": "test", "run": "deploy-r-1"}),
    ({"CI": "true"}, {"provider": "unknown"}),
]  # fmt: skip


@pytest.mark.parametrize(("environ", "facts"), PUBLISHED, ids=[facts["provider"] for _, facts in PUBLISHED])
def test_facts_of_each_vendor(environ: dict[str, str], facts: dict[str, str]) -> None:
    """Each vendor's own variables give the facts, and what the wrapper kept of them gives the same, without a token."""
    kept = ci.kept_variables(environ)

    assert ci.facts(environ) == facts
    assert ci.facts(kept) == facts
    assert not [name for name in kept if "TOKEN" in name]


def test_every_vendor_is_published() -> None:
    """No row of the table is without its environment here."""
    assert {facts["provider"] for _, facts in PUBLISHED} == {
        vendor.name for vendor in (*ci_vendors.TABLE, ci_vendors.UNKNOWN)
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [("true", True), ("1", True), ("", False), ("false", False), ("0", False), ("No", False)],
)
def test_unknown_ci(value: str, expected: bool) -> None:
    """A CI that only says so is one, without facts."""
    assert ci.is_ci({"CI": value}) is expected
    assert ci.facts({"CI": value}) == ({"provider": "unknown"} if expected else {})


def test_no_ci() -> None:
    """Outside a CI there is nothing to keep."""
    assert ci.vendor({}) is None
    assert ci.kept_variables({"GITHUB_SHA": "x"}) == {}


@pytest.mark.parametrize(
    ("change", "same_run", "same_step"),
    [
        ({}, True, True),
        ({"GITHUB_ACTION": "__run_3"}, True, False),
        ({"GITHUB_JOB": "deploy"}, True, False),
        ({"GITHUB_SHA": "0", "RUNNER_NAME": "other"}, True, True),
        ({"GITHUB_RUN_ATTEMPT": "2"}, False, False),
        ({"GITHUB_RUN_ID": "2"}, False, False),
        ({"GITHUB_REPOSITORY": "octo/other"}, False, False),
    ],
    ids=str,
)
def test_keys_of_a_run(change: dict[str, str], same_run: bool, same_step: bool) -> None:
    """Steps and jobs of one attempt share the run's key; another attempt, run or repository has another."""
    other = {**GITHUB, **change}

    assert (ci.run_key(other) == ci.run_key(GITHUB)) is same_run
    assert (ci.step_key(other) == ci.step_key(GITHUB)) is same_step


def test_no_key_without_a_run() -> None:
    """A CI that does not tell its run gives no key that unrelated runs would share."""
    assert ci.run_key({"CI": "true"}) == ""
