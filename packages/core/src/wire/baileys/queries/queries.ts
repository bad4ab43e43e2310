import type { Queries } from '../../queries.js';
import { bounded } from './ask.js';
import type { Asking } from './asking.js';
import { channelQueries } from './channels.js';
import { chatQueries, labelQueries, messageQueries } from './chats.js';
import { communityQueries } from './communities.js';
import { contactQueries } from './contacts.js';
import { groupQueries } from './groups.js';
import { historyQueries } from './history.js';
import { callQueries, presenceQueries, profileQueries } from './profile.js';

/** All that can be asked over a connection. */
export function baileysQueries(asking: Asking): Queries {
  return {
    messages: bounded(messageQueries(asking)),
    chats: bounded(chatQueries(asking)),
    labels: bounded(labelQueries(asking)),
    contacts: bounded(contactQueries(asking)),
    groups: bounded(groupQueries(asking)),
    communities: bounded(communityQueries(asking)),
    profile: bounded(profileQueries(asking)),
    presence: bounded(presenceQueries(asking)),
    calls: bounded(callQueries(asking)),
    channels: bounded(channelQueries(asking)),
    history: bounded(historyQueries(asking)),
  };
}
