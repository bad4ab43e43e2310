import { startChat } from './chat.js';
import { $ } from './elements.js';
import { refreshFaults, startFaults } from './faults.js';
import { startGroups } from './groups.js';
import { startLinking } from './linking.js';
import { startPeople } from './people.js';
import { call, follow } from './server.js';
import { become, refreshAccounts, state, takeMessage } from './state.js';

// In this order: those that come later ask those before which chat is chosen.
startPeople();
startChat();
startLinking();
startGroups();
startFaults();

async function refreshAll() {
  $('endpoint').textContent = (await call('GET', '/endpoint')).ws;
  await refreshAccounts();
  if (state.me) await become(state.me);
  await refreshFaults();
}

async function noteMessage(happening) {
  takeMessage(happening);
  const { chat } = happening.message;
  const isKnown = [...state.accounts, ...state.groups].some(({ jid }) => jid === chat);
  if (!isKnown && chat !== 'status@broadcast') await refreshAccounts();
}

/** Groups change in bursts: all of a burst is fetched at once. */
let groupRefresh;
function noteGroup() {
  clearTimeout(groupRefresh);
  groupRefresh = setTimeout(refreshAccounts, 100);
}

follow({
  message: noteMessage,
  group: noteGroup,
  paired: refreshAccounts,
  unlinked: refreshAccounts,
  connection: refreshAccounts,
  // After a pause (the simulator was restarted) nothing on the page may be old.
  open: refreshAll,
});
