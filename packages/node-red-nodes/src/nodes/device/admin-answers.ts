import type { DeviceInfo } from '@wharf/core';
import type { LastError } from '../../shared/last-errors.js';

/** `GET wharf-device`: a device for each line of the sidebar; nothing in it is secret. */
export interface DeviceLine extends Pick<DeviceInfo, 'id' | 'name' | 'account'> {
  /** Absent while its gateway cannot be reached. */
  state?: DeviceInfo['state'];
  /** How many messages wait to be sent; absent where that is not told. */
  queued?: number;
  /** There are more than `queued`. */
  isMoreQueued?: boolean;
  lastError?: LastError;
}

/** `GET wharf-device/:deviceId/state`: everything a read-only user may know; nothing in it is secret. */
export interface StateAnswer {
  /** Absent while there is no device with this ID. */
  device?: DeviceInfo;
  /** How far the last login has come. */
  login: 'none' | 'dialing' | 'qr' | 'code' | 'scanned' | 'connected' | 'failed' | 'cancelled';
  /** Why it failed. */
  failure?: { code: string; message: string };
}

/** `GET wharf-device/:deviceId/code`: what links the device, if there is something just now. Who sees it can do so. */
export interface CodeAnswer {
  code?: {
    /** The text of the QR code. */
    qr?: string;
    /** A data URL: an `<img>` that fetched it by itself would carry no token. */
    image?: string;
    /** To be typed on the phone. */
    pairingCode?: string;
    /** Epoch milliseconds; by then there is another code, or none. */
    expiresAt: number;
    /** The same as a span, for a browser whose clock is wrong. */
    expiresInMs: number;
  };
}

/** `GET wharf-device/:deviceId/chats`: for the pickers. */
export interface ChatAnswer {
  jid: string;
  name: string;
}
