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
run pairs export quickstart "$folder/pairs" --splits train=0.9,test=0.1
run pairs verify "$folder/pairs"
run campaign cost quickstart
run round lineage quickstart/1 --pairs 2
run pairs show quickstart best worst --sheet "$folder/pairs.png"
run round show quickstart/1
run round report quickstart/1 "$folder/report.html"
printf '\nOpen %s in a browser; the pairs are a dataset in %s,\n' "$folder/report.html" "$folder/pairs"
printf 'and the best and the worst of them are drawn in %s.\n' "$folder/pairs.png"
