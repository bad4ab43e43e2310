import { randomBytes } from 'node:crypto';
import type { Account } from '../accounts/account.js';
import type { Companion, Device } from '../accounts/device.js';
import type { Directory } from '../accounts/directory.js';
import { SimulatorError } from '../errors.js';
import { isBlocked } from '../profile/visibility.js';
import { type Stanza, secondsNow, stanza } from '../stanza/node.js';

/** How a call goes on: it rings until somebody accepts, rejects, gives up or lets it ring out. */
export type CallState = 'ringing' | 'accepted' | 'rejected' | 'ended' | 'missed';

/** A call as those who watch see it; phone numbers, digits only. */
export interface Call {
  id: string;
  from: string;
  to: string;
  isVideo: boolean;
  state: CallState;
}

const CALLS_KEPT = 200;
const OVER = new Set<CallState>(['rejected', 'ended', 'missed']);

/** The calls of this server. They ring and end; nobody hears anything. */
export class CallDesk {
  readonly #directory: Directory;
  readonly #calls = new Map<string, Call>();

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  /** Every call of an account, oldest first; at most the last 200 of the server. */
  of(account: Account): Call[] {
    return [...this.#calls.values()]
      .filter(({ from, to }) => from === account.phone || to === account.phone)
      .map((call) => ({ ...call }));
  }

  /** Lets somebody call somebody: every linked device of the other one rings. */
  offer(caller: Account, callee: Account, isVideo: boolean): Call {
    const call: Call = {
      id: randomBytes(16).toString('hex').toUpperCase(),
      from: caller.phone,
      to: callee.phone,
      isVideo,
      state: 'ringing',
    };
    this.#calls.set(call.id, call);
    for (const oldest of this.#calls.keys()) {
      if (this.#calls.size <= CALLS_KEPT) break;
      this.#calls.delete(oldest);
    }
    if (!isBlocked(callee, caller)) {
      const media = [
        stanza('audio', { enc: 'opus', rate: 16_000 }),
        ...(isVideo ? [stanza('video', { enc: 'h.264' })] : []),
      ];
      const attributes = { caller_pn: caller.pnJid, device_class: 2016, joinable: 1 };
      this.#ring(call, callee, caller, 'offer', attributes, media);
    }
    this.#announce(call);
    return { ...call };
  }

  /** The caller gives up, or lets it ring out (`missed`). */
  terminate(caller: Account, callId: string, state: 'ended' | 'missed' = 'ended'): void {
    const call = this.#open(callId, caller);
    const callee = this.#directory.find(call.to);
    const reason = state === 'missed' ? 'timeout' : undefined;
    if (callee) this.#ring(call, callee, caller, 'terminate', { reason });
    this.#move(call, state);
  }

  /** The phone of the called person answers or declines; the linked devices stop ringing. */
  answer(callee: Account, callId: string, state: 'accepted' | 'rejected'): void {
    const call = this.#open(callId, callee);
    const caller = this.#directory.find(call.from);
    const reason = state === 'accepted' ? 'accepted_elsewhere' : 'rejected_elsewhere';
    if (caller) {
      this.#ring(call, callee, caller, 'terminate', { reason });
      this.#ring(call, caller, callee, state === 'accepted' ? 'accept' : 'reject');
    }
    this.#move(call, state);
  }

  /** Takes what a client says about a call; an unknown call is none of its business. */
  receive(companion: Companion, action: Stanza): void {
    const call = this.#calls.get(action.attrs['call-id'] ?? '');
    const { account } = companion;
    if (!call || OVER.has(call.state)) return;
    const isCallee = call.to === account.phone;
    const peer = this.#directory.find(isCallee ? call.from : call.to);
    if (!peer || (!isCallee && call.from !== account.phone)) return;
    if (action.tag === 'terminate') this.#move(call, 'ended');
    else if (isCallee && action.tag === 'reject') this.#move(call, 'rejected');
    else if (isCallee && action.tag === 'accept') this.#move(call, 'accepted');
    else return;
    this.#ring(call, peer, account, action.tag);
    const reason = action.tag === 'accept' ? 'accepted_elsewhere' : 'rejected_elsewhere';
    if (isCallee) this.#ring(call, account, peer, 'terminate', { reason }, [], companion);
  }

  /** Sends a part of a call to every linked device of an account. */
  #ring(
    call: Call,
    to: Account,
    from: Account,
    action: string,
    attributes: Record<string, string | number | undefined> = {},
    content: Stanza[] = [],
    except?: Device,
  ): void {
    const creator = this.#directory.find(call.from)?.lidJid;
    const about = stanza(action, { 'call-id': call.id, 'call-creator': creator, ...attributes }, content);
    for (const companion of to.companions.values()) {
      if (companion === except) continue;
      const id = randomBytes(8).toString('hex');
      companion.deliver(
        stanza('call', { from: from.lidJid, id, t: secondsNow(), notify: from.name }, [about]),
      );
    }
  }

  #open(callId: string, account: Account): Call {
    const call = this.#calls.get(callId);
    if (call && !OVER.has(call.state) && (call.from === account.phone || call.to === account.phone))
      return call;
    throw new SimulatorError(
      'CALL_NOT_FOUND',
      404,
      `${account.phone} has no call ${callId} under way: list its calls to see which there are.`,
    );
  }

  #move(call: Call, state: CallState): void {
    call.state = state;
    this.#announce(call);
  }

  #announce(call: Call): void {
    this.#directory.emit('call', { ...call });
  }
}
