#!/usr/bin/env bash
# Installs the Debian packages that Duet is built and run with. Silent and quick when all are there.
set -euo pipefail

packages=(
    libzmq3-dev libpq-dev libopenblas-dev postgresql pkg-config
    libsndfile1-dev libavformat-dev libavcodec-dev libswscale-dev libavutil-dev
    curl # tells an MLflow server of rounds
    python3 python3-jsonschema python3-venv python3-yaml # for tests and the example engine
)

if ! command -v dpkg-query >/dev/null; then
    echo "setup: this script knows Debian and Ubuntu only; install what matches ${packages[*]}" >&2
    exit 1
fi

missing=()
for package in "${packages[@]}"; do
    state=$(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "setup: ${missing[*]} missing; run this as root, there is no sudo here:" >&2
        echo "    apt-get install ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
    [ -t 0 ] || as_root=(sudo -n) # nobody is there to type a password
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Runs a command as root; its output is shown only when it fails.
quietly() {
    if ! "${as_root[@]}" "$@" >"$log" 2>&1 </dev/null; then
        cat "$log" >&2
        echo "setup: failed: $*" >&2
        echo "setup: ${missing[*]} missing; install them by hand, then run this again" >&2
        exit 1
    fi
}

install() {
    quietly env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@"
}

echo "setup: installing ${missing[*]}"
quietly apt-get update

# Duet runs a private cluster of its own. Debian would make and start one more for the system, so
# that is switched off while the server is installed, unless the machine has servers already.
clusters=/etc/postgresql-common/createcluster.conf
if [[ " ${missing[*]} " = *" postgresql "* ]] && ! ls -d /usr/lib/postgresql/*/bin/initdb \
    >/dev/null 2>&1; then
    install postgresql-common
    quietly cp --preserve "$clusters" "$clusters.before-duet"
    quietly sed --in-place 's/^#\? *create_main_cluster.*/create_main_cluster = false/' "$clusters"
    install "${missing[@]}"
    quietly mv "$clusters.before-duet" "$clusters"
else
    install "${missing[@]}"
fi
