// Engine values as the screen gets them.
import { resolve } from 'node:path';
import type {
  AnchorView,
  EvidenceView,
  FileToken,
  JobView,
  KeyPeriodView,
  KnownDevice,
  LadderRungView,
  LinkView,
  VerdictView,
} from '../../../shared/contract/values.ts';
import { entryOf } from '../../../shared/errors/error.ts';
import type { KeyPeriod } from '../../../shared/key-timeline.ts';
import { type LadderInput, readLadder } from '../../../shared/ladder.ts';
import type { LinkChoice, LinkState } from '../../../shared/link.ts';
import { rejections, type Verdict } from '../../../shared/verdict.ts';
import type { JobRow } from '../jobs/job-store.ts';
import type { ListedAnchor } from '../store/anchors.ts';
import type { DeviceRow } from '../store/devices.ts';
import type { StoredEvidence } from '../store/evidence.ts';
import type { FileShelf } from './file-shelf.ts';

export const verdictView = (verdict: Verdict): VerdictView => ({
  level: verdict.level,
  deviceSerial: verdict.deviceSerial,
  fingerprint: verdict.publicKey.fingerprint,
  keyBits: verdict.publicKey.bits,
  proven: [...verdict.proven],
  notProven: [...verdict.notProven],
  rejections: verdict.rejections.map((reason) => ({ reason, text: rejections[reason] })),
  reading: verdict.reading,
  policyHash: verdict.policyHash,
  decisions: verdict.decisions,
  at: verdict.at,
});

export const ladderView = (verdict: LadderInput): LadderRungView[] =>
  readLadder(verdict).map(({ reasons, ...rung }) => ({ ...rung, reasons: [...reasons] }));

export const periodView = ({ signs, ...period }: KeyPeriod): KeyPeriodView => ({
  ...period,
  signs: [...signs],
});

export const evidenceView = ({ id, at, result }: StoredEvidence): EvidenceView => ({
  id,
  format: result.format,
  at,
  isRefused: result.findings.some(({ kind }) => kind === 'rejected'),
  signedBy: result.signer?.source ?? null,
  claims: result.claims.map(({ name, words, raw }) => ({ name, words, raw })),
});

export const jobView = ({ error, ...job }: JobRow): JobView => ({
  id: job.id,
  kind: job.kind,
  state: job.state,
  port: job.port,
  serial: job.serial,
  error:
    error === null
      ? null
      : {
          code: error.code,
          message: error.message,
          title: entryOf(error.code).title,
          advice: entryOf(error.code).advice,
        },
  createdAt: job.createdAt,
  updatedAt: job.updatedAt,
});

export const knownDevice = (row: DeviceRow): KnownDevice => ({
  serial: row.serial,
  model: row.model,
  fingerprint: row.fingerprint,
  level: row.level as KnownDevice['level'],
  port: row.port,
  link: row.link === 'agent' || row.link === 'console' ? row.link : null,
  firstSeen: row.first_seen,
  lastSeen: row.last_seen,
  isPinned: row.pinned_fingerprint !== null,
});

/** What is known of the link at each port where there is something to know. */
export function linkViews(
  states: ReadonlyMap<string, LinkState>,
  forced: readonly { readonly port: string; readonly link: LinkChoice }[],
): LinkView[] {
  const ports = new Set([...states.keys(), ...forced.map(({ port }) => port)]);
  return [...ports].map((port) => ({
    port,
    choice: forced.find((choice) => choice.port === port)?.link ?? 'auto',
    state: states.get(port) ?? null,
  }));
}

export function anchorView(anchor: ListedAnchor): AnchorView {
  if (anchor.state === 'damaged') return anchor;
  const { pem: _pem, ...view } = anchor;
  return view;
}

export const pathOf = (files: FileShelf, token: FileToken): string => resolve(files.find(token).path);
