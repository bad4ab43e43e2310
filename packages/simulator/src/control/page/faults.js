import { $, button, element, fillSelect, onSubmit, option } from './elements.js';
import { call } from './server.js';
import { onChange, state } from './state.js';

const CLOSE_CODES = {
  401: '401, device removed',
  402: '402, banned for a while',
  403: '403, forbidden',
  405: '405, client outdated',
  411: '411, downgrade',
  428: '428, closed without a word',
  440: '440, replaced by another login',
  500: '500, stream error',
  503: '503, service unavailable',
  515: '515, restart required',
  reset: 'lost network',
};
const LOGIN_CODES = {
  401: '401, logged out',
  402: '402, banned',
  403: '403, locked',
  405: '405, outdated',
  503: '503, unavailable',
};
const ACK_CODES = { 421: '421, group changed', 463: '463, restricted', 479: '479, not accepted' };

/** What can go wrong, in words, and what there is to say about it: `{ field: choices, or a number to begin with }`. */
const KINDS = {
  close: { label: 'The connection is closed', code: CLOSE_CODES },
  'refuse-login': { label: 'Logins are refused', reason: LOGIN_CODES },
  'refuse-connection': { label: 'Connections are refused', status: 503, isForAll: true },
  hang: { label: 'Connections hang', isForAll: true },
  silent: {
    label: 'The server falls silent',
    answersQueries: { true: 'answers pings only', '': 'answers nothing' },
  },
  latency: { label: 'Everything is late', ms: 800, jitterMs: 400 },
  drop: { label: 'Acks are lost', chance: 0.5 },
  duplicate: { label: 'Acks come twice', chance: 0.5 },
  cut: { label: 'Cut in the middle of a frame' },
  'slow-reader': { label: 'The server reads slowly', bytesPerSecond: 200 },
  'refuse-queries': { label: 'Queries are refused', code: 429 },
  'refuse-messages': { label: 'Messages are refused', code: ACK_CODES },
  'clock-skew': { label: 'The clock is wrong', seconds: 3600 },
};
const LABELS = {
  code: 'Code',
  reason: 'Reason',
  status: 'HTTP status',
  answersQueries: 'How silent',
  ms: 'Milliseconds',
  jitterMs: 'and at random up to',
  chance: 'How likely (0–1)',
  bytesPerSecond: 'Bytes per second',
  seconds: 'Seconds ahead',
};
const POLL_MS = 2_000;

/** The panel where things are made to go wrong. */
export function startFaults() {
  $('fault-kind').replaceChildren(...Object.entries(KINDS).map(([kind, { label }]) => option(kind, label)));
  $('fault-kind').addEventListener('change', showDetails);
  showDetails();
  onSubmit('fault-form', 'fault-notice', start);
  onChange(showTargets);
  setInterval(() => {
    if ($('faults').childElementCount > 0 && !document.hidden) refreshFaults().catch(() => undefined);
  }, POLL_MS);
}

/** Shows the faults that there are now. */
export async function refreshFaults() {
  const faults = await call('GET', '/faults');
  const key = JSON.stringify(faults);
  if (key === $('faults').dataset.key) return;
  $('faults').dataset.key = key;
  $('faults').replaceChildren(...faults.map(faultItem));
}

function fieldsOf(kind) {
  return Object.entries(KINDS[kind]).filter(([field]) => field in LABELS);
}

function showDetails() {
  const kind = $('fault-kind').value;
  $('fault-target').disabled = Boolean(KINDS[kind].isForAll);
  $('fault-details').replaceChildren(
    ...fieldsOf(kind).map(([field, value]) => {
      const id = `fault-${field}`;
      const label = element('label', { htmlFor: id, textContent: LABELS[field] });
      const isChoice = typeof value === 'object';
      const control = isChoice
        ? element('select', { id }, ...choicesOf(value))
        : element('input', { id, type: 'number', step: 'any', value, required: true });
      return element('div', {}, label, control);
    }),
  );
}

const choicesOf = (choices) => Object.entries(choices).map(([value, label]) => option(value, label));

function showTargets() {
  const linked = state.accounts.filter(({ devices }) => devices.length > 0);
  const devices = linked.flatMap(({ name, devices }) =>
    devices.length > 1 ? devices.map(({ id, jid }) => option(jid, `${name}, device ${id}`)) : [],
  );
  fillSelect(
    'fault-target',
    option('', 'Everybody'),
    ...linked.map(({ phone, name }) => option(phone, name)),
    ...devices,
  );
}

async function start() {
  const kind = $('fault-kind').value;
  const fault = { kind };
  for (const [field] of fieldsOf(kind)) {
    const { value } = $(`fault-${field}`);
    if (field === 'answersQueries') fault[field] = value === 'true';
    else fault[field] = value === 'reset' ? value : Number(value);
  }
  const target = $('fault-target').value;
  if (target && !KINDS[kind].isForAll) fault.target = target;
  if ($('fault-seconds').value) fault.forMs = Number($('fault-seconds').value) * 1000;
  if ($('fault-times').value) fault.times = Number($('fault-times').value);
  await call('POST', '/faults', fault);
  await refreshFaults();
}

function faultItem({ id, state: stage, strikes, fault }) {
  const { label } = KINDS[fault.kind];
  const values = fieldsOf(fault.kind)
    .filter(([field]) => fault[field] !== undefined && field !== 'answersQueries')
    .map(([field]) => fault[field]);
  const remove = button(
    { textContent: stage === 'spent' ? 'Clear' : 'Stop', aria: { label: `Stop: ${label}` } },
    'fault-notice',
    async () => {
      await call('DELETE', `/faults/${id}`);
      await refreshFaults();
    },
  );
  const who = state.accounts.find(({ phone }) => phone === fault.target)?.name ?? fault.target ?? 'everybody';
  const times = strikes === 1 ? 'struck once' : `struck ${strikes} times`;
  return element(
    'li',
    { className: 'item fault', data: { state: stage } },
    element('span', { className: `lamp ${stage === 'active' ? 'alarm' : ''}`, title: stage }),
    element(
      'div',
      {},
      element('p', { textContent: values.length > 0 ? `${label}: ${values.join(', ')}` : label }),
      element('p', { textContent: `${who}, ${stage}, ${times}` }),
    ),
    remove,
  );
}
