import { isDeviceId, WharfError } from '@wharf/core';
import type { Request, RequestHandler, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { z } from 'zod';
import { toHttpError } from './errors.js';

/** What a request is answered with: plain data. */
export type Work = (request: Request) => Promise<object>;

/** The routes of the editor. Who may only look reads; who may deploy reads what is secret or private, and changes things. */
export class Routes {
  readonly #mayRead: RequestHandler;
  readonly #mayWrite: RequestHandler;

  constructor(private readonly RED: NodeAPI) {
    this.#mayRead = RED.auth.needsPermission('flows.read');
    this.#mayWrite = RED.auth.needsPermission('flows.write');
  }

  read(path: string, work: Work): void {
    this.RED.httpAdmin.get(path, this.#mayRead, answer(work));
  }

  readPrivate(path: string, work: Work): void {
    this.RED.httpAdmin.get(path, this.#mayWrite, answer(work));
  }

  change(path: string, work: Work): void {
    this.RED.httpAdmin.post(path, this.#mayWrite, answer(work));
  }
}

const params = z.object({ deviceId: z.string() });

/** The device a path names. @throws WharfError DEVICE_ID_INVALID */
export function deviceIdOf(request: Request): string {
  const { deviceId } = params.parse(request.params);
  if (!isDeviceId(deviceId)) throw new WharfError('DEVICE_ID_INVALID');
  return deviceId;
}

/** Answers a request with what the work returns, or with `{code, message}` and the fitting status. Never cached. */
function answer(work: Work): RequestHandler {
  return (request: Request, response: Response) => {
    response.set('Cache-Control', 'no-store');
    void (async () => work(request))().then(
      (body) => response.json(body),
      (thrown: unknown) => {
        const { status, body } = toHttpError(thrown);
        response.status(status).json(body);
      },
    );
  };
}
