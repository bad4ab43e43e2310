/**
 * Every wait of the core and the longest it can take, in milliseconds. `docs/bounds.md` is this list; a test keeps them equal.
 */
export const bounds = {
  /** Another process that sets the storage up or changes its key. Then opening fails with STORAGE_IN_USE. */
  openStorageMs: 5_000,
  /** From dialling to the first QR code or to being logged in. Then: `reconnecting`, or the login fails. */
  dialMs: 30_000,
  /** A query to WhatsApp that is not answered. Then it fails; the connection goes on. */
  queryMs: 30_000,
  /** What a device asks of WhatsApp for an action, all its queries together. Then CONNECTION_TIMED_OUT; it may be done all the same. */
  askMs: 15_000,
  /** The own phone, which is to send older messages. Then HISTORY_UNANSWERED; they are stored when they come all the same. */
  historyAnswerMs: 12_000,
  /** A device that was just linked, for the key to what all devices of the account share. Then APP_STATE_KEY_MISSING. */
  appStateKeyMs: 10_000,
  /** Between two checks of a connection. Then the server is asked for a sign of life. */
  checkMs: 25_000,
  /** A sign of life that the server owes. Then the connection is `deaf` and made anew. */
  signOfLifeMs: 20_000,
  /** Messages that have come in and are not dealt with, none of them. Then the connection is `deaf` and made anew. */
  standstillMs: 75_000,
  /** A connection over which the server sends nothing by itself. Then it is `silent` and made anew, to be sure. */
  silenceMs: 3_600_000,
  /** From the accepted QR code to the connection that follows it. Then it is made anew. */
  pairedMs: 30_000,
  /** A whole login, all QR codes included. Then LOGIN_TIMED_OUT, or LOGIN_EXPIRED when the codes ran out before. */
  loginMs: 240_000,
  /** From login to the end of the backlog. Then sends start although the server has not announced the end. */
  syncMs: 30_000,
  /** From the end of the backlog until all of it is stored. Then sends start nevertheless. */
  drainMs: 10_000,
  /** From writing a message to the server's acknowledgement. Then it is written again, later, under the same id. */
  acknowledgeMs: 30_000,
  /** How long `waitForSend` waits when no time is given. Then it returns the item as it is. */
  waitForSendMs: 30_000,
  /** What is being sent when a device is handed over to another process. Then it is sent there, under the same id. */
  handOverMs: 5_000,
  /** A process that is offered a device it had asked for. Then its wish is forgotten. */
  offerMs: 2_000,
  /** What the process that runs a device is asked to do by another one. Then: DEVICE_IN_USE. */
  commandMs: 20_000,
  /** Telling WhatsApp that a device logs out. Then the device is logged out on this side alone. */
  logoutMs: 10_000,
  /** Closing one connection in good order. Then it is cut. */
  closeWireMs: 2_000,
  /** One step of the work on a device, whatever it is. Then it is given up and the next one begins. */
  stepMs: 45_000,
  /** Media that does not move, in or out, not by a byte. Then that connection is given up, and another one tried. */
  mediaStallMs: 30_000,
  /** One media file on its way, in or out. Then it fails, and may be tried again. */
  mediaTransferMs: 3_600_000,
  /** The own phone, which is to upload media again that has expired. Then the download fails. */
  mediaReuploadMs: 60_000,
  /** A conversion by ffmpeg. Then it is ended, and the media is not converted. */
  mediaConvertMs: 300_000,
  /** The handler of a consumer that is stopped. Then the stop goes on without it; its event is handed over again. */
  stopConsumerMs: 3_000,
  /** A thread that closes its devices. Then it is ended as it is. */
  closeThreadMs: 4_000,
  /** Before a thread that dies again and again is started again. */
  restartThreadMs: 30_000,
  /** Closing the manager with everything in it. */
  closeManagerMs: 5_000,
} as const;
