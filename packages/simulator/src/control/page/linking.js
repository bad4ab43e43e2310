import { $, button, digits, element, note, onSubmit, pretty } from './elements.js';
import { readQr } from './qr-picture.js';
import { call } from './server.js';
import { onChange, refreshAccounts, state } from './state.js';

/** The part of the page where devices are linked and unlinked. */
export function startLinking() {
  onSubmit('scan-form', 'scan-notice', link);
  for (const id of ['way-qr', 'way-code']) $(id).addEventListener('change', showWay);
  $('qr-image').addEventListener('change', (event) => {
    takePicture(event.target.files[0]);
    event.target.value = '';
  });
  addEventListener('paste', (event) => {
    if (event.target === $('message-text')) return;
    const picture = [...event.clipboardData.files].find(({ type }) => type.startsWith('image/'));
    if (!picture) return;
    event.preventDefault();
    takePicture(picture);
  });
  for (const name of ['dragenter', 'dragover']) {
    addEventListener(name, (event) => {
      event.preventDefault();
      $('drop').classList.add('over');
    });
  }
  for (const name of ['dragleave', 'drop']) addEventListener(name, () => $('drop').classList.remove('over'));
  addEventListener('drop', (event) => {
    event.preventDefault();
    takePicture(event.dataTransfer.files[0]);
  });
  onChange(showDevices);
}

const isByCode = () => $('way-code').checked;

function showWay() {
  $('by-qr').hidden = isByCode();
  $('by-code').hidden = !isByCode();
  $('scan').textContent = isByCode() ? 'Enter code' : 'Scan';
  $(isByCode() ? 'pairing-code' : 'qr-text').focus();
}

async function link() {
  const account = { phone: $('phone').value, name: $('name').value };
  const field = $(isByCode() ? 'pairing-code' : 'qr-text');
  if (!field.value.trim()) {
    field.focus();
    throw new Error(
      isByCode()
        ? 'Type the code that your flow shows.'
        : 'Bring a QR code here first: as text or as a picture.',
    );
  }
  note('scan-notice', 'Linking …');
  const { phone } = isByCode()
    ? await call('POST', '/phones/code', { code: field.value, ...account, phone: digits(account.phone) })
    : await call('POST', '/phones/scan', { qr: field.value, ...account });
  field.value = '';
  note('scan-notice', `Linked to ${pretty(phone)}.`, 'good');
  await refreshAccounts();
}

async function takePicture(file) {
  if (!file) return;
  if (isByCode()) $('way-qr').click();
  note('scan-notice', 'Looking for a QR code …');
  try {
    $('qr-text').value = await readQr(file);
    note('scan-notice', 'QR code read. Now press Scan.', 'good');
    $('scan').focus();
  } catch (error) {
    note('scan-notice', error.message, 'bad');
  }
}

function showDevices() {
  const linked = state.accounts.flatMap((account) => account.devices.map((device) => ({ account, device })));
  $('no-devices').hidden = linked.length > 0;
  $('devices').replaceChildren(...linked.map(deviceItem));
}

function deviceItem({ account, device }) {
  const condition = device.connected ? 'connected' : 'not connected';
  const waiting = device.queued > 0 && !device.connected ? `, ${device.queued} waiting` : '';
  const unlink = button(
    {
      className: 'grave',
      textContent: 'Unlink',
      aria: { label: `Unlink device ${device.id} of ${account.name}` },
    },
    'scan-notice',
    async () => {
      await call('DELETE', `/phones/${account.phone}/devices/${device.id}`);
      await refreshAccounts();
    },
  );
  return element(
    'li',
    { className: 'item device', data: { phone: account.phone } },
    element('span', { className: `lamp ${device.connected ? 'on' : ''}`, title: condition }),
    element(
      'div',
      {},
      element('p', { textContent: `${account.name}, ${pretty(account.phone)}` }),
      element('p', { textContent: `Device ${device.id}, ${device.platform}, ${condition}${waiting}` }),
    ),
    unlink,
  );
}
