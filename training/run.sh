#!/bin/sh
# Everything from data to models/qana-4: ./run.sh DATA WORK
# Interrupted? Run it again: it goes on where it was.
set -eu
cd "$(dirname "$0")"
export OMP_WAIT_POLICY=passive
for name in teacher3 qana-4; do
  [ -e "$2/$name/final.pt" ] || python course.py "$name" --data "$1" --work "$2"
done
[ -e "$2/qana-4/counts.npy" ] || python quantize.py qana-4 --data "$1" --work "$2"
python build.py qana-4 --data "$1" --work "$2" --out ../models/qana-4
python age.py qana-4 --data "$1" --work "$2" --out ../models/qana-4
python evaluate.py qana-4 --data "$1" --work "$2" --out ../models/qana-4
