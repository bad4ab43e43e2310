import { randomBytes } from 'node:crypto';
import type { Account } from '../accounts/account.js';
import type { Companion, Device } from '../accounts/device.js';
import type { Directory } from '../accounts/directory.js';
import { SimulatorError } from '../errors.js';
import { Group } from '../groups/group.js';
import { isBlocked } from '../profile/visibility.js';
import { GROUP_SERVER, parseJid } from '../stanza/jid.js';
import { type Stanza, secondsNow, stanza } from '../stanza/node.js';

/** How a call goes on: it rings until somebody accepts, rejects, gives up or lets it ring out. */
export type CallState = 'ringing' | 'accepted' | 'rejected' | 'ended' | 'missed';

/** A call as those who watch see it; people are phone numbers, digits only. */
export interface Call {
  id: string;
  from: string;
  /** Who is called: a person, or everybody else in the group with this JID. */
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
      .filter((call) => call.from === account.phone || this.#callees(call).includes(account))
      .map((call) => ({ ...call }));
  }

  /** Lets somebody call a person, or the others in a group: every linked device of those who are called rings. */
  offer(caller: Account, callee: Account | Group, isVideo: boolean): Call {
    const call: Call = {
      id: randomBytes(16).toString('hex').toUpperCase(),
      from: caller.phone,
      to: callee instanceof Group ? callee.jid : callee.phone,
      isVideo,
      state: 'ringing',
    };
    this.#calls.set(call.id, call);
    for (const oldest of this.#calls.keys()) {
      if (this.#calls.size <= CALLS_KEPT) break;
      this.#calls.delete(oldest);
    }
    const media = [
      stanza('audio', { enc: 'opus', rate: 16_000 }),
      ...(isVideo ? [stanza('video', { enc: 'h.264' })] : []),
    ];
    const attributes = { caller_pn: caller.pnJid, device_class: 2016, joinable: 1 };
    for (const called of this.#callees(call))
      if (!isBlocked(called, caller)) this.#ring(call, called, caller, 'offer', attributes, media);
    this.#announce(call);
    return { ...call };
  }

  /** The caller gives up, or lets it ring out (`missed`). */
  terminate(caller: Account, callId: string, state: 'ended' | 'missed' = 'ended'): void {
    const call = this.#open(callId, caller);
    const reason = state === 'missed' ? 'timeout' : undefined;
    for (const called of this.#callees(call)) this.#ring(call, called, caller, 'terminate', { reason });
    this.#move(call, state);
  }

  /** The phone of a called person answers or declines; that person's linked devices stop ringing. */
  answer(callee: Account, callId: string, state: 'accepted' | 'rejected'): void {
    const call = this.#open(callId, callee);
    const caller = this.#directory.find(call.from);
    if (!caller) return;
    this.#ring(call, callee, caller, 'terminate', { reason: `${state}_elsewhere` });
    this.#ring(call, caller, callee, state === 'accepted' ? 'accept' : 'reject');
    this.#settle(call, state);
  }

  /** Takes what a client says about a call; an unknown call is none of its business. */
  receive(companion: Companion, action: Stanza): void {
    const call = this.#calls.get(action.attrs['call-id'] ?? '');
    const { account } = companion;
    if (!call || OVER.has(call.state)) return;
    const caller = this.#directory.find(call.from);
    const isCaller = caller === account;
    if (!caller || (!isCaller && !this.#callees(call).includes(account))) return;
    if (action.tag === 'terminate' && (isCaller || !isToGroup(call))) this.#move(call, 'ended');
    else if (!isCaller && action.tag === 'reject') this.#settle(call, 'rejected');
    else if (!isCaller && action.tag === 'accept') this.#settle(call, 'accepted');
    else return;
    for (const peer of isCaller ? this.#callees(call) : [caller]) this.#ring(call, peer, account, action.tag);
    const reason = action.tag === 'accept' ? 'accepted_elsewhere' : 'rejected_elsewhere';
    if (!isCaller) this.#ring(call, account, caller, 'terminate', { reason }, [], companion);
  }

  #callees({ from, to }: Call): Account[] {
    const group = this.#directory.groups.find(to);
    const called = group ? group.members : [this.#directory.find(to)];
    return called.flatMap((account) => (account && account.phone !== from ? account : []));
  }

  /** In a group the others may still join when one has declined. */
  #settle(call: Call, state: 'accepted' | 'rejected'): void {
    if (state === 'accepted' || !isToGroup(call)) this.#move(call, state);
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
    const group = isToGroup(call) ? { 'group-jid': call.to, type: 'group' } : {};
    const about = stanza(
      action,
      { 'call-id': call.id, 'call-creator': creator, ...group, ...attributes },
      content,
    );
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
    const isInIt = call && (call.from === account.phone || this.#callees(call).includes(account));
    if (isInIt && !OVER.has(call.state)) return call;
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

function isToGroup({ to }: Call): boolean {
  return parseJid(to)?.server === GROUP_SERVER;
}
