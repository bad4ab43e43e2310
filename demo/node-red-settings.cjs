const { readFileSync } = require('node:fs');
const { join, resolve } = require('node:path');

/** The settings of the Node-RED that `npm start` runs; the port and the user's folder come from scripts/lib/node-red.mjs. */
const { WHARF_NODE_RED_PORT: port, WHARF_NODE_RED_DIR: userDir } = process.env;

module.exports = {
  uiPort: Number(port),
  uiHost: '127.0.0.1',
  userDir,
  flowFile: 'flows.json',
  flowFilePretty: true,
  credentialSecret: readFileSync(join(userDir, 'credential-secret'), 'utf8'),
  nodesDir: resolve(__dirname, '..', 'packages', 'node-red-nodes'),
  telemetry: { enabled: false, updateNotification: false },
  editorTheme: { tours: false, header: { title: 'Wharf' } },
  logging: { console: { level: 'info', metrics: false, audit: false } },
};
