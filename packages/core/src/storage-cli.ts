#!/usr/bin/env node
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { decryptStorage, encryptStorage, rekeyStorage } from './encrypt-storage.js';
import { isWharfError } from './errors/errors.js';
import { readKeyFile } from './store/encryption/encryption-key.js';

const USAGE = `Encrypts a storage folder of Wharf, changes its key, or decrypts it. Stop every process that uses it first.

  wharf-storage encrypt --storage DIR [--key-file FILE]
  wharf-storage rekey   --storage DIR [--key-file FILE] [--new-key-file FILE]
  wharf-storage decrypt --storage DIR [--key-file FILE]

  --key-file FILE      holds the key; else WHARF_ENCRYPTION_KEY or WHARF_ENCRYPTION_KEY_FILE, else you are asked
  --new-key-file FILE  holds the new key; else WHARF_NEW_ENCRYPTION_KEY or WHARF_NEW_ENCRYPTION_KEY_FILE, else you are asked
  --help               print this

A key is 64 hexadecimal digits, 32 bytes in base64, or a passphrase of 12 characters or more. Keys are never taken from
the command line, where every user of the machine can read them. When asked without a terminal, each is a line of stdin.
A command that was interrupted is run again with the same keys; until then the storage opens with one of them.`;

const COMMANDS = ['encrypt', 'rekey', 'decrypt'] as const;

interface Request {
  command: (typeof COMMANDS)[number];
  storage: string;
  keyFile?: string | undefined;
  newKeyFile?: string | undefined;
}

async function main(): Promise<void> {
  const request = readRequest();
  if (!request) {
    say(USAGE);
    return;
  }
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

/** Undefined when help is asked for. */
function readRequest(): Request | undefined {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      storage: { type: 'string' },
      'key-file': { type: 'string' },
      'new-key-file': { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return undefined;
  const [name, ...rest] = positionals;
  const command = COMMANDS.find((known) => known === name);
  if (!command || rest.length > 0) throw new TypeError('Give one of encrypt, rekey and decrypt.');
  if (!values.storage) throw new TypeError('Give the folder: --storage DIR.');
  return {
    command,
    storage: values.storage,
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

main().catch((error: unknown) => {
  const isUsage = error instanceof TypeError;
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${isWharfError(error) ? `${error.code}: ` : ''}${text}\n`);
  process.exitCode = isUsage ? 2 : 1;
});
