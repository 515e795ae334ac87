/** Several things at once, as many as the machine has processors. */

/** How many at once: a gate on two processors runs two steps, and no machine more than four. */
const LANES: number = Math.min(4, navigator.hardwareConcurrency);

/**
 * Does `work` for every item, `lanes` of them at a time; they begin in their order. Gives the results
 * in that order. The first error ends it, after the work that has begun.
 */
export async function sideBySide<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  lanes: number = LANES,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0, failed = false;
  const lane = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const i = next++;
      try {
        results[i] = await work(items[i]);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: lanes }, lane));
  const error = ends.find((end) => end.status === "rejected");
  if (error) throw error.reason;
  return results;
}
