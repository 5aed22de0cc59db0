// Engine values as the screen gets them.
import { resolve } from 'node:path';
import type {
  AnchorView,
  FileToken,
  JobView,
  KnownDevice,
  VerdictView,
} from '../../../shared/contract/values.ts';
import { entryOf } from '../../../shared/errors/error.ts';
import { rejections, type Verdict } from '../../../shared/verdict.ts';
import type { JobRow } from '../jobs/job-store.ts';
import type { ListedAnchor } from '../store/anchors.ts';
import type { DeviceRow } from '../store/devices.ts';
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
  firstSeen: row.first_seen,
  lastSeen: row.last_seen,
  isPinned: row.pinned_fingerprint !== null,
});

export function anchorView(anchor: ListedAnchor): AnchorView {
  if (anchor.state === 'damaged') return anchor;
  const { pem: _pem, ...view } = anchor;
  return view;
}

export const pathOf = (files: FileShelf, token: FileToken): string => resolve(files.find(token).path);
