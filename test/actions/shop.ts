import { type ActionInput, type ActionName, type ActionOutput, actions, type Manager } from '@wharf/core';
import type { Contact, Simulator } from '@wharf/simulator';
import { expect } from 'vitest';
import { link, startManager, startSimulator } from '../support/world.js';

/** A shop on WhatsApp: a linked device, its phone, and two people who know it. */
export interface Shop {
  simulator: Simulator;
  manager: Manager;
  /** The person with the phone that the device is linked to. */
  owner: Contact;
  vera: Contact;
  walter: Contact;
  /** Runs an action; what comes out must be what its schema says, no more and no less. */
  act<Name extends ActionName>(name: Name, input: ActionInput<Name>): Promise<ActionOutput<Name>>;
}

export const SHOP = '15550001@s.whatsapp.net';
export const VERA = '15550009@s.whatsapp.net';
export const WALTER = '15550008@s.whatsapp.net';

/** A picture of 8 × 4. */
export const JPEG = [
  '/9j/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4x9lnN+gXz/2wBD',
  'ARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHz/wAARCAAEAAgD',
  'ASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAX/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFAEBAAAAAAAAAAAAAAAAAAAA',
  'BP/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhEDEQA/AJgBQT//2Q==',
].join('');

export async function startShop(): Promise<Shop> {
  const simulator = await startSimulator();
  const vera = simulator.addContact({ phone: '15550009', name: 'Vera', autoRead: false });
  const walter = simulator.addContact({ phone: '15550008', name: 'Walter' });
  const manager = await startManager(simulator);
  await manager.createDevice({ id: 'shop' });
  await link(manager, simulator, 'shop', '15550001');
  const owner = simulator.phone('15550001');
  return { simulator, manager, owner, vera, walter, act: (name, input) => actOf(manager, name, input) };
}

/** Runs an action and holds its output against the schema. */
export async function actOf<Name extends ActionName>(
  manager: Manager,
  name: Name,
  input: ActionInput<Name>,
): Promise<ActionOutput<Name>> {
  const output = await manager.act(name, input);
  expect(actions[name].output.parse(output)).toEqual(output);
  return output;
}
