/**
 * By how much the memory of this process, all of it, grows at the most while something is done.
 *
 * What is garbage counts until V8 collects it, which it is not made to do: memory that is taken is missing elsewhere, whatever it
 * is taken for.
 */
export async function growthOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 10);
  await work();
  clearInterval(timer);
  return Math.max(most, process.memoryUsage.rss()) - before;
}
