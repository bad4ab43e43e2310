const { readFileSync } = require('node:fs');
const Module = require('node:module');

/**
 * Stands in for what `node-red-dev validate` asks over the network: the library's catalogue (as if there was nothing in it), the
 * versions of Node-RED (those that are installed here), and whether dependencies have newer versions (it hears of none).
 */
const manifests = JSON.parse(process.env.WHARF_NODE_RED_MANIFESTS).map((file) =>
  JSON.parse(readFileSync(file, 'utf8')),
);
const registry = {
  'dist-tags': { latest: manifests[0].version, 'v4-maintenance': manifests[1].version },
  versions: Object.fromEntries(manifests.map((manifest) => [manifest.version, manifest])),
};
const standIns = {
  axios: { get: async (url) => ({ data: url.endsWith('catalogue.json') ? { modules: [] } : registry }) },
  'npm-check': async () => ({ get: () => [] }),
};

const { _load: load } = Module;
Module._load = (request, ...rest) => standIns[request] ?? load(request, ...rest);
