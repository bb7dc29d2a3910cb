#!/usr/bin/env bash
# Measures this machine: bench.sh [PROMPTS] [PEERS]; with PEERS=1 others run the same graph too.
set -euo pipefail
cd "$(dirname "$0")/../.."

prompts=${1:-30000}
peers=${2:-}
small=250 # prompts of the comparison: the slowest peer needs a minute for them

# Prints the bench's name and its JSON object on one line.
duet_bench() {
    echo "bench: duet bench $*" >&2
    printf 'duet %s\t%s\n' "$*" "$(.build/release/duet bench "$@" -o json | tr -d '\n')"
}

{
    # The cost of a task must not grow with the campaign.
    for size in 100 10000 "$prompts" 100000; do
        duet_bench replay --prompts "$size"
    done
    duet_bench latency
    duet_bench restart --prompts "$prompts"
    duet_bench watch --prompts "$prompts"
    if [ -n "$peers" ]; then
        duet_bench replay --prompts "$small"
        echo "bench: peers, $small prompts" >&2
        deploy/bench/peers.sh --prompts "$small" | sed 's/^/peer\t/'
    fi
} | python3 -B deploy/bench/table.py
