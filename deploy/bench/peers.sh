#!/usr/bin/env bash
# Runs peers.py on Ray, Parsl, Dask and HyperQueue from PyPI; arguments are passed on to it.
set -euo pipefail
cd "$(dirname "$0")/../.."

environment=.venv/peers
wanted="ray==2.60.0 parsl==2026.10.26 distributed==2026.8.0 hyperqueue==0.27.0"
if [ "$(cat "$environment/wanted" 2>/dev/null)" != "$wanted" ]; then
    echo "peers: installing $wanted into $environment" >&2
    python3 -m venv "$environment"
    # shellcheck disable=SC2086  # one word per package
    "$environment/bin/pip" install --quiet --disable-pip-version-check $wanted >&2
    echo "$wanted" >"$environment/wanted"
fi

# Some peers listen on every interface. In a network of its own only the loopback is there, and in
# a process space of its own nothing of a peer outlives this script.
apart=(unshare --user --map-root-user --net --pid --fork --kill-child --mount-proc)
if ! "${apart[@]}" true 2>/dev/null; then
    echo "peers: this system allows no user namespaces, so the peers would be reachable from" >&2
    echo "peers: the network; run this as root or in a container of its own" >&2
    exit 1
fi
export PYTHONDONTWRITEBYTECODE=1 PATH="$PWD/$environment/bin:$PATH" # Parsl starts its own scripts
# shellcheck disable=SC2016  # the inner shell expands its own arguments
"${apart[@]}" sh -c '
    python3 -c "import fcntl, socket, struct
fcntl.ioctl(socket.socket(), 0x8914, struct.pack(\"16sh14x\", b\"lo\", 1))  # SIOCSIFFLAGS, up"
    exec python3 deploy/bench/peers.py "$@"' peers "$@"
