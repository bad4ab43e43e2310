import { type ConsumerRequest, eventTypes, textOf, type WharfEvent } from '@wharf/core';
import { Command, InvalidArgumentError } from 'commander';
import { interruptible } from './interrupt.js';
import { print, printJson, stateText } from './output.js';
import { type Place, withDevices, withPlace } from './place.js';

interface Options extends Place {
  device?: string;
  types?: ConsumerRequest['types'];
  from: ConsumerRequest['startAt'];
  name?: string;
  json?: boolean;
}

export function eventsCommand(): Command {
  const events = new Command('events').description('the log of what happens to the devices');
  events.addCommand(
    withPlace(new Command('tail').description('prints events as they happen, until Ctrl-C'))
      .option('--device <id>', 'only of this device')
      .option('--types <list>', 'only these, with commas in between', readTypes)
      .option(
        '--from <where>',
        'now, beginning, or the number of the last event that is known',
        readFrom,
        'now',
      )
      .option('--name <name>', 'remember under a name how far it was read, and go on there')
      .option('--json', 'print each event as a line of JSON')
      .action(({ device, types, from, name, json, ...place }: Options) =>
        interruptible((signal) =>
          withDevices(place, { run: 'never' }, async (host) => {
            const request: ConsumerRequest = {
              ...(device === undefined ? {} : { deviceId: device }),
              ...(types === undefined ? {} : { types }),
              ...(name === undefined ? {} : { name }),
              ...(from === undefined ? {} : { startAt: from }),
            };
            const reading = host.consume(request, async (event) => {
              if (json) printJson(event);
              else print(lineOf(event));
            });
            if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
            await reading.stop();
          }),
        ),
      ),
  );
  return events;
}

function readTypes(list: string): ConsumerRequest['types'] {
  const types = list.split(',').map((type) => type.trim());
  const odd = types.find((type) => !(eventTypes as readonly string[]).includes(type));
  if (odd === undefined) return types as ConsumerRequest['types'];
  throw new InvalidArgumentError(`"${odd}" is none of: ${eventTypes.join(', ')}.`);
}

function readFrom(where: string): ConsumerRequest['startAt'] {
  if (where === 'now' || where === 'beginning') return where;
  if (/^\d{1,15}$/.test(where)) return Number(where);
  throw new InvalidArgumentError('Give now, beginning, or a number.');
}

/** What a person wants to see of an event. */
function lineOf(event: WharfEvent): string {
  const head = `${new Date(event.at).toISOString()}  ${event.deviceId}  ${event.type}`;
  if (event.type === 'device.state') return `${head}  ${stateText(event.payload.state)}`;
  if (event.type !== 'message') return `${head}  ${JSON.stringify(event.payload)}`;
  const { sender, content, isFromMe } = event.payload;
  const who = isFromMe ? 'me' : (sender.savedName ?? sender.name ?? sender.phone ?? sender.jid);
  const said = textOf(content) || `(${content.kind})`;
  // A text with control characters must not drive the terminal of who looks at it.
  return `${head}  ${`${who}: ${said}`.replace(/\p{Cc}+/gu, ' ')}`;
}
