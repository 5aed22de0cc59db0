import type { DeviceCard } from '../../../shared/contract/values.ts';
import { loadSteps, type StepName } from '../../../shared/job.ts';
import { Confirm } from '../../parts/Confirm.tsx';
import { shortPath } from '../../parts/format.ts';
import { useWords } from '../../words/words.ts';
import { usePlan } from './plan.ts';

type ConfirmLoadProps = {
  readonly devices: readonly DeviceCard[];
  readonly onConfirm: () => void;
  readonly onClose: () => void;
};

const changing: readonly StepName[] = ['send', 'install-key', 'install', 'clean-up'];

/** What will be changed where. One device that was read is confirmed by its serial number, anything else by the package. */
export function ConfirmLoad({ devices, onConfirm, onClose }: ConfirmLoadProps) {
  const t = useWords();
  const inspection = usePlan((plan) => plan.inspection);
  const onlySerial = devices.length === 1 ? devices[0]?.serial : null;
  const word = onlySerial ?? inspection?.id ?? '';
  return (
    <Confirm
      title={t(devices.length === 1 ? 'load.confirm.title.one' : 'load.confirm.title', {
        count: devices.length,
        package: `${inspection?.id ?? ''} ${inspection?.version ?? ''}`,
      })}
      word={word}
      ask={t('load.confirm.type', { word })}
      action={t('load.confirm.do')}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <ul className="plain-list">
        {devices.map((card) => (
          <li key={card.port}>
            <strong>{card.serial ?? t('devices.unread')}</strong>{' '}
            <span className="small soft">{shortPath(card.port)}</span>
          </li>
        ))}
      </ul>
      <p>{t('load.confirm.why')}</p>
      <ol className="steps">
        {changing.map((step) => (
          <li key={step} className={loadSteps[step].permanent ? 'permanent' : ''}>
            {t(`step.${step}`)}
            {loadSteps[step].permanent ? ` (${t('load.permanent')})` : ''}
          </li>
        ))}
      </ol>
    </Confirm>
  );
}
