import type { Migration } from "./migration.ts";

/**
 * The first schema. Columns are what SQL searches or sorts by; the record itself is the JSON in `body`,
 * parsed by the schemas of shared/domain. Times are wall milliseconds.
 */
export const farm: Migration = {
  version: 1,
  up(database) {
    database.exec(`
      CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

      CREATE TABLE printers (id TEXT PRIMARY KEY, place INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
      -- Every id that ever was a printer's: none is used again.
      CREATE TABLE printer_ids (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

      CREATE TABLE queues (
        printer TEXT PRIMARY KEY,
        revision INTEGER NOT NULL,
        armed INTEGER NOT NULL CHECK (armed IN (0, 1)),
        pause_requested INTEGER NOT NULL CHECK (pause_requested IN (0, 1)),
        plate TEXT NOT NULL,
        last_seen TEXT
      ) STRICT;
      CREATE TABLE jobs (id TEXT PRIMARY KEY, printer TEXT NOT NULL, body TEXT NOT NULL) STRICT;
      CREATE INDEX jobs_of_printer ON jobs (printer);
      CREATE TABLE copies (
        id TEXT PRIMARY KEY,
        printer TEXT NOT NULL,
        place REAL NOT NULL,
        content TEXT NOT NULL,
        body TEXT NOT NULL
      ) STRICT;
      CREATE INDEX copies_of_printer ON copies (printer, place);

      -- Every attempt for ever. role: the one under way, waiting for a decision, or history only.
      CREATE TABLE attempts (
        id TEXT PRIMARY KEY,
        printer TEXT NOT NULL,
        role TEXT NOT NULL CHECK (role IN ('open', 'undecided', 'history')),
        place INTEGER NOT NULL,
        state TEXT NOT NULL,
        filename TEXT NOT NULL,
        content TEXT NOT NULL,
        started_at INTEGER,
        ended_at INTEGER,
        body TEXT NOT NULL
      ) STRICT;
      CREATE UNIQUE INDEX one_open_attempt ON attempts (printer) WHERE role = 'open';
      CREATE INDEX attempts_in_queues ON attempts (printer, place) WHERE role <> 'history';

      CREATE TABLE journal (
        number INTEGER PRIMARY KEY,
        printer TEXT NOT NULL,
        at INTEGER NOT NULL,
        kind TEXT NOT NULL,
        actor TEXT NOT NULL,
        data TEXT NOT NULL
      ) STRICT;
      CREATE INDEX journal_of_printer ON journal (printer, number);

      CREATE TABLE contents (
        content TEXT PRIMARY KEY,
        size INTEGER NOT NULL,
        added_at INTEGER NOT NULL,
        metadata TEXT,
        parser INTEGER NOT NULL
      ) STRICT;
      -- key: the path in NFC, so that two spellings of one name are one file.
      CREATE TABLE files (
        tree TEXT NOT NULL,
        key TEXT NOT NULL,
        path TEXT NOT NULL,
        content TEXT NOT NULL REFERENCES contents (content),
        size INTEGER NOT NULL,
        modified INTEGER NOT NULL,
        PRIMARY KEY (tree, key)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX files_of_content ON files (content);
      CREATE TABLE folders (
        tree TEXT NOT NULL,
        key TEXT NOT NULL,
        path TEXT NOT NULL,
        PRIMARY KEY (tree, key)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE thumbnails (
        content TEXT NOT NULL REFERENCES contents (content) ON DELETE CASCADE,
        width INTEGER NOT NULL,
        height INTEGER NOT NULL,
        png BLOB NOT NULL
      ) STRICT;
      CREATE INDEX thumbnails_of_content ON thumbnails (content, width);

      -- Rows that did not parse, with the reason; a person or a later version may bring them back.
      CREATE TABLE quarantine (
        number INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        source TEXT NOT NULL,
        key TEXT NOT NULL,
        reason TEXT NOT NULL,
        row TEXT NOT NULL
      ) STRICT;
    `);
  },
};
