import { type ActionInput, type ActionName, WharfError } from '@wharf/core';
import { z } from 'zod';
import { fieldsOfAction } from '../../shared/catalogue.js';
import type { Connection } from '../../shared/connect.js';
import type { NodeType } from '../../shared/define-node.js';
import { formValues, readForm } from '../../shared/form.js';
import type { FormField } from '../../shared/form-field.js';
import { toMedia } from '../../shared/media.js';
import { asObject } from '../../shared/object.js';
import { asText, choose, originOf } from '../../shared/precedence.js';
import type { TypedValue } from '../../shared/value.js';
import { chooseDevice, useDevice } from '../device/slot.js';

const config = z.object({
  device: z.string().default(''),
  action: z.string().default(''),
  fields: formValues.default({}),
});

/** Runs an action of the catalogue for every message that comes in; the payload is then what it returns. */
export function actionNode(connection: Connection): NodeType<z.infer<typeof config>> {
  return {
    type: 'wharf-action',
    version: 1,
    config,
    setUp(life, settings) {
      const device = settings.device ? useDevice(life, settings.device) : undefined;

      life.onInput(async (message) => {
        const action = fieldsOfAction(asText(await choose(life, message, 'action')) ?? settings.action);
        if (!action) throw new WharfError('ACTION_NOT_FOUND');
        const { name, fields } = action;
        const { host, deviceId } = await chooseDevice(life, connection, device, message);
        const wished = await choose(life, message, 'input');
        const input = {
          ...origins(fields, message),
          ...(await readForm(life, message, fields, settings.fields)),
          ...asObject(wished),
          ...(deviceId === undefined || !concernsDevice(name) ? {} : { deviceId }),
        };
        const payload = await host.act(name, asInput(life.RED, fields, settings.fields, input));
        return Object.assign(message, { payload });
      });

      /** Files by URL, path or bytes, as core takes them. */
      function asInput(
        RED: typeof life.RED,
        fields: FormField[],
        set: Record<string, TypedValue>,
        input: Record<string, unknown>,
      ): ActionInput<ActionName> {
        for (const { name, role } of fields) {
          if (role !== 'media' || input[name] === undefined) continue;
          const type = set[name]?.type;
          input[name] = toMedia(RED, input[name], type === undefined || type === 'msg');
        }
        return input as ActionInput<ActionName>;
      }
    },
  };
}

/** Where a message came from, for the fields that ask for just that; settings and wishes are laid over it. */
function origins(fields: FormField[], message: object): Record<string, unknown> {
  const { chat, messageId } = originOf(message);
  const found: Record<string, unknown> = {
    chat,
    messageId,
    ...(messageId ? { messageIds: [messageId] } : {}),
  };
  const names = fields.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  return Object.fromEntries(
    names.flatMap((name) => (found[name] === undefined ? [] : [[name, found[name]]])),
  );
}

/** All actions but those that make a device, or are about all of them. */
const concernsDevice = (name: ActionName): boolean => name !== 'device.create' && name !== 'device.list';
