import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeviceHost, Logger, Message, Reading, WharfEvent } from '@wharf/core';
import { noteAskedPlace } from './asked-places.js';
import { type Place, storageOf } from './credential.js';
import { wordsOf } from './simplify.js';

/** How a question in the chat is answered. */
export type AnswerBy = 'poll' | 'reaction' | 'reply';

/** A question that an execution waits for the answer of. */
export interface Question {
  /** n8n's signed URL that resumes the execution; known to nobody else. */
  url: string;
  messageId: string;
  by: AnswerBy;
  /** What means yes and no; undefined where any text is an answer. */
  approve?: string;
  decline?: string;
  /** Who may answer, by phone number or JID; empty: everybody but the account itself. */
  allowed: string[];
  /** Epoch milliseconds; after that the execution has gone on by itself. */
  until?: number;
}

/** What a person has answered. */
export interface Answer {
  approved?: boolean;
  text?: string;
  responder: { jid: string; phone?: string | undefined; name?: string | undefined };
  messageId: string;
  respondedAt: string;
}

const CALL_MS = 30_000;

/** The file of a question; the name is the message, so that an answer finds it without a search. */
const fileOf = (folder: string, messageId: string) =>
  join(folder, `${messageId.replace(/[^A-Za-z0-9-]/g, '_')}.json`);

const folderOf = (place: Place) => join(storageOf(place), 'waits');

/** Writes a question down: it outlives n8n, and the process that reads the answers finds it. */
export async function ask(place: Place, question: Question): Promise<void> {
  const folder = folderOf(place);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(fileOf(folder, question.messageId), JSON.stringify(question), { mode: 0o600 });
  await noteAskedPlace(place);
}

/**
 * Reads the log for answers and resumes the executions that wait for them.
 *
 * An answer is confirmed to the log only when n8n has taken it, so one that comes while n8n is down is not lost.
 */
export async function watchAnswers(host: DeviceHost, place: Place, logger: Logger): Promise<Reading> {
  const folder = folderOf(place);
  const name = place.kind === 'n8n' ? 'n8n-answers' : `n8n-answers:${await nameOfThisN8n(folder)}`;
  return host.consume({ name, types: ['message'], startAt: 'now' }, async (event) => {
    const target = targetOf(event);
    if (target === undefined || event.type !== 'message') return;
    const question = await find(folder, target);
    if (!question) return;
    const answer = answerOf(question, event.payload);
    if (!answer) return;
    await resume(question, answer);
    await rm(fileOf(folder, target), { force: true });
    logger.debug('A question was answered in the chat.');
  });
}

/** A gateway may serve several installations of n8n, and each reads all answers: it has a name, made when it is first needed. */
async function nameOfThisN8n(folder: string): Promise<string> {
  const file = join(folder, 'name-of-this-n8n');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(file, randomUUID(), { flag: 'wx', mode: 0o600 }).catch(() => undefined);
  return readFile(file, 'utf8');
}

/** The message an event answers. */
function targetOf(event: WharfEvent): string | undefined {
  if (event.type !== 'message') return undefined;
  const { content } = event.payload;
  if (content.kind === 'poll_vote' || content.kind === 'reaction') return content.target.id;
  return 'quoted' in content ? content.quoted?.id : undefined;
}

async function find(folder: string, messageId: string): Promise<Question | undefined> {
  let text: string;
  try {
    text = await readFile(fileOf(folder, messageId), 'utf8');
  } catch {
    return undefined;
  }
  const question = JSON.parse(text) as Question;
  if (question.until === undefined || question.until > Date.now()) return question;
  await rm(fileOf(folder, messageId), { force: true });
  return undefined;
}

/** What a message says to a question; undefined when it is no answer, or not from who may give one. */
export function answerOf(question: Question, message: Message): Answer | undefined {
  const { content, sender, isFromMe, id, at } = message;
  const isAllowed =
    question.allowed.length === 0 ? !isFromMe : question.allowed.some((one) => isSame(one, sender));
  if (!isAllowed) return undefined;
  const said = saidOf(question, content);
  if (!said) return undefined;
  return {
    ...said,
    responder: { jid: sender.jid, phone: sender.phone, name: sender.savedName ?? sender.name },
    messageId: id,
    respondedAt: new Date(at).toISOString(),
  };
}

function saidOf(
  { by, approve, decline }: Question,
  content: Message['content'],
): { approved?: boolean; text?: string } | undefined {
  switch (content.kind) {
    case 'poll_vote': {
      const [choice] = content.options ?? [];
      return by === 'poll' ? decisionOf(choice, approve, decline) : undefined;
    }
    case 'reaction':
      // A skin tone does not change what is meant.
      return by === 'reaction'
        ? decisionOf(content.emoji.replace(/\p{Emoji_Modifier}/gu, ''), approve, decline)
        : undefined;
    default: {
      const text = wordsOf(content)?.trim();
      if (by !== 'reply' || !text) return undefined;
      return approve === undefined ? { text } : decisionOf(text, approve, decline);
    }
  }
}

function decisionOf(said: string | undefined, approve: string | undefined, decline: string | undefined) {
  const is = (wanted: string | undefined) => said?.toLowerCase() === wanted?.toLowerCase();
  if (said && is(approve)) return { approved: true };
  return said && is(decline) ? { approved: false } : undefined;
}

function isSame(allowed: string, { jid, lid, phone }: Message['sender']): boolean {
  if (allowed.includes('@')) return allowed === jid || allowed === lid;
  return allowed.replace(/^(\+|00)/, '').replace(/\D/g, '') === phone;
}

/** @throws when n8n cannot take it just now; then the answer is offered again */
async function resume({ url }: Question, answer: Answer): Promise<void> {
  const response = await post(url, answer).catch(() => post(hereOf(url), answer));
  if (response.ok || response.status === 404) return;
  const text = await response.text();
  // An execution that has ended has nobody who waits; one that runs is about to.
  if (response.status === 409 && !text.includes('running already')) return;
  throw new Error(`n8n has answered ${response.status} to the answer of a question.`);
}

function post(url: string, answer: Answer): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ answer }),
    signal: AbortSignal.timeout(CALL_MS),
  });
}

/** The same URL at this process: in a container the public one may lead nowhere. The signature is of the path alone. */
function hereOf(url: string): string {
  const here = new URL(url);
  here.protocol = process.env.N8N_PROTOCOL === 'https' ? 'https:' : 'http:';
  here.hostname = 'localhost';
  here.port = process.env.N8N_PORT ?? '5678';
  return here.href;
}
