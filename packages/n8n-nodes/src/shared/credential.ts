import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

export const credentialName = 'whatsAppDeviceApi';

/** Where devices run: in this n8n, with a storage folder, or in a gateway. */
export type Place =
  | { kind: 'n8n'; storage: string; encryptionKey: string | undefined }
  | { kind: 'gateway'; url: string; token: string };

/** What a credential says. */
export interface Credential {
  place: Place;
  /** Undefined: the only one there is. */
  deviceId: string | undefined;
  /** To link the device by a code that is typed on the phone. */
  phone: string | undefined;
}

/** Reads a credential as n8n hands it over; blank fields mean the default. */
export function readCredential(data: ICredentialDataDecryptedObject): Credential {
  const text = (name: string) =>
    typeof data[name] === 'string' ? data[name].trim() || undefined : undefined;
  const place: Place =
    text('runsIn') === 'gateway'
      ? { kind: 'gateway', url: text('url') ?? '', token: text('token') ?? '' }
      : {
          kind: 'n8n',
          storage: resolve(text('storage') ?? defaultStorage()),
          encryptionKey: text('encryptionSecret'),
        };
  return { place, deviceId: text('deviceId'), phone: text('phone') };
}

/** Where n8n keeps its own data. */
export function n8nFolder(): string {
  return join(process.env.N8N_USER_FOLDER ?? homedir(), '.n8n');
}

/** `wharf` beside n8n's own data: what is backed up with it, and on the same volume in a container. */
function defaultStorage(): string {
  return join(n8nFolder(), 'wharf');
}

/** The folder of this n8n that belongs to a place: what a gateway's devices are waited for is kept by n8n as well. */
export function storageOf(place: Place): string {
  return place.kind === 'n8n' ? place.storage : defaultStorage();
}
