import { Button, Tooltip, TooltipTrigger } from 'react-aria-components';
import type { VerdictView } from '../../shared/contract/values.ts';
import { useWords } from '../words/words.ts';
import { Said } from './Said.tsx';

/** The level, and on hover or focus what was not proven. Never a single green tick. */
export function LevelBadge({ verdict }: { readonly verdict: VerdictView }) {
  const t = useWords();
  const isBad = verdict.reading.isAlarm || verdict.rejections.length > 0;
  const tone = isBad ? 'bad' : verdict.level === 'L0' ? 'warn' : 'good';
  return (
    <TooltipTrigger delay={200}>
      <Button className={`badge ${tone}`}>
        {verdict.level} {t(`level.${verdict.level}`)}
      </Button>
      <Tooltip className="popover tooltip">
        <p>{t('level.hint')}</p>
        <strong>{t('devices.not-proven')}</strong>
        <ul>
          {verdict.notProven.map((line) => (
            <li key={line}>
              <Said text={line} />
            </li>
          ))}
        </ul>
      </Tooltip>
    </TooltipTrigger>
  );
}
