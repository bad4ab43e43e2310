import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { connectGateway } from '@wharf/client';
import { type DeviceHost, isWharfError, openManager, type RunPolicy, WharfError } from '@wharf/core';
import { type Command, Option } from 'commander';
import { readEndpoint } from '../read-endpoint.js';

/** Where the devices are: at a gateway, or in a storage folder. */
export interface Place {
  url?: string;
  token?: string;
  storage: string;
  endpoint?: string;
}

/** Options of every command that works with devices. */
export function withPlace(command: Command): Command {
  return command
    .addOption(new Option('--url <url>', 'a gateway that runs').env('WHARF_URL'))
    .addOption(new Option('--token <token>', 'a token of that gateway').env('WHARF_TOKEN'))
    .addOption(storageOption())
    .addOption(endpointOption());
}

export const storageOption = () =>
  new Option('--storage <dir>', 'the storage folder, without a gateway')
    .env('WHARF_STORAGE')
    .default('storages');

export const endpointOption = () =>
  new Option(
    '--endpoint <url>',
    'a simulator in place of WhatsApp: its page, or the JSON line that it prints',
  );

/**
 * Does something with the devices of a place, and lets go of them.
 *
 * @param run whether a device that no other process runs is connected for it
 * @throws WharfError STORAGE_NOT_FOUND for a folder in which nothing is, unless something is to be made there
 */
export async function withDevices<Result>(
  place: Place,
  { run, isMade = false }: { run: RunPolicy; isMade?: boolean },
  work: (host: DeviceHost) => Promise<Result>,
): Promise<Result> {
  const host = await open(place, run, isMade);
  try {
    return await work(host);
  } finally {
    await host.close();
  }
}

async function open(
  { url, token, storage, endpoint }: Place,
  run: RunPolicy,
  isMade: boolean,
): Promise<DeviceHost> {
  if (url !== undefined) {
    const onError = (error: WharfError) => process.stderr.write(`${error.message}\n`);
    return connectGateway({ url, onError, ...(token ? { token } : {}) });
  }
  if (!isMade && !existsSync(join(storage, 'wharf.db'))) throw new WharfError('STORAGE_NOT_FOUND');
  const simulator = endpoint === undefined ? {} : { endpoint: await readEndpoint(endpoint) };
  return openManager({ storage, run, ...simulator });
}

/** The device that is meant, made when there is none with this ID; without one it is the only one, or a first one. */
export async function ensureDevice(host: DeviceHost, deviceId: string | undefined): Promise<string> {
  try {
    return (await host.act('device.get', deviceId === undefined ? {} : { deviceId })).id;
  } catch (error) {
    const isMissing = isWharfError(error) && error.code === 'DEVICE_NOT_FOUND';
    const isNone = deviceId === undefined && (await host.act('device.list', {})).length === 0;
    if (!isNone && !(isMissing && deviceId !== undefined)) throw error;
    return (await host.act('device.create', { id: deviceId ?? 'main' })).id;
  }
}

/** The device that is meant; without an ID the only one. */
export async function findDevice(host: DeviceHost, deviceId: string | undefined): Promise<string> {
  return (await host.act('device.get', deviceId === undefined ? {} : { deviceId })).id;
}
