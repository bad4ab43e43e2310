/** The first version of Node.js the native dependencies run under; below it they may crash the process. */
const required = [22, 9] as const;

/** True for a version of Node.js that Wharf must not load its native parts under. */
export function isNodeTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < required[0] || (major === required[0] && minor < required[1]);
}
