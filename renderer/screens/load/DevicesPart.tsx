import type { DeviceCard } from '../../../shared/contract/values.ts';
import { showScreen } from '../../actions.ts';
import { Button, Check } from '../../parts/controls.tsx';
import { shortPath } from '../../parts/format.ts';
import { useDesk } from '../../store.ts';
import { useWords } from '../../words/words.ts';

function About({ card }: { readonly card: DeviceCard }) {
  const t = useWords();
  const { verdict } = card;
  return (
    <>
      <strong>{card.serial ?? card.serialNumber ?? shortPath(card.port)}</strong>
      <span className="small soft port">
        {shortPath(card.port)}
        {card.location ? `, ${card.location}` : ''} ·{' '}
        {verdict ? `${verdict.level} ${t(`level.${verdict.level}`)}` : t('devices.unread')}
        {card.virtual ? ` · ${t('devices.virtual')}` : ''}
        {card.jobId ? ` · ${t('devices.running')}` : ''}
      </span>
    </>
  );
}

/** Which of the devices that are plugged in now. */
export function DevicesPart() {
  const t = useWords();
  const devices = useDesk((desk) => desk.devices);
  const chosen = useDesk((desk) => desk.chosenPorts);
  const choose = (ports: readonly string[]) => showScreen('load', ports);
  return (
    <section className="card stack">
      <header className="row">
        <h2 className="grow">{t('load.devices')}</h2>
        {devices.length > 1 ? (
          <>
            <Button onPress={() => choose(devices.map(({ port }) => port))}>{t('load.devices.all')}</Button>
            <Button onPress={() => choose([])}>{t('load.devices.clear')}</Button>
          </>
        ) : null}
      </header>
      {devices.length === 0 ? <p className="soft">{t('load.devices.none')}</p> : null}
      {devices.map((card) => (
        <Check
          key={card.port}
          isSelected={chosen.includes(card.port)}
          onChange={(isOn) =>
            choose(isOn ? [...chosen, card.port] : chosen.filter((port) => port !== card.port))
          }
        >
          <About card={card} />
        </Check>
      ))}
    </section>
  );
}
