import { useEffect, useState } from 'react';
import { formatBytes } from '../../parts/format.ts';
import { useDesk } from '../../store.ts';
import { useLanguage, useWords } from '../../words/words.ts';
import { viewTransfer } from '../load/transfer.ts';
import { type Measured, measure } from './build-rate.ts';
import { phaseWord } from './names.ts';

/** Phase, bytes and rate of the build that runs. */
export function BuildProgress() {
  const t = useWords();
  const language = useLanguage();
  const building = useDesk((desk) => desk.building);
  const [measured, setMeasured] = useState<Measured | null>(null);
  useEffect(() => {
    if (building) setMeasured((before) => measure(before, building, performance.now()));
  }, [building]);
  if (measured === null) return <div className="card build-progress">{t('build.starting')}</div>;
  const { share, bytesPerSecond } = viewTransfer(measured);
  const word = phaseWord(measured.step);
  const phase = word ? t(word) : measured.step;
  const said = t('build.running', {
    phase,
    done: formatBytes(measured.sentBytes, language),
    total: formatBytes(measured.totalBytes, language),
    rate: bytesPerSecond > 0 ? formatBytes(Math.round(bytesPerSecond), language) : '…',
  });
  return (
    <div className="card stack build-progress">
      <div
        className="meter"
        role="progressbar"
        aria-label={phase}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.floor(share * 100)}
        aria-valuetext={said}
      >
        <div style={{ width: `${share * 100}%` }} />
      </div>
      <div>{said}</div>
    </div>
  );
}
