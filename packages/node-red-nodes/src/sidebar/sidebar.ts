import type { EditorRED } from 'node-red';
import type { DeviceLine } from '../nodes/device/admin-answers.js';
import { isRefusal, request } from '../shared/editor/request.js';

declare const RED: EditorRED;

/** As the loader names our texts; nodes have them without. */
const catalog = '@wharf/node-red-whatsapp-device/whatsapp-device';
const translate = (key: string, values: Record<string, string | number> = {}): string =>
  RED._(`${catalog}:sidebar.${key}`, values);

/** While the tab is open what waits is looked at so often; states come by themselves. */
const lookEveryMs = 5_000;
/** News come in bursts; the list is asked for once for all that come within this time. */
const gatherMs = 200;

const content = $('<div class="wharf-sidebar">');
const list = $('<ul class="wharf-devices">').attr('aria-live', 'polite').appendTo(content);
let looking: number | undefined;
let gathering: number | undefined;

RED.sidebar.addTab({
  id: 'wharf-devices',
  label: translate('label'),
  name: translate('title'),
  iconClass: 'fa fa-mobile',
  content,
  enableOnEdit: true,
  onchange: show,
  onremove: hide,
} as unknown as Parameters<typeof RED.sidebar.addTab>[0]);

RED.comms.subscribe('wharf-device/#', () => {
  window.clearTimeout(gathering);
  gathering = window.setTimeout(() => {
    if (content.is(':visible')) void refresh();
  }, gatherMs);
});

function show(): void {
  hide();
  void refresh();
  looking = window.setInterval(() => {
    if (content.is(':visible')) void refresh();
    else hide();
  }, lookEveryMs);
}

function hide(): void {
  window.clearInterval(looking);
}

async function refresh(): Promise<void> {
  const devices = await request<DeviceLine[]>('GET', 'wharf-device');
  list.empty();
  if (isRefusal(devices))
    $('<li>')
      .text(devices.message ?? translate('noAnswer'))
      .appendTo(list);
  else if (devices.length === 0) $('<li>').text(translate('none')).appendTo(list);
  else list.append(devices.map(line));
}

/** Everything is set as text: names come from strangers. */
function line({ id, name, account, state, queued, isMoreQueued, lastError }: DeviceLine): JQuery {
  const item = $('<li class="wharf-device-line">').attr('data-device', id);
  $('<strong>')
    .text(name || id)
    .appendTo(item);
  const who = [name ? id : '', account ? `+${account.phone}` : ''].filter(Boolean).join(' · ');
  if (who) $('<div class="wharf-muted">').text(who).appendTo(item);
  const reason = state && 'reason' in state ? ` (${state.reason})` : '';
  $('<div class="wharf-device-state">')
    .attr('data-state', state?.name ?? 'unknown')
    .text(state ? `${state.name}${reason}` : translate('unreachable'))
    .appendTo(item);
  if (queued !== undefined) {
    const count = isMoreQueued ? `${queued}+` : queued;
    $('<div class="wharf-device-queue">').text(translate('queued', { count })).appendTo(item);
  }
  if (lastError) {
    const at = new Date(lastError.at).toLocaleTimeString();
    const text = translate('lastError', { code: lastError.code, at });
    $('<div class="wharf-device-error">').attr('title', lastError.message).text(text).appendTo(item);
  }
  return item;
}
