import type { DeviceInfo, LoginStep } from '@wharf/core';

/** `GET wharf-device/:deviceId/state`: everything a read-only user may know; nothing in it is secret. */
export interface StateAnswer {
  /** Absent while there is no device with this ID. */
  device?: DeviceInfo;
  /** How far the last login has come. */
  login: LoginStep['type'] | 'none';
  /** Why it failed. */
  failure?: { code: string; message: string };
}

/** `GET wharf-device/:deviceId/qr`: the code to scan, if there is one just now. Who sees it can link the device. */
export interface QrAnswer {
  code?: {
    qr: string;
    /** A data URL: an `<img>` that fetched it by itself would carry no token. */
    image: string;
    /** Epoch milliseconds; by then there is another code. */
    expiresAt: number;
    /** The same as a span, for a browser whose clock is wrong. */
    expiresInMs: number;
  };
}
