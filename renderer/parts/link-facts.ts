// What is known of a link, as people read it. Pure.
import type { LinkView } from '../../shared/contract/values.ts';
import type { JobReturn } from '../../shared/job.ts';
import { type Translate, translator } from '../words/words.ts';
import { formatBytes, formatDuration } from './format.ts';

type LinkState = NonNullable<LinkView['state']>;

/** "Agent trustbox-agent 0.9 · 921600 baud" */
export function linkName(language: string, { kind, agent, baudRate }: LinkState): string {
  const t = translator(language);
  const name = agent === null ? t(`link.${kind}`) : `${t('link.agent')} ${agent}`;
  return `${name} · ${baudRate === null ? t('link.bulk') : t('link.baud', { baud: baudRate })}`;
}

/** A millisecond and less is a good line, not none. */
const roundTrip = (ms: number): string => (ms < 1 ? '< 1' : String(Math.round(ms)));

function qualityParts(t: Translate, { quality, transfer }: LinkState): string[] {
  if (quality === null) return transfer === null ? [] : [t('link.retries', { count: transfer.retries })];
  return [
    ...(quality.roundTripMs === null ? [] : [t('link.round-trip', { ms: roundTrip(quality.roundTripMs) })]),
    ...(quality.sentCount === 0
      ? []
      : [t('link.resent', { resent: quality.resentCount, sent: quality.sentCount })]),
    ...(quality.damagedCount === 0 ? [] : [t('link.damaged', { count: quality.damagedCount })]),
  ];
}

/** "84.1 kB/s · round trip 12 ms · 0 of 14 frames sent again", or nothing to say. */
export function linkQuality(language: string, state: LinkState, hasRate = true): string {
  const t = translator(language);
  const rate = state.transfer?.bytesPerSecond ?? null;
  const parts = qualityParts(t, state);
  if (hasRate && rate !== null) parts.unshift(t('link.rate', { rate: formatBytes(rate, language) }));
  const said = parts.join(' · ');
  return said === '' || state.isOpen ? said : t('link.was', { what: said });
}

const backWord = (code: string) =>
  code.startsWith('port.')
    ? 'job.back.cable'
    : code === 'agent.silent'
      ? 'job.back.agent'
      : 'job.back.restart';

/** A line of a job's log: the device was away, and the job went on. */
export function returnLine(language: string, { code, awayMs, sentBytes, totalBytes }: JobReturn): string {
  const t = translator(language);
  const what = t(backWord(code), { time: formatDuration(awayMs, language) });
  if (sentBytes === null || !totalBytes) return t('job.back.on', { what });
  return t('job.back.at', { what, percent: Math.floor((100 * sentBytes) / totalBytes) });
}
