// The tables as kysely sees them. Times are ISO 8601 text in UTC, JSON columns are text, digests are lower-case hex.
import type { Generated } from 'kysely';

export type Schema = {
  devices: {
    serial: string;
    model: string | null;
    hostname: string | null;
    fingerprint: string;
    level: string;
    boot_id: string | null;
    port: string;
    /** By which kind of link it was read last; null: before this was kept. */
    link: string | null;
    pinned_fingerprint: string | null;
    first_seen: string;
    last_seen: string;
  };
  sightings: {
    id: Generated<number>;
    serial: string;
    fingerprint: string;
    boot_id: string | null;
    port: string;
    at: string;
    /** Null: seen by a program that did not write it down yet. */
    level: string | null;
    /** Which evidence was judged, if any. */
    evidence: string | null;
  };
  factory_list: { serial: string; fingerprint: string };
  verdicts: {
    id: Generated<number>;
    serial: string | null;
    fingerprint: string;
    level: string;
    policy_hash: string;
    body: string;
    at: string;
  };
  packages: {
    digest: string;
    package_id: string;
    name: string;
    vendor: string;
    version: string;
    file_sha256: string;
    signer: string;
    at: string;
  };
  vault: { id: number; header: string };
  keys: { name: string; key_id: string; sealed: Uint8Array; created_at: string };
  station: { id: number; name: string; public_key: string; sealed_key: Uint8Array };
  anchors: { fingerprint: string; name: string; certificate: string; act: string };
  policies: { hash: string; name: string; version: number; body: string; at: string };
  policy_lead: { id: number; act: string };
  evidence: {
    /** SHA-256 of the record as it is kept, hex. */
    id: string;
    serial: string | null;
    fingerprint: string;
    level: string;
    policy_hash: string;
    record: string;
    result: string;
    at: string;
  };
  seals: {
    key_id: string;
    nonce: string;
    key_name: string;
    package_id: string;
    package_version: string;
    at: string;
  };
  jobs: {
    id: string;
    kind: string;
    state: string;
    port: string;
    serial: string | null;
    inputs: string;
    bound: Generated<string>;
    owner: string;
    cancel_requested: Generated<number>;
    result: string | null;
    error: string | null;
    created_at: string;
    updated_at: string;
  };
  steps: {
    job_id: string;
    name: string;
    state: string;
    attempts: Generated<number>;
    output: string | null;
    error: string | null;
    started_at: string;
    ended_at: string | null;
  };
  outbox: {
    id: Generated<number>;
    idempotency_key: string;
    schema_version: number;
    state: string;
    body: string;
    created_at: string;
  };
  journal: { seq: Generated<number>; at: string; kind: string; body: string; prev: string; hash: string };
  receipts: {
    id: string;
    journal_seq: number;
    serial: string | null;
    fingerprint: string;
    package_id: string | null;
    state: string;
    ended_at: string;
    body: string;
  };
  sqlite_sequence: { name: string; seq: number };
};
