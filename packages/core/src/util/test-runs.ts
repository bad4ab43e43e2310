/** How often a property is tried with something else: CI tries it often enough, by hand a fraction of that will do. */
export const FUZZ_RUNS = Number(process.env.WHARF_FUZZ_RUNS ?? (process.env.CI ? 100_000 : 5_000));

/** For as many runs on a machine that does other things besides. */
export const FUZZ_TIMEOUT_MS = 300_000;
