#!/usr/bin/env bash
# hostile.sh QUYTRINH FOLDER: how long and in how much memory a (release) binary takes with each file of FOLDER, slowest
# first. QUYTRINH_HOSTILE=FOLDER cargo nextest run --test it hostile_files_can_be_had writes the files of the tests.
set -u
binary=$1 folder=$2
times=$(mktemp) draft=$(mktemp -u)
trap 'rm -f "$times" "$draft"' EXIT
for file in "$folder"/*; do
  case $file in
    *.bpmn) verb="import bpmn" more="--out $draft" ;;
    *.yaml) verb=check more="" ;;
    *) verb="import table" more="--out $draft" ;;
  esac
  # The words of the command stand in two variables, each to be split.
  # shellcheck disable=SC2086
  /usr/bin/time -q -f "%e s %M KB" -o "$times" timeout 60 "$binary" $verb "$file" $more >/dev/null 2>&1
  code=$?
  echo "$(tail -1 "$times") rc=$code $(basename "$file")"
  rm -f "$draft"
done | sort -rn
