import { proto } from '@whiskeysockets/baileys/WAProto/index.js';
import type { Account } from '../accounts/account.js';
import type { Collection } from '../appstate/collection.js';
import { readMutations, type SealedMutation } from '../appstate/mutation.js';
import { PhoneAppState } from '../appstate/phone-app-state.js';
import { collectionNames } from '../appstate/state.js';
import { fetchExternal, storeExternal } from '../media/external-blob.js';
import { childOf, childrenOf, type Stanza, stanza } from '../stanza/node.js';
import type { ClientSession, Handler } from './session.js';

/** More settings than any account has. */
const MAX_RECORDS = 50_000;

/**
 * App-state sync: takes the patches that clients upload, and gives them those they have not seen.
 *
 * The server cannot read any of it. It numbers patches, refuses one that was made for an older version (409), and
 * keeps the last value of each index, out of which it makes snapshots for devices that are far behind.
 */
export const handleAppState: Handler = (iq, session) => {
  const requests = childrenOf(childOf(iq, 'sync'), 'collection');
  Promise.all(requests.map((request) => answerFor(request, session)))
    .then((collections) => session.answer(iq, [stanza('sync', {}, collections)]))
    .catch((error: Error) => {
      session.directory.logger.warn(`An app-state sync failed: ${error.message}`);
      session.refuse(iq, 500, 'internal-server-error');
    });
};

async function answerFor(request: Stanza, session: ClientSession): Promise<Stanza> {
  const name = collectionNames.find((known) => known === request.attrs.name);
  const version = Number(request.attrs.version ?? 0);
  if (!name || !Number.isSafeInteger(version) || version < 0)
    return failed(request.attrs.name ?? '', 400, 'bad-request');
  const { account } = session.companion;
  const collection = new PhoneAppState(account).collection(name);
  const upload = childOf(request, 'patch') ?? childOf(childOf(request, 'patches'), 'patch');
  if (upload?.content instanceof Uint8Array) {
    if (version !== collection.version) return conflict(collection, version);
    const patch = readPatch(upload.content);
    const mutations = patch && (await mutationsOf(patch, account));
    if (!mutations || collection.size + mutations.length > MAX_RECORDS)
      return failed(name, 400, 'bad-request');
    // Somebody else may have been faster while the list of mutations was fetched.
    if (version !== collection.version) return conflict(collection, version);
    const faults = new PhoneAppState(account).receive(session.companion, name, patch, mutations);
    for (const fault of faults)
      session.directory.logger.warn(`A patch of ${session.companion.jid} to ${name} is not sound: ${fault}.`);
    return stanza('collection', { name, version: collection.version, type: 'result' });
  }
  return catchUp(collection, version, request.attrs.return_snapshot === 'true', account);
}

/** What a device at this version misses: patches, or a snapshot if it asks for one and the simulator gives them. */
async function catchUp(
  collection: Collection,
  version: number,
  wantsSnapshot: boolean,
  account: Account,
): Promise<Stanza> {
  const { name } = collection;
  const isSnapshotFit = wantsSnapshot && collection.version > 0 && account.directory.sendsSnapshots;
  const since = isSnapshotFit ? undefined : collection.patchesSince(version);
  if (since) {
    const attributes = {
      name,
      type: 'result',
      version: since.reaches,
      has_more_patches: String(since.hasMore),
    };
    return stanza('collection', attributes, patchesStanza(since.patches));
  }
  const reference = await storeExternal(account.directory.media, collection.snapshot(), 'app-state');
  const blob = proto.ExternalBlobReference.encode(reference).finish();
  return stanza('collection', { name, type: 'result', version: collection.version }, [
    stanza('snapshot', {}, blob),
  ]);
}

function conflict(collection: Collection, version: number): Stanza {
  const since = collection.patchesSince(version);
  const attributes = { name: collection.name, type: 'error', version: since?.reaches ?? collection.version };
  return stanza('collection', { ...attributes, has_more_patches: since?.hasMore ? 'true' : undefined }, [
    stanza('error', { code: 409, text: 'conflict' }),
    ...patchesStanza(since?.patches ?? []),
  ]);
}

function failed(name: string, code: number, text: string): Stanza {
  return stanza('collection', { name, type: 'error' }, [stanza('error', { code, text })]);
}

function patchesStanza(patches: Buffer[]): Stanza[] {
  return patches.length === 0
    ? []
    : [
        stanza(
          'patches',
          {},
          patches.map((patch) => stanza('patch', {}, patch)),
        ),
      ];
}

function readPatch(bytes: Uint8Array): proto.SyncdPatch | undefined {
  try {
    return proto.SyncdPatch.decode(bytes);
  } catch {
    return undefined;
  }
}

/** A long list of mutations is uploaded as a blob of its own. */
async function mutationsOf(
  patch: proto.ISyncdPatch,
  account: Account,
): Promise<SealedMutation[] | undefined> {
  try {
    if (!patch.externalMutations) return readMutations(patch.mutations ?? []);
    const list = await fetchExternal(account.directory.media, patch.externalMutations, 'app-state');
    return readMutations(proto.SyncdMutations.decode(list).mutations);
  } catch {
    return undefined;
  }
}
