import type { Content, ContentOf } from './content.js';
import type { Jid } from './ids.js';

/** What people say to a message by a tap: a reaction, a vote in a poll, whether they come to an event. */
export type ResponseContent = ContentOf<'reaction' | 'poll_vote' | 'event_response'>;

/** What one person says to a message, at last. */
export interface Response {
  sender: Jid;
  content: ResponseContent;
  at: number;
}

/** How often an option of a poll was chosen, and by whom. */
export interface OptionTally {
  option: string;
  voters: Jid[];
}

export function isResponse(content: Content): content is ResponseContent {
  const { kind } = content;
  return kind === 'reaction' || kind === 'poll_vote' || kind === 'event_response';
}

/** Counts the votes of a poll: an entry for each option, in the order of the poll. */
export function tally(poll: ContentOf<'poll'>, responses: Response[]): OptionTally[] {
  const votes = responses.flatMap(({ sender, content }) =>
    content.kind === 'poll_vote' ? [{ sender, options: content.options ?? [] }] : [],
  );
  return poll.options.map((option) => ({
    option,
    voters: votes.filter(({ options }) => options.includes(option)).map(({ sender }) => sender),
  }));
}
