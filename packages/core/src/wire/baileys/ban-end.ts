/** When a temporary ban ends, in epoch milliseconds: the failure names the seconds that are left. */
export function banEnd(data: unknown): number | undefined {
  const seconds = Number((data as { expire?: string } | undefined)?.expire);
  return Number.isFinite(seconds) && seconds > 0 ? Date.now() + seconds * 1000 : undefined;
}
