#!/usr/bin/env bash
# Runs the first campaign on one machine with the example engine, and shows what came of it.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=.duet/demo
log=$folder/up.log
bold=''
plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$'\033[1m'
    plain=$'\033[0m'
fi
export DUET_COORDINATOR="ipc://$PWD/$folder/coordinator"
# A long path moves its sockets to /tmp; `duet up` says where.
run() {
    printf '\n%s$ duet %s%s\n' "$bold" "$*" "$plain"
    .build/release/duet "$@"
}

mkdir -p "$folder"
.build/release/duet up --workers 2 --folder "$folder" \
    --engine "python3 deploy/engines/example.py" >"$log" 2>&1 &
up=$!
# SIGTERM lets the stack finish what it holds and stop its own Postgres.
trap 'kill "$up" 2>/dev/null && wait "$up" || true' EXIT

printf 'Starting Postgres, a coordinator and two workers in %s\n' "$folder"
until grep -q 'ready: coordinator' "$log"; do
    if ! kill -0 "$up" 2>/dev/null; then
        cat "$log" >&2
        exit 1
    fi
    sleep 0.1
done
DUET_COORDINATOR=$(sed -n 's/.*ready: coordinator \([^,]*\),.*/\1/p' "$log" | tail -n 1)

run validate Jobs/first/campaign.yaml
run campaign submit Jobs/first/campaign.yaml --watch
run campaign show first
run task list first --kind generate --limit 6
run pairs list first
run campaign cost first
printf '\nThe clips lie in %s/artifacts; any player shows them.\n' "$folder"
