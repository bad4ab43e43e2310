import { ZodError } from 'zod';
import { SimulatorError } from '../errors.js';
import { NEWSLETTER_OPERATIONS } from '../newsletters/graph.js';
import { LIVE_SECONDS, postStanza, postUpdate } from '../newsletters/newsletter.js';
import { bytesOf, childOf, type Stanza, secondsNow, stanza } from '../stanza/node.js';
import type { Handler } from './session.js';

const MAX_POSTS = 100;

/** `w:mex`: GraphQL operations by number, which newsletters are managed with. */
export const handleMex: Handler = (iq, session) => {
  const query = childOf(iq, 'query');
  const operation = NEWSLETTER_OPERATIONS[query?.attrs.query_id ?? ''];
  if (!operation) return session.unknown(iq);
  const answer = (body: object) => {
    const json = Buffer.from(JSON.stringify(body));
    session.answer(iq, [stanza('result', {}, json)]);
  };
  try {
    const { variables } = JSON.parse(bytesOf(query)?.toString() ?? '') as { variables: unknown };
    const [name, result] = operation(variables, session.companion.account);
    answer({ data: { [name]: result } });
  } catch (error) {
    const code = error instanceof SimulatorError ? error.httpStatus : 400;
    const isKnown =
      error instanceof SimulatorError || error instanceof ZodError || error instanceof SyntaxError;
    if (!isKnown && !(error instanceof TypeError)) throw error;
    answer({ data: null, errors: [{ message: error.message, extensions: { error_code: code } }] });
  }
};

/** Queries about the posts of a newsletter: older ones, what has changed about them, and live updates. */
export const handleNewsletter: Handler = (iq, session) => {
  const request = childOf(iq, 'message_updates') ?? childOf(iq, 'messages') ?? childOf(iq, 'live_updates');
  if (!request) return session.unknown(iq);
  const { newsletters } = session.directory;
  const newsletter = newsletters.find(request.attrs.jid ?? iq.attrs.to ?? '');
  if (!newsletter) return session.refuse(iq, 404, 'item-not-found');
  if (request.tag === 'live_updates') {
    newsletter.watch(session.companion);
    return session.answer(iq, [stanza('live_updates', { duration: LIVE_SECONDS })]);
  }
  const count = Math.min(Number(request.attrs.count) || MAX_POSTS, MAX_POSTS);
  const after = Number(request.attrs.after) || 0;
  const before = Number(request.attrs.before) || Number.POSITIVE_INFINITY;
  const posts = newsletter.state.posts
    .filter(({ serverId }) => serverId > after && serverId < before)
    .slice(-count);
  const isUpdate = request.tag === 'message_updates';
  const list = (tag: string, children: Stanza[]) =>
    stanza(tag, { jid: newsletter.jid, t: secondsNow() }, children);
  session.answer(iq, [
    isUpdate
      ? stanza('message_updates', {}, [list('messages', posts.map(postUpdate))])
      : list('messages', posts.map(postStanza)),
  ]);
};

/** A post or a reaction of a client; the ack says which number the post got, or why it was not taken. */
export const handlePost: Handler = (message, session) => {
  const { id = '', to = '', type = 'text', server_id: serverId, media_id: handle } = message.attrs;
  const ack = (attributes: Record<string, string | number>) =>
    session.connection.send(
      stanza('ack', { class: 'message', id, from: to, t: secondsNow(), ...attributes }),
    );
  try {
    const newsletter = session.directory.newsletters.get(to);
    const reaction = childOf(message, 'reaction');
    const content = bytesOf(message, 'plaintext');
    if (reaction) newsletter.react(session.companion.account, Number(serverId), reaction.attrs.code ?? '');
    // A file is named to the server, too.
    else if (!content || (type === 'media' && !handle)) return ack({ error: 400 });
    const post = content && newsletter.post(session.companion, { id, type, content });
    ack(post ? { server_id: post.serverId } : {});
  } catch (error) {
    if (!(error instanceof SimulatorError)) throw error;
    ack({ error: error.httpStatus });
  }
};
