// Everything a receipt says, as rows in groups. Pure.
import type { Receipt } from '../../../shared/receipt.ts';
import { groupHex } from '../../parts/format.ts';
import type { Translate, WordKey } from '../../words/words.ts';

/** What stands behind a label: as it is, a time, or sentences of the engine. */
export type RowValue = string | { readonly at: string } | { readonly said: readonly string[] };
type Row = readonly [label: WordKey, value: RowValue];
export type RowGroup = { readonly title: WordKey; readonly rows: readonly Row[] };

const none = '–';

const deviceRows = ({ device, key }: Receipt): Row[] => [
  ['records.serial', device.serial ?? none],
  ['devices.model', device.model ?? none],
  ['devices.port', device.port],
  ['records.boot', device.bootId ?? none],
  ['devices.fingerprint', groupHex(key.fingerprint)],
];

const verdictRows = ({ key, policyHash }: Receipt, t: Translate): Row[] => [
  ['records.level', levelText(key.level, t)],
  ['records.reading', { said: [key.reading] }],
  ['devices.not-proven', key.notProven.length > 0 ? { said: key.notProven } : none],
  ['records.policy', groupHex(policyHash)],
];

const levels = ['L0', 'L1', 'L2', 'L3', 'L4'] as const;

/** The level with its name. Pure. */
export function levelText(level: string, t: Translate): string {
  const known = levels.find((one) => one === level);
  return known ? `${known} ${t(`level.${known}`)}` : level;
}

const packageRows = ({ package: loaded, classKey }: Receipt): Row[] => [
  ['records.package', loaded ? `${loaded.id} ${loaded.version}` : none],
  ['build.name', loaded ? `${loaded.name}, ${loaded.vendor}` : none],
  ['build.digest', loaded ? groupHex(loaded.digest) : none],
  ['records.file-sha', loaded ? groupHex(loaded.fileSha256) : none],
  ['records.signer', loaded ? groupHex(loaded.signer) : none],
  ['build.key', classKey ? `${classKey.name}, ${classKey.wrap}` : none],
  ['keys.id', classKey ? groupHex(classKey.id) : none],
];

const siteRows = (receipt: Receipt): Row[] => [
  ['records.operator', receipt.operator?.name ?? none],
  ['records.reason', receipt.operator?.reason ?? none],
  ['records.station', receipt.station.name],
  ['records.station-key', groupHex(receipt.station.publicKey)],
  ['records.started', { at: receipt.startedAt }],
  ['records.time', { at: receipt.endedAt }],
];

const proofRows = ({ id, journal, signature }: Receipt): Row[] => [
  ['records.id', id],
  ['records.journal', String(journal.seq)],
  ['records.journal-hash', groupHex(journal.hash)],
  ['records.signature', groupHex(signature)],
];

export const receiptRows = (receipt: Receipt, t: Translate): readonly RowGroup[] => [
  { title: 'records.group.device', rows: deviceRows(receipt) },
  { title: 'records.group.verdict', rows: verdictRows(receipt, t) },
  { title: 'records.group.package', rows: packageRows(receipt) },
  { title: 'records.group.site', rows: siteRows(receipt) },
  { title: 'records.group.proof', rows: proofRows(receipt) },
];
