import type { DeviceHost, DeviceInfo } from '@wharf/core';
import type { ILoadOptionsFunctions, INodeListSearchItems, INodeListSearchResult } from 'n8n-workflow';
import { connect } from './connect.js';
import { credentialName, readCredential } from './credential.js';
import { findDevice } from './device.js';
import { toNodeError } from './errors.js';

/** More than anybody scrolls through; the filter finds the others. */
const MOST = 200;

type Source = (host: DeviceHost, deviceId: string) => Promise<INodeListSearchItems[]>;

const people: Source = async (host, deviceId) =>
  (await host.act('contact.list', { deviceId })).map(({ jid, phone, name, savedName }) => ({
    name: label(savedName ?? name, phone ?? jid),
    value: jid,
  }));

const groups: Source = async (host, deviceId) =>
  (await host.act('group.list', { deviceId })).map(({ jid, subject }) => ({
    name: subject || jid,
    value: jid,
  }));

const channels: Source = async (host, deviceId) =>
  (await host.act('channel.list', { deviceId })).map(({ jid, name }) => ({ name: name || jid, value: jid }));

const labels: Source = async (host, deviceId) =>
  (await host.act('label.list', { deviceId })).map(({ id, name }) => ({ name: name || id, value: id }));

/** The latest chats, by the name of the group or of the person. */
const chats: Source = async (host, deviceId) => {
  const [known, everybody] = await Promise.all([
    host.act('chat.list', { deviceId, limit: MOST }),
    people(host, deviceId),
  ]);
  const names = new Map(everybody.map(({ value, name }) => [value, name]));
  const isGroupThere = known.some(({ jid }) => jid.endsWith('@g.us'));
  // The subjects are asked for at WhatsApp: without a connection the addresses have to do.
  const rooms = isGroupThere ? await groups(host, deviceId).catch(() => []) : [];
  for (const { value, name } of rooms) names.set(value, name);
  return known.map(({ jid }) => ({ name: names.get(jid) ?? jid, value: jid }));
};

/** Chats first, then everybody else the account knows. */
const recipients: Source = async (host, deviceId) => {
  const [open, everybody] = await Promise.all([chats(host, deviceId), people(host, deviceId)]);
  const listed = new Set(open.map(({ value }) => value));
  return [...open, ...everybody.filter(({ value }) => !listed.has(value))];
};

/** A live search for the lists of resource locators. */
function search(source: Source) {
  return async function (this: ILoadOptionsFunctions, filter = ''): Promise<INodeListSearchResult> {
    try {
      const credential = readCredential(await this.getCredentials(credentialName));
      const host = await connect(credential.place, this.logger);
      const { id }: DeviceInfo = await findDevice(host, credential);
      const all = await source(host, id);
      const wanted = filter.trim().toLowerCase();
      const found = all.filter(
        ({ name, value }) => name.toLowerCase().includes(wanted) || String(value).includes(wanted),
      );
      return { results: found.slice(0, MOST) };
    } catch (error) {
      throw toNodeError(this.getNode(), error);
    }
  };
}

export const listSearch = {
  searchChannels: search(channels),
  searchChats: search(chats),
  searchContacts: search(people),
  searchGroups: search(groups),
  searchLabels: search(labels),
  searchRecipients: search(recipients),
};

export type ListSearchMethod = keyof typeof listSearch;

function label(name: string | undefined, address: string): string {
  return name ? `${name} (${address})` : address;
}
