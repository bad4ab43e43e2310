import { createHash } from 'node:crypto';
import type { Scope } from '../store/store.js';
import type { AutoReplySettings } from '../types/auto-reply-settings.js';
import type { Message } from '../types/message.js';
import { kindOf } from './kinds.js';
import type { ReplyBudget } from './reply-budget.js';
import { type ReplyRule, replyRule } from './reply-rule.js';

/** Answers messages by the rules of a device. */
export class AutoReply {
  readonly #rules: ReplyRule[];

  constructor(
    private readonly settings: AutoReplySettings,
    private readonly budget: ReplyBudget,
  ) {
    this.#rules = settings.rules.map(replyRule);
  }

  /**
   * Answers by the first rule that matches, if it is to be answered at all.
   *
   * @throws WharfError when the reply cannot be queued
   */
  async take(scope: Scope, message: Message): Promise<void> {
    for (const { settings, answerTo } of this.#rules) {
      const text = answerTo(message);
      if (text === undefined) continue;
      if (text.trim() !== '') await this.#answer(scope, message, text, settings);
      return;
    }
  }

  #answer(scope: Scope, message: Message, text: string, rule: ReplyRule['settings']): Promise<void> {
    const { id, chat: where, sender, at } = message;
    // A status is answered in the chat with who has posted it.
    const chat = kindOf(where) === 'status' ? sender.jid : where;
    const quoted = rule.isQuoting ? { quoted: { id } } : {};
    const name = createHash('sha256')
      .update(JSON.stringify([where, id, sender.jid]))
      .digest('base64url');
    return this.budget.send(
      scope,
      {
        key: `auto-reply:${rule.id}:${name}`,
        chat,
        message: { to: chat, content: { kind: 'text', text, ...quoted } },
        askedAt: at,
        rule: { name: rule.id, coolDownMs: rule.coolDownMs },
        about: { rule: rule.id, messageId: id },
      },
      this.settings,
    );
  }
}
