#!/usr/bin/env bash
# Runs the first campaign on one machine with the example engine, and shows what came of it.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=.duet/demo
log=$folder/up.log
duet() { .build/release/duet "$@" --folder "$folder"; }
say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

mkdir -p "$folder"
.build/release/duet up --workers 2 --folder "$folder" \
    --engine "python3 deploy/engines/example.py" >"$log" 2>&1 &
up=$!
# SIGTERM lets the stack finish what it holds and stop its own Postgres.
trap 'kill "$up" 2>/dev/null && wait "$up" || true' EXIT

say "Starting Postgres, a coordinator and two workers in $folder"
until grep -q ready "$log"; do
    if ! kill -0 "$up" 2>/dev/null; then
        cat "$log" >&2
        exit 1
    fi
    sleep 0.1
done

say "duet campaign submit Jobs/first/campaign.yaml"
duet campaign submit Jobs/first/campaign.yaml

say "duet wait first"
duet wait first

say "duet campaign show first"
duet campaign show first

say "duet task list first"
duet task list first | head -n 20
