/** Work that is begun before its result is wanted. */

/**
 * The results of `make`, in order, each for one of `items`: while one is used, the next `count` are on
 * their way.
 */
export async function* ahead<T, U>(
  items: Iterable<T>,
  count: number,
  make: (item: T) => Promise<U>,
): AsyncGenerator<U, void, undefined> {
  const begun: Promise<U>[] = [];
  for (const item of items) {
    const result = make(item);
    result.catch(() => {}); // Told when it is its turn; nobody may ask for it any more.
    begun.push(result);
    if (begun.length > count) yield await begun.shift()!;
  }
  for (const result of begun) yield await result;
}
