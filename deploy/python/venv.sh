#!/usr/bin/env bash
# Makes .build/venv with what the requirements files beside this script list, unless it is there.
set -euo pipefail
cd "$(dirname "$0")/../.."

venv=.build/venv
wanted=$(cat deploy/python/requirements-*.txt)
[ "$wanted" != "$(cat "$venv/installed" 2>/dev/null)" ] || exit 0

echo "venv: installing Python packages into $venv"
python3 -m venv --clear "$venv"
requirements=()
for file in deploy/python/requirements-*.txt; do requirements+=(--requirement "$file"); done
"$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-compile \
    "${requirements[@]}"
echo "$wanted" >"$venv/installed"
