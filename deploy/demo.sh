#!/usr/bin/env bash
# Runs the quickstart on one machine and the small model that ships, and shows what came of it.
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
.build/release/duet up --workers 2 --folder "$folder" --models Jobs/bounce/models >"$log" 2>&1 &
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

run validate Jobs/quickstart/campaign.yaml
run campaign submit Jobs/quickstart/campaign.yaml --watch
run campaign stats quickstart
run pairs show quickstart best --sheet "$folder/best.png"
run pairs show quickstart worst --sheet "$folder/worst.png"
run pairs export quickstart "$folder/pairs" --splits train=0.9,test=0.1
run pairs verify "$folder/pairs"
run adapter list
run round compare quickstart/0 quickstart/1 --picture "$folder/radar.svg" --gains "$folder/gains.svg"
run round lineage quickstart/1 --pairs 2
run campaign cost quickstart
run round show quickstart/1
printf '\nThe best and the worst pair are drawn in %s and %s,\n' "$folder/best.png" "$folder/worst.png"
printf 'the two policies in %s and %s; the dataset lies in %s.\n' "$folder/radar.svg" "$folder/gains.svg" "$folder/pairs"
