import { isWharfError, type Login, type LoginStep, type WharfError } from '@wharf/core';

/** Follows the logins that dialogs have begun: tells the editors that something is new, and remembers why one failed. */
export class LoginWatch {
  readonly #failures = new Map<string, WharfError>();
  readonly #watched = new WeakSet<Login>();

  constructor(private readonly onChange: (deviceId: string) => void) {}

  /** Why the last login of a device failed; forgotten when the next one begins. */
  failureOf(deviceId: string): WharfError | undefined {
    return this.#failures.get(deviceId);
  }

  follow(deviceId: string, login: Login): void {
    this.#failures.delete(deviceId);
    if (this.#watched.has(login)) return;
    this.#watched.add(login);
    void this.#read(deviceId, login).catch(() => this.onChange(deviceId));
  }

  async #read(deviceId: string, login: Login): Promise<void> {
    for await (const step of login) {
      if (step.type === 'failed' && isWharfError(step.error)) this.#failures.set(deviceId, step.error);
      this.onChange(deviceId);
    }
  }
}

/** What a dialog is told about a login without the right to see the code. */
export function stepName(login: Login | undefined): LoginStep['type'] | 'none' {
  return login?.current.type ?? 'none';
}
