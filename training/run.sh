#!/bin/sh
# Everything from data to models/qana-1. Options are passed on: --data FOLDER --work FOLDER.
# Interrupted? Run it again: training resumes from the last epoch.
set -eu
cd "$(dirname "$0")"
export OMP_WAIT_POLICY=passive
python train.py "$@"
python build.py "$@" --out ../models/qana-1
python evaluate.py "$@" --out ../models/qana-1
