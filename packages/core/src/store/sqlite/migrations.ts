import type { Migration } from './database.js';

/** The schema of `wharf.db`. Account data is keyed by `account`: one account on one device; deleting the device deletes it all. */
export const wharfMigrations: Migration[] = [
  `
  CREATE TABLE devices (
    id TEXT PRIMARY KEY,
    name TEXT,
    state TEXT NOT NULL,
    account TEXT,
    session_folder TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    settings TEXT NOT NULL DEFAULT '{}'
  ) STRICT;

  CREATE TABLE owners (
    device TEXT PRIMARY KEY REFERENCES devices (id) ON DELETE CASCADE,
    instance TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE wishes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    device TEXT NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    instance TEXT NOT NULL,
    rank INTEGER NOT NULL,
    step TEXT NOT NULL,
    UNIQUE (device, instance)
  ) STRICT;

  CREATE TABLE commands (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    device TEXT NOT NULL,
    action TEXT NOT NULL,
    input TEXT,
    at INTEGER NOT NULL,
    step TEXT NOT NULL DEFAULT 'asked',
    error_code TEXT,
    result TEXT
  ) STRICT;

  CREATE TABLE accounts (
    id INTEGER PRIMARY KEY,
    device TEXT NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    jid TEXT NOT NULL,
    UNIQUE (device, jid)
  ) STRICT;

  CREATE TABLE chats (
    account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    jid TEXT NOT NULL,
    name TEXT,
    last_message_at INTEGER NOT NULL,
    heard_at INTEGER,
    is_in_use INTEGER NOT NULL DEFAULT 0,
    unread INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account, jid)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX chats_by_time ON chats (account, last_message_at, jid);

  -- seq grows with the time of the message, so that rows and the search index are in order of time: see message-seq.ts.
  CREATE TABLE messages (
    seq INTEGER PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    chat TEXT NOT NULL,
    id TEXT NOT NULL,
    sender TEXT NOT NULL,
    message TEXT NOT NULL,
    delivery TEXT
  ) STRICT;
  CREATE UNIQUE INDEX messages_by_id ON messages (account, id, chat, sender);

  -- What the messages are found by, their words and their chat, and nothing else of them: what is found is read from its row.
  -- An index by chat would write a page for nearly every message, all over the file; this one is written many messages at a time.
  CREATE VIRTUAL TABLE message_search USING fts5 (
    scope, words, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
  );
  CREATE TABLE unindexed_messages (seq INTEGER PRIMARY KEY) STRICT;
  CREATE TRIGGER messages_forget_words AFTER DELETE ON messages
  BEGIN DELETE FROM message_search WHERE rowid = old.seq; END;

  -- What the messages were on the wire, all but plain texts.
  CREATE TABLE raw_messages (
    seq INTEGER PRIMARY KEY REFERENCES messages (seq) ON DELETE CASCADE,
    raw BLOB NOT NULL
  ) STRICT;

  -- What was said to messages: of each kind the latest of each person.
  CREATE TABLE responses (
    account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    target TEXT NOT NULL,
    kind TEXT NOT NULL,
    sender TEXT NOT NULL,
    content TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (account, target, kind, sender)
  ) STRICT, WITHOUT ROWID;

  -- Told once, until the message comes in a form that can be read.
  CREATE TABLE undecryptable_messages (
    account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    chat TEXT NOT NULL,
    sender TEXT NOT NULL,
    PRIMARY KEY (account, id, chat, sender)
  ) STRICT, WITHOUT ROWID;

  -- Edits and revokes that came before their message.
  CREATE TABLE waiting_changes (
    account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    target TEXT NOT NULL,
    chat TEXT NOT NULL,
    sender TEXT NOT NULL,
    is_edit INTEGER NOT NULL,
    text TEXT,
    at INTEGER NOT NULL,
    PRIMARY KEY (account, target, chat, sender, is_edit)
  ) STRICT, WITHOUT ROWID;

  -- What is said to a message that has not come yet, and cannot be read without it.
  CREATE TABLE waiting_answers (
    seq INTEGER PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    target TEXT NOT NULL,
    id TEXT NOT NULL,
    is_told INTEGER NOT NULL,
    UNIQUE (account, target, id)
  ) STRICT;

  CREATE TABLE contacts (
    account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    jid TEXT NOT NULL,
    lid TEXT,
    person TEXT NOT NULL,
    PRIMARY KEY (account, jid)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX contacts_by_lid ON contacts (account, lid);

  -- What the devices of an account share beside messages: marks of chats, labels and what they are on, stars.
  CREATE TABLE app_state (
    account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    topic TEXT NOT NULL,
    id TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (account, topic, id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    chat TEXT NOT NULL,
    content TEXT NOT NULL,
    audience TEXT,
    state TEXT NOT NULL,
    queued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    idempotency_key TEXT,
    error_code TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL,
    -- Set for the first open item of each chat, which alone may be sent, and for those that go along with it.
    pace TEXT,
    UNIQUE (account, id),
    UNIQUE (account, idempotency_key)
  ) STRICT;
  CREATE INDEX outbox_by_account ON outbox (account);
  CREATE INDEX outbox_open ON outbox (account, chat, seq) WHERE state IN ('queued', 'sending');
  CREATE INDEX outbox_turns ON outbox (account, pace, not_before, seq) WHERE state = 'queued' AND pace IS NOT NULL;
  CREATE INDEX outbox_expiry ON outbox (account, expires_at) WHERE state = 'queued';

  -- The files of the media folder. Each is encrypted with a key of its own, so that changing the key of the storage leaves them alone.
  CREATE TABLE media (
    id INTEGER PRIMARY KEY,
    sha256 BLOB NOT NULL UNIQUE,
    file TEXT NOT NULL UNIQUE,
    key BLOB NOT NULL,
    size_bytes INTEGER NOT NULL,
    used_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX media_by_use ON media (used_at, id, size_bytes);

  CREATE TABLE media_uses (
    account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    owner TEXT NOT NULL,
    media INTEGER NOT NULL REFERENCES media (id) ON DELETE CASCADE,
    is_held INTEGER NOT NULL,
    PRIMARY KEY (account, owner, media)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX media_uses_by_media ON media_uses (media, is_held);
  -- However a message goes, its media goes with it; what is still to be sent is given back by the outbox.
  CREATE TRIGGER messages_release_media AFTER DELETE ON messages
  BEGIN DELETE FROM media_uses WHERE account = old.account AND owner = old.id AND NOT is_held; END;

  -- The messages whose media is to be fetched without anybody asking for it.
  CREATE TABLE wanted_media (
    seq INTEGER PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL DEFAULT 0,
    UNIQUE (account, id)
  ) STRICT;
  CREATE INDEX wanted_media_by_time ON wanted_media (account, not_before, seq);

  CREATE TABLE pacing (
    account INTEGER PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    state TEXT NOT NULL
  ) STRICT;

  -- What a device has said by itself in each chat, so that it knows when to be silent.
  CREATE TABLE auto_replies (
    account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    chat TEXT NOT NULL,
    replies TEXT NOT NULL,
    PRIMARY KEY (account, chat)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    device TEXT NOT NULL REFERENCES devices (id) ON DELETE CASCADE,
    jid TEXT,
    type TEXT NOT NULL,
    at INTEGER NOT NULL,
    payload TEXT NOT NULL
  ) STRICT;

  CREATE TABLE session_generations (
    folder TEXT PRIMARY KEY,
    last INTEGER NOT NULL,
    next INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE pruned_events (seq INTEGER NOT NULL) STRICT;
  INSERT INTO pruned_events VALUES (0);

  CREATE TABLE cursors (
    consumer TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    confirmed_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Who is told of events over HTTP. Each reads the log under a name of its own; the outage is how its receiver fails just now.
  CREATE TABLE webhooks (
    id TEXT PRIMARY KEY,
    device TEXT REFERENCES devices (id) ON DELETE CASCADE,
    settings TEXT NOT NULL,
    secret TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    outage TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER webhooks_forget_cursor AFTER DELETE ON webhooks
  BEGIN DELETE FROM cursors WHERE consumer = 'webhook:' || old.id; END;

  -- What they did not deliver in time. An event about the log itself has no device.
  CREATE TABLE dead_letters (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    device TEXT REFERENCES devices (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    event TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    error TEXT NOT NULL,
    died_at INTEGER NOT NULL,
    UNIQUE (webhook, seq)
  ) STRICT;
  CREATE INDEX dead_letters_by_webhook ON dead_letters (webhook, id);
  `,
];

/** The schema of `session.db`: the Signal keys and the inbox journal as bytes, and as text whatever else the wire must know. */
export const sessionMigrations: Migration[] = [
  `
  CREATE TABLE keys (
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (type, id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE signal_sessions (id TEXT PRIMARY KEY, record BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE signal_identities (id TEXT PRIMARY KEY, record BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE signal_sender_keys (id TEXT PRIMARY KEY, record BLOB NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE signal_pre_keys (
    id INTEGER PRIMARY KEY,
    public BLOB NOT NULL,
    private BLOB NOT NULL
  ) STRICT;

  CREATE TABLE lids (pn TEXT PRIMARY KEY, lid TEXT NOT NULL UNIQUE) STRICT, WITHOUT ROWID;

  CREATE TABLE journal (
    key TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    stanza BLOB NOT NULL,
    replays INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE plaintexts (
    ciphertext_hash BLOB PRIMARY KEY,
    plaintext BLOB NOT NULL,
    decrypted_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Many, and each must be found: the number is the beginning of the hash.
  CREATE TABLE settled_ciphertexts (hash INTEGER PRIMARY KEY, settled_at INTEGER NOT NULL) STRICT;
  `,
];
