export function ensureOlderNodeRed(): Promise<string>;
export function scriptOf(folder: string): string;
