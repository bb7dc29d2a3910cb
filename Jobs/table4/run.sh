#!/bin/sh
# Table 4 of JavisDiT++ on the small world: which strategy of turning rewards into pairs makes the
# best training data? One campaign, six rankings of its stored scores, for each three trainings that
# differ in their seed only, every adapter measured on the tuning prompts by both judges.
#
#   Jobs/table4/run.sh                 # about half an hour on two quiet cores; goes on where it was
#
# WORK is where everything goes, DUET the program, SEEDS the trainings' seeds, STEPS their steps.
set -eu
cd "$(dirname "$0")/../.."
duet=${DUET:-.build/release/duet}
work=${WORK:-table4}
seeds=${SEEDS:-1 2 3}
steps=${STEPS:-150}
strategies="average-micro average-macro modality-micro modality-macro
  without-normalisation without-ground-truth"

mkdir -p "$work/models" "$work/pairs" "$work/scores"
work=$(cd "$work" && pwd)
cp -R Jobs/bounce/models/. "$work/models/"
export DUET_COORDINATOR="ipc://$work/stack/coordinator"

stack=
stop() { [ -z "$stack" ] || { kill "$stack"; wait "$stack" || true; stack=; }; }
trap stop EXIT
start() {
  stop
  "$duet" up --folder "$work/stack" --workers 2 --models "$work/models" >"$work/up.log" 2>&1 &
  stack=$!
  until grep -q ready "$work/up.log"; do kill -0 "$stack"; sleep 1; done
}

# 1. Candidates and scores, once; a ranking and its pairs for each strategy.
start
"$duet" campaign submit Jobs/table4/campaign.yaml --watch
ranked() {
  name=$1; shift
  "$duet" campaign rerank table4 --name "$name" "$@"
  "$duet" pairs export table4 "$work/pairs/$name" --ranking "$name" --format trl
}
ranked average-micro --set rank.aggregate=average-micro --set rank.select=best-worst
ranked average-macro --set rank.aggregate=average-macro --set rank.select=best-worst
ranked modality-micro --set rank.aggregate=modality-micro
ranked modality-macro --set rank.aggregate=modality-macro
ranked without-normalisation --set rank.normalize.method=none
ranked without-ground-truth --set rank.ground_truth=statistics-only

# 2. Trainings; a model beside the base for each, so that workers find it.
stop
for strategy in $strategies; do
  for seed in $seeds; do
    run="$work/runs/$strategy-$seed"
    [ -d "$run/adapter" ] || "$duet" train dpo -f Jobs/table4/round.yaml \
      --set "data=[{file: $work/pairs/$strategy/train.jsonl}]" --set "output=$run" \
      --set "optim.seed=$seed" --set "optim.steps=$steps"
    [ -d "$work/models/$strategy-$seed" ] || "$duet" adapter merge "$run/adapter" \
      --model Jobs/bounce/models/bounce -o "$work/models/$strategy-$seed"
  done
done

# 3. Both judges on the tuning prompts, from the same noise for every model.
start
measured() {
  name=$1; folder=$2
  hash=$("$duet" model show "$folder" | awk '$1 == "hash" { print substr($2, 1, 12) }')
  "$duet" campaign submit Jobs/table4/evaluate.yaml --watch \
    --set "name=$name" --set "generate.model=bounce@$hash"
  [ -f "$work/scores/$name.json" ] || {
    cut -d, -f1 Jobs/rounds/tuning.csv | tail -n +2 | while read -r prompt; do
      "$duet" campaign why "$name" "$prompt" -o json
    done >"$work/scores/part"
    mv "$work/scores/part" "$work/scores/$name.json"
  }
}
measured base Jobs/bounce/models/bounce
for strategy in $strategies; do
  for seed in $seeds; do
    measured "$strategy-$seed" "$work/models/$strategy-$seed"
  done
done

python3 Jobs/table4/table.py "$work/scores" $strategies
