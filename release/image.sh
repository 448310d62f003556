#!/bin/sh
# Builds the image of the Containerfile with buildah, which needs no daemon, and tries it out as a user that is not root:
#
#   release/image.sh [BUILD OPTION]...     such as --build-arg BASE=registry.example.com/python:3.13
#
# The image is called $NAME, or sentinel-run.
set -eu
cd "$(dirname "$0")/.."
name=${NAME:-sentinel-run}
# Without namespaces of their own the steps can do with the few rights that there are inside another container.
export BUILDAH_ISOLATION="${BUILDAH_ISOLATION:-chroot}"

buildah build --tag "$name" "$@" --file Containerfile .

container=$(buildah from --pull-never "$name")
trap 'buildah rm "$container" >/dev/null' EXIT

# What `podman run --user 1000 IMAGE COMMAND...` does; the volume stays from one to the next.
in_it() {
    entry=$(buildah inspect --type image --format '{{range .OCIv1.Config.Entrypoint}}{{.}} {{end}}' "$name")
    # shellcheck disable=SC2086  # The entry point is several words.
    buildah run --user 1000:1000 "$container" -- $entry "$@"
}

must_be() { # WHAT WANTED FOUND
    if [ "$2" != "$3" ]; then echo "image.sh: $1 is '$3', not '$2'" >&2 && exit 1; fi
}

status=0
said=$(in_it sh -c 'id -u; echo "dump: error: disk full" >&2; exit 3' 2>/dev/null) || status=$?
must_be "what a command says" 1000 "$said"
must_be "its exit status" 3 "$status"
shown=$(in_it sentinel-run show | head -n 1)
must_be "the reason" "failed: id failed with exit status 3: dump: error: disk full" "$shown"
left=$(buildah run "$container" -- sh -c 'echo /src* /opt/sentinel-run/bin/pip* /root/.cache*')
must_be "what is left of the build" '/src* /opt/sentinel-run/bin/pip* /root/.cache*' "$left"
must_be "that python is the image's own" True "$(in_it python -c 'import sys; print(sys.prefix == sys.base_prefix)')"
added=$(buildah run "$container" -- python -c 'import os; print(sum(os.lstat(os.path.join(at, name)).st_size for at, _, names in os.walk("/opt/sentinel-run") for name in names) >> 20)')
echo "image.sh: $name is good, and $added MiB larger than its base"
