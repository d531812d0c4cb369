#!/bin/sh
# Everything from data to models/qana-3: ./run.sh DATA WORK
# Interrupted? Run it again: training resumes from the last epoch.
set -eu
cd "$(dirname "$0")"
export OMP_WAIT_POLICY=passive
python train.py --data "$1" --work "$2"
python build.py --data "$1" --work "$2" --out ../models/qana-3
python evaluate.py --data "$1" --work "$2" --out ../models/qana-3
