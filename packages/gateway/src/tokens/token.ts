import type { Scope } from '../scopes.js';

/** Who may do what, without the secret: that is shown once, when the token is made. */
export interface Token {
  /** Names the token in lists and in the audit log. */
  id: string;
  name?: string;
  scopes: Scope[];
  /** The devices it is limited to; absent: all of them, and what is about no device. */
  deviceIds?: string[];
  /** Epoch milliseconds. */
  createdAt: number;
}

export const mayUse = ({ deviceIds }: Token, deviceId: string): boolean =>
  deviceIds === undefined || deviceIds.includes(deviceId);
