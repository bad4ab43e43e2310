/** Clients that send over HTTP one message after the other, each on a connection of its own; reports to the parent. */
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';

const { url, clients, seconds } = JSON.parse(process.argv[2]);
const end = performance.now() + seconds * 1_000;
const failed = [];
const spans = [];

function post(agent, { token, device }, body, key) {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'x-device-id': device,
      'idempotency-key': key,
    };
    const call = request(`${url}/send/message`, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece) => {
        text += piece;
      });
      response.on('end', () => resolve({ status: response.statusCode, text }));
    });
    call.on('error', reject);
    call.end(body);
  });
}

/** The IDs of what was accepted, in order. */
async function run(client, number) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const sent = [];
  for (let count = 0; performance.now() < end; count++) {
    const body = JSON.stringify({ phone: client.phone, message: `${number} ${count}` });
    const begun = performance.now();
    try {
      const { status, text } = await post(agent, client, body, `${number} ${count}`);
      if (status === 200) sent.push(JSON.parse(text).results.message_id);
      else failed.push(`${status} ${text}`);
    } catch (error) {
      failed.push(String(error));
    }
    spans.push(performance.now() - begun);
  }
  agent.destroy();
  return sent;
}

const sent = await Promise.all(clients.map(run));
spans.sort((a, b) => a - b);
const at = (share) => Math.round(spans[Math.floor(spans.length * share)] ?? 0);
process.send({ sent, failed: failed.slice(0, 5), p50Ms: at(0.5), p99Ms: at(0.99) }, () =>
  process.disconnect(),
);
