import type { LogLine } from '../../../shared/contract/values.ts';
import { formatTime } from '../../parts/format.ts';
import { useDesk } from '../../store.ts';
import { useWords } from '../../words/words.ts';

const tones = { debug: '', info: 'accent', warn: 'warn', error: 'bad' } as const;

/** What the station logged about this device's port; secrets never get there. */
export function DeviceLog({ lines }: { readonly lines: readonly LogLine[] }) {
  const t = useWords();
  const language = useDesk((desk) => desk.station?.language ?? 'en');
  return (
    <details>
      <summary>{t('devices.log', { count: lines.length })}</summary>
      <ol
        className="plain-list device-log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled list must be reached by keyboard
        tabIndex={0}
        aria-label={t('devices.log', { count: lines.length })}
      >
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are never reordered, and two may be the same
          <li key={`${line.at}-${index}`}>
            <span className={`badge ${tones[line.level]}`}>{line.level}</span> {formatTime(line.at, language)}{' '}
            {line.text} <span className="small soft mono">{line.about}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}
