import type { Manager } from '@wharf/core';
import { z } from 'zod';
import type { GatewayApp } from '../http/schemas.js';
import { groupId } from './fields.js';
import { participantView, viewParticipants } from './views.js';

const columns = Object.keys(participantView.shape) as Array<keyof z.output<typeof participantView>>;

/** The participants of a group as a table for spreadsheets: the one answer of GOWA that is no JSON. */
export function addGroupExport(app: GatewayApp, manager: Manager): void {
  app.get(
    '/group/participants/export',
    {
      config: { scope: 'read', device: 'named' },
      schema: {
        tags: ['gowa: group'],
        summary: 'List who is in a group, as CSV',
        querystring: z.object({ group_id: groupId }),
      },
    },
    async ({ query, device }, reply) => {
      const found = await manager.act('group.get', { deviceId: device.id, group: query.group_id });
      const rows = viewParticipants(found).map((person) => columns.map((name) => person[name]));
      const csv = [columns, ...rows].map((row) => row.map(cell).join(',')).join('\r\n');
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="participants.csv"')
        .send(`${csv}\r\n`);
    },
  );
}

/** Quoted, and never a formula: names are chosen by others, and spreadsheets run what begins like one. */
function cell(value: string | boolean): string {
  const text = String(value).replace(/^[=+\-@\t\r]/, "'$&");
  return `"${text.replaceAll('"', '""')}"`;
}
