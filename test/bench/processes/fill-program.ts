import { openSqliteStore } from '../../../packages/core/src/store/sqlite/store.js';
import { StoreFiller } from '../store-filler.js';

/*
 * Stores messages for the first device of a folder that nobody has open: node fill-program.mjs FOLDER COUNT
 */

const [folder = '', count = '0'] = process.argv.slice(2);
const store = openSqliteStore(folder);
const [device] = store.devices.getAll();
if (!device?.account) throw new Error('There is no device that was linked.');
const scope = { deviceId: device.id, jid: device.account.jid };
new StoreFiller().fill(store, scope, Number(count));
store.close();
