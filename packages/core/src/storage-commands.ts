import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { backupStorage, type CopyProgress } from './backup-storage.js';
import { decryptStorage, encryptStorage, rekeyStorage } from './encrypt-storage.js';
import { isEncrypted } from './store/encryption/encryption-file.js';
import { readKeyFile } from './store/encryption/encryption-key.js';

const USAGE = `Encrypts a storage folder of Wharf, changes its key, decrypts it, or makes a copy of it.

  encrypt --storage DIR [--key-file FILE]
  rekey   --storage DIR [--key-file FILE] [--new-key-file FILE]
  decrypt --storage DIR [--key-file FILE]
  backup  --storage DIR --to DIR [--key-file FILE]

For a backup nothing has to be stopped; for all else stop every process that uses the folder.

  --to DIR             where the copy is made: a folder that is empty or not there yet
  --key-file FILE      holds the key; else WHARF_ENCRYPTION_KEY or WHARF_ENCRYPTION_KEY_FILE, else you are asked
  --new-key-file FILE  holds the new key; else WHARF_NEW_ENCRYPTION_KEY or WHARF_NEW_ENCRYPTION_KEY_FILE, else you are asked
  --help               print this

A key is 64 hexadecimal digits, 32 bytes in base64, or a passphrase of 12 characters or more. Keys are never taken from
the command line, where every user of the machine can read them. When asked without a terminal, each is a line of stdin.
A command that was interrupted is run again with the same keys; until then the storage opens with one of them.`;

/** What can be done with a storage folder that is not open. */
export const storageCommands = ['encrypt', 'rekey', 'decrypt', 'backup'] as const;

interface Request {
  command: (typeof storageCommands)[number];
  storage: string;
  to?: string | undefined;
  keyFile?: string | undefined;
  newKeyFile?: string | undefined;
}

/**
 * Does what the arguments of a command line say: a command, and its options.
 *
 * @throws TypeError what is wrong with the arguments; WharfError those of what the command does
 */
export async function runStorageCommand(args: string[]): Promise<void> {
  const request = readRequest(args);
  if (!request) {
    say(USAGE);
    return;
  }
  if (request.command === 'backup') return backup(request);
  const { command, storage } = request;
  const { env } = process;
  const prompt = startPrompt();
  try {
    const key =
      keyFrom(request.keyFile, env.WHARF_ENCRYPTION_KEY, env.WHARF_ENCRYPTION_KEY_FILE) ??
      (await prompt.ask('Key: '));
    if (command === 'encrypt') await encryptStorage(storage, key);
    if (command === 'decrypt') await decryptStorage(storage, key);
    if (command === 'rekey') {
      const newKey =
        keyFrom(request.newKeyFile, env.WHARF_NEW_ENCRYPTION_KEY, env.WHARF_NEW_ENCRYPTION_KEY_FILE) ??
        (await prompt.ask('New key: '));
      await rekeyStorage(storage, key, newKey);
    }
  } finally {
    prompt.close();
  }
  say(command === 'decrypt' ? 'The storage is not encrypted.' : 'The storage is encrypted with the key.');
}

/** An encrypted storage is checked with its key; nobody is asked for one that is not needed. */
async function backup({ storage, to, keyFile }: Request): Promise<void> {
  if (!to) throw new TypeError('Say where the copy is made: --to DIR.');
  const { env } = process;
  const prompt = startPrompt();
  try {
    const given = keyFrom(keyFile, env.WHARF_ENCRYPTION_KEY, env.WHARF_ENCRYPTION_KEY_FILE);
    const key = isEncrypted(storage) ? (given ?? (await prompt.ask('Key: '))) : undefined;
    await backupStorage(storage, to, { ...(key === undefined ? {} : { key }), onProgress: showProgress });
  } finally {
    prompt.close();
  }
  say(`The copy is in ${to}.`);
}

/** On a terminal, one line that changes. */
function showProgress({ files, ofFiles }: CopyProgress): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\r${files} of ${ofFiles} files${files === ofFiles ? '\n' : ''}`);
}

/** Undefined when help is asked for. */
function readRequest(args: string[]): Request | undefined {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      storage: { type: 'string' },
      to: { type: 'string' },
      'key-file': { type: 'string' },
      'new-key-file': { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return undefined;
  const [name, ...rest] = positionals;
  const command = storageCommands.find((known) => known === name);
  if (!command || rest.length > 0) throw new TypeError(`Give one of ${storageCommands.join(', ')}.`);
  if (!values.storage) throw new TypeError('Give the folder: --storage DIR.');
  return {
    command,
    storage: values.storage,
    to: values.to,
    keyFile: values['key-file'],
    newKeyFile: values['new-key-file'],
  };
}

function keyFrom(file: string | undefined, text: string | undefined, textFile: string | undefined) {
  if (file) return readKeyFile(file);
  return text || (textFile ? readKeyFile(textFile) : undefined);
}

/** Asks for lines without showing what is typed. */
function startPrompt() {
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
  const isTerminal = process.stdin.isTTY === true;
  let lines: { reader: ReturnType<typeof createInterface>; next: AsyncIterator<string> } | undefined;
  return {
    async ask(question: string): Promise<string> {
      if (!lines) {
        const reader = createInterface({ input: process.stdin, output: silence, terminal: isTerminal });
        reader.on('SIGINT', () => process.exit(130));
        lines = { reader, next: reader[Symbol.asyncIterator]() };
      }
      if (isTerminal) process.stderr.write(question);
      const { value, done } = await lines.next.next();
      if (isTerminal) process.stderr.write('\n');
      if (done || !value) throw new TypeError('No key was given. See --help.');
      return value;
    },
    close(): void {
      lines?.reader.close();
    },
  };
}

const say = (text: string) => void process.stdout.write(`${text}\n`);
