/** As much of a content as tells its type: enough for the first entries of an office document. */
export const SNIFFED_BYTES = 64 * 1024;

/** What is known to be only a wrapper, and which claims may say what is in it. */
const WRAPPERS: Record<string, RegExp> = {
  'application/zip': /officedocument|opendocument|epub|java-archive|android\.package|\bzip\b/,
  'application/x-cfb': /msword|ms-excel|ms-powerpoint|ms-outlook|visio|msi/,
  'application/xml': /xml/,
  'video/mp4': /^audio\/mp4$/,
};

/** What has no mark of its own and is text. */
const TEXTUAL = /^text\/|[/+](json|xml|yaml|javascript|x-sh|sql|rtf|ld\+json|x-ndjson)$/;

const TEXT = 'text/plain';
const BYTES = 'application/octet-stream';

/**
 * Tells the type of a content by its first bytes. What is claimed, by the caller or the file's name, counts only where the bytes
 * leave it open: for text, and for what is in a wrapper.
 */
export async function sniffType(
  start: Uint8Array,
  { mimetype, fileName }: { mimetype?: string | undefined; fileName?: string | undefined },
): Promise<string> {
  const [{ fileTypeFromBuffer }, { default: mime }] = await Promise.all([
    import('file-type'),
    import('mime'),
  ]);
  const claims = [mimetype, mime.getType(fileName ?? '')].flatMap((claim) => claim?.toLowerCase() ?? []);
  const found = (await fileTypeFromBuffer(start).catch(() => undefined))?.mime;
  if (found) return claims.find((claim) => WRAPPERS[found]?.test(claim)) ?? found;
  return isText(start) ? (claims.find((claim) => TEXTUAL.test(claim)) ?? TEXT) : BYTES;
}

function isText(start: Uint8Array): boolean {
  try {
    // What is cut off in the middle of a character is text all the same.
    return !new TextDecoder('utf-8', { fatal: true }).decode(start, { stream: true }).includes('\0');
  } catch {
    return false;
  }
}
