import { z } from 'zod';
import { SimulatorError } from '../errors.js';

const count = (most: number) => z.number().int().min(1).max(most);
const direct = { contacts: count(10_000), messages: count(1_000) };
const inGroups = { groups: count(1_000), members: count(1_023), messages: count(1_000) };
/** Phone number or JID of the account whose linked devices get it. */
const to = z.string().min(1);
// The server remembers where to bring the receipts of an author's last 1,000 messages.
const isBearable = ({ groups, messages }: { groups: number; messages: number }) => groups * messages <= 1_000;
const UNBEARABLE = 'One member writes at most 1,000 texts in all.';

/**
 * How much is written, by how many: so many people write so many texts each; or, in each of so many groups, so many
 * members write so many texts each.
 */
const trafficVolume = z.union([
  z.strictObject(direct),
  z.strictObject(inGroups).refine(isBearable, UNBEARABLE),
]);
export type TrafficVolume = z.infer<typeof trafficVolume>;

/** How much is written, and to whom: to one person, or in groups with that person. */
export const trafficOptions = z.union([
  z.strictObject({ to, ...direct }),
  z.strictObject({ to, ...inGroups }).refine(isBearable, UNBEARABLE),
]);
export type TrafficOptions = z.infer<typeof trafficOptions>;

/**
 * Reads `100x20`: people, texts of each; or `10x50x20`: groups, members, texts of each in every group.
 *
 * @throws SimulatorError 400 for anything else.
 */
export function readTrafficVolume(text: string): TrafficVolume {
  const numbers = /^\d{1,5}(x\d{1,4}){1,2}$/.test(text) ? text.split('x').map(Number) : [];
  const [first, second, third] = numbers;
  const volume =
    third === undefined
      ? { contacts: first, messages: second }
      : { groups: first, members: second, messages: third };
  const parsed = trafficVolume.safeParse(volume);
  if (parsed.success) return parsed.data;
  throw new SimulatorError(
    'TRAFFIC_INVALID',
    400,
    `--traffic takes people x texts, such as 100x20 (at most 10000x1000), or groups x members x texts, such as 10x50x20 (at most 1023 members, 1000 texts of each), not ${text}.`,
  );
}
