/** Counts how often others have their turn from now on, until it is ended. */
export function countTurns() {
  const turns = { count: 0, end: () => clearImmediate(next) };
  const again = () => {
    turns.count += 1;
    next = setImmediate(again);
  };
  let next = setImmediate(again);
  return turns;
}
