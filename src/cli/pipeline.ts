/**
 * Applies `work` to each item with at most `limit` under way at once, and yields the results in the
 * items' order. No more items are taken than are under way, so a long source stays where it is.
 */
export async function* mapOrdered<T, R>(
  items: AsyncIterable<T> | Iterable<T>,
  limit: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  for await (const item of items) {
    const result = work(item);
    // Its failure is for whoever takes it from the queue, however late that is.
    result.catch(() => {});
    underWay.push(result);
    const oldest = underWay.length >= limit ? underWay.shift() : undefined;
    if (oldest) yield await oldest;
  }
  for (const result of underWay) yield await result;
}
