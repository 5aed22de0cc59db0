// The schema, step by step. A step is never changed once it has shipped; a file from a newer program is refused.
import type { DatabaseSync } from 'node:sqlite';
import { ProvisionerError } from '../../../shared/errors/error.ts';

const steps: readonly string[] = [
  `
  create table devices (
    serial text primary key, model text, hostname text, fingerprint text not null, level text not null, boot_id text,
    port text not null, pinned_fingerprint text, first_seen text not null, last_seen text not null
  ) strict;
  create index devices_by_fingerprint on devices (fingerprint);

  create table sightings (
    id integer primary key, serial text not null, fingerprint text not null, boot_id text, port text not null, at text not null
  ) strict;
  create index sightings_by_serial on sightings (serial, id);
  create index sightings_by_fingerprint on sightings (fingerprint, id);

  create table factory_list (serial text primary key, fingerprint text not null) strict, without rowid;

  create table verdicts (
    id integer primary key, serial text, fingerprint text not null, level text not null, policy_hash text not null,
    body text not null, at text not null
  ) strict;

  create table packages (
    digest text primary key, package_id text not null, name text not null, vendor text not null, version text not null,
    file_sha256 text not null, signer text not null, at text not null
  ) strict;

  create table vault (id integer primary key check (id = 1), header text not null) strict;
  create table keys (name text primary key, key_id text not null, sealed blob not null, created_at text not null) strict;
  create table station (id integer primary key check (id = 1), name text not null, public_key text not null, sealed_key blob not null) strict;

  create table seals (
    key_id text not null, nonce text not null, key_name text not null, package_id text not null, package_version text not null,
    at text not null, primary key (key_id, nonce)
  ) strict;

  create table jobs (
    id text primary key, kind text not null, state text not null, port text not null, serial text, inputs text not null,
    bound text not null default '{}', owner text not null, cancel_requested integer not null default 0,
    result text, error text, created_at text not null, updated_at text not null
  ) strict;
  create unique index one_running_job_per_port on jobs (port) where state = 'running';
  create unique index one_running_job_per_device on jobs (serial) where state = 'running' and serial is not null;

  create table steps (
    job_id text not null references jobs (id), name text not null, state text not null, attempts integer not null default 1,
    output text, error text, started_at text not null, ended_at text, primary key (job_id, name)
  ) strict, without rowid;

  create table outbox (
    id integer primary key autoincrement, idempotency_key text not null unique, schema_version integer not null, state text not null,
    body text not null, created_at text not null
  ) strict;

  create table journal (
    seq integer primary key autoincrement, at text not null, kind text not null, body text not null, prev text not null, hash text not null
  ) strict;

  create table receipts (
    id text primary key, journal_seq integer not null references journal (seq), serial text, fingerprint text not null,
    package_id text, state text not null, ended_at text not null, body text not null
  ) strict;
  create index receipts_by_serial on receipts (serial);
  `,
  `
  create table anchors (
    fingerprint text primary key, name text not null unique, certificate text not null, act text not null
  ) strict, without rowid;
  `,
  `
  create table policies (
    hash text primary key, name text not null, version integer not null, body text not null, at text not null
  ) strict, without rowid;
  create table policy_lead (id integer primary key check (id = 1), act text not null) strict;
  create table evidence (
    id text primary key, serial text, fingerprint text not null, level text not null, policy_hash text not null,
    record text not null, result text not null, at text not null
  ) strict, without rowid;
  create index evidence_by_serial on evidence (serial, at);
  alter table sightings add column level text;
  alter table sightings add column evidence text;
  `,
  `
  alter table devices add column link text;
  create index devices_by_port on devices (port, last_seen);
  `,
];

/** Brings a database to our schema. @throws store.newer */
export function migrate(database: DatabaseSync): void {
  const versionOf = () => Number(database.prepare('pragma user_version').get()?.user_version ?? 0);
  if (versionOf() > steps.length) {
    throw new ProvisionerError('store.newer', `schema ${versionOf()}, this program knows ${steps.length}`);
  }
  if (versionOf() === steps.length) return;
  database.exec('begin immediate');
  try {
    // Read again: another process may have migrated while we waited.
    for (const sql of steps.slice(versionOf())) database.exec(sql);
    database.exec(`pragma user_version = ${steps.length}`);
    database.exec('commit');
  } catch (error) {
    database.exec('rollback');
    throw error;
  }
}
