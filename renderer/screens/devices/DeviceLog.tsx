import type { LogLine } from '../../../shared/contract/values.ts';
import { Time } from '../../parts/Said.tsx';
import { useWords } from '../../words/words.ts';

const tones = { debug: '', info: 'accent', warn: 'warn', error: 'bad' } as const;

/** What the station logged about this device's port; secrets never get there. */
export function DeviceLog({ lines }: { readonly lines: readonly LogLine[] }) {
  const t = useWords();
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
            <span className={`badge ${tones[line.level]}`}>{line.level}</span> <Time at={line.at} />{' '}
            <span lang="en">{line.text}</span> <span className="small soft mono">{line.about}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}
