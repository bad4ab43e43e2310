/** The package's own types are left out of its `exports`; those of better-sqlite3 say the same. */
declare module 'better-sqlite3-multiple-ciphers' {
  import Sqlite = require('better-sqlite3');

  export = Sqlite;
}
