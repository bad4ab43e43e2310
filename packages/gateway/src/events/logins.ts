import type { Login, LoginStep, Manager } from '@wharf/core';

/** A step of a login as it is shown, with the QR code or the code to type. It is in no log: a code is a secret, and soon over. */
export interface LoginNotice {
  type: 'device.login';
  deviceId: string;
  at: number;
  payload: Exclude<LoginStep, { type: 'failed' }> | { type: 'failed'; errorCode: string };
}

/** Tells of the logins of this process, those that are under way and those that begin; call the result to end it. */
export function watchLogins(
  manager: Manager,
  isWanted: (deviceId: string) => boolean,
  tell: (notice: LoginNotice) => void,
): () => void {
  const followed = new WeakSet<Login>();
  let isOver = false;
  const look = async (deviceId: string): Promise<void> => {
    const login = manager.getLogin(deviceId);
    if (isOver || !login || followed.has(login)) return;
    followed.add(login);
    for await (const step of login) {
      if (isOver) return;
      tell({ type: 'device.login', deviceId, at: Date.now(), payload: shown(step) });
    }
  };
  const lookAt = (deviceId: string) => {
    // A device that is removed meanwhile has nothing to show.
    if (isWanted(deviceId)) look(deviceId).catch(() => undefined);
  };
  const unlisten = manager.onState(({ device }) => {
    // A login is there as soon as the call that begins it has returned.
    if (device.state.name === 'connecting') setImmediate(lookAt, device.id);
  });
  manager
    .listDevices()
    .then((devices) => {
      for (const { id, state } of devices) if (state.name === 'connecting') lookAt(id);
    })
    .catch(() => undefined);
  return () => {
    isOver = true;
    unlisten();
  };
}

const shown = (step: LoginStep): LoginNotice['payload'] =>
  step.type === 'failed' ? { type: 'failed', errorCode: step.error.code } : step;
