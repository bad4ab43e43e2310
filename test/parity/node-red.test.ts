import { type ActionName, actions, eventTypes, outgoingKinds } from '@wharf/core';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../packages/node-red-nodes/src/shared/catalogue.js';

/** The Node-RED column: what core can do, and a flow builder can reach. */
const { actions: offered, contents, events } = catalogue();

describe('Node-RED', () => {
  it.each(Object.keys(actions) as ActionName[])(
    'offers the action %s with a field for all that it takes',
    (name) => {
      const form = offered.find((action) => action.name === name);
      const wanted = Object.keys(actions[name].input.shape).filter((field) => field !== 'deviceId');
      expect(form?.fields.map((field) => field.name)).toEqual(wanted);
      expect(form?.title).toBe(actions[name].title);
    },
  );

  it('has a form for every content that can be sent', () => {
    expect(contents.map(({ kind }) => kind)).toEqual(outgoingKinds);
    for (const { fields } of contents) expect(fields.length).toBeGreaterThan(0);
  });

  it('tells of every event', () => {
    expect(['message', ...events, 'events.missed']).toEqual(eventTypes);
  });
});
