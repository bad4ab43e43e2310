import { type Message, textOf } from '@wharf/core';
import type { NodeAPI } from 'node-red';
import { FlowError } from '../../shared/errors.js';
import { splitList } from '../../shared/form.js';
import { isFrom, readAddresses } from '../../shared/people.js';
import { readPattern } from '../message-in/filter.js';
import type { CommandSettings } from './settings.js';

/** A command as it was given. */
export interface Command {
  name: string;
  /** What stands after the word: all of it, and word by word; a part in "quotation marks" is one. */
  text: string;
  arguments: string[];
  /** The groups of a regular expression, numbered from 0 for the whole match, and those with names. */
  groups?: (string | null)[];
  named?: Record<string, string>;
}

/**
 * Makes of the settings what finds the command in a message; undefined: there is none.
 *
 * @throws FlowError CHAT_FILTER_INVALID, PATTERN_INVALID
 */
export function makeMatcher(
  RED: NodeAPI,
  settings: CommandSettings,
): (message: Message) => Command | undefined {
  const allowed = readAddresses(settings.allowed);
  if (!allowed) throw new FlowError(RED, 'CHAT_FILTER_INVALID');
  const read = settings.how === 'regex' ? regexReader(RED, settings.pattern) : wordReader(RED, settings);
  return (message) => {
    if (message.isFromMe) return undefined;
    if (settings.chats !== 'both' && message.isGroup !== (settings.chats === 'group')) return undefined;
    if (allowed.size > 0 && !isFrom(message, allowed)) return undefined;
    return read(textOf(message.content).trim());
  };
}

function wordReader(
  RED: NodeAPI,
  { pattern, prefix }: CommandSettings,
): (said: string) => Command | undefined {
  const words = splitList(pattern).map((word) => word.toLowerCase());
  if (words.length === 0) throw new FlowError(RED, 'PATTERN_INVALID');
  return (said) => {
    if (!said.toLowerCase().startsWith(prefix.toLowerCase())) return undefined;
    const [, word = '', text = ''] = /^(\S+)\s*(.*)$/s.exec(said.slice(prefix.length).trimStart()) ?? [];
    const name = words.find((known) => known === word.toLowerCase());
    return name === undefined ? undefined : { name, text, arguments: split(text) };
  };
}

function regexReader(RED: NodeAPI, text: string): (said: string) => Command | undefined {
  if (!text) throw new FlowError(RED, 'PATTERN_INVALID');
  const pattern = readPattern(RED, text);
  return (said) => {
    const match = pattern.exec(said);
    if (!match) return undefined;
    const rest = said.slice(match.index + match[0].length).trim();
    return {
      name: match[0],
      text: rest,
      arguments: split(rest),
      groups: [...match].map((group) => group ?? null),
      ...(match.groups ? { named: { ...match.groups } } : {}),
    };
  };
}

const split = (text: string): string[] =>
  [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
