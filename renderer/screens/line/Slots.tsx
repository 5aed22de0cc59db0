import { Button, Check, Field } from '../../parts/controls.tsx';
import { shortPath } from '../../parts/format.ts';
import { useDesk } from '../../store.ts';
import { useWords } from '../../words/words.ts';
import { JigBoard } from './JigBoard.tsx';
import { change, type Slot, saveSlots, useJig, useSlots } from './jig.ts';
import { placed } from './places.ts';

type PortChoiceProps = { readonly port: string; readonly slots: readonly Slot[] };

function PortChoice({ port, slots }: PortChoiceProps) {
  const t = useWords();
  const slot = slots.find((one) => one.port === port);
  const toggle = (isOn: boolean) =>
    change({
      changed: isOn
        ? [...slots, { port, label: String(slots.length + 1) }]
        : slots.filter((one) => one.port !== port),
    });
  const rename = (label: string) =>
    change({ changed: slots.map((one) => (one.port === port ? { ...one, label } : one)) });
  return (
    <div className="slot-choice">
      <Check isSelected={slot !== undefined} onChange={toggle}>
        <strong>{shortPath(port)}</strong>
        <span className="mono small soft slot-path">{port}</span>
      </Check>
      {slot ? (
        <Field label={t('line.label')} value={slot.label} onChange={rename} />
      ) : (
        <span className="badge">{t('line.skip')}</span>
      )}
    </div>
  );
}

/** Which ports are slots, what they are called, and in which order. */
export function Slots() {
  const t = useWords();
  const devices = useDesk((desk) => desk.devices);
  const slots = useSlots();
  const isChanged = useJig(({ changed }) => changed !== null);
  const all = [...devices.map(({ port }) => port), ...slots.map(({ port }) => port)];
  const ports = [...new Set(all)].toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return (
    <section className="card stack">
      <h2>{t('line.slots')}</h2>
      <p className="soft">{t('line.slots.why')}</p>
      {ports.length === 0 ? <p>{t('line.no-ports')}</p> : null}
      {ports.map((port) => (
        <PortChoice key={port} port={port} slots={slots} />
      ))}
      {slots.length > 0 ? (
        <>
          <h3 id="jig-title">{t('line.order')}</h3>
          <p className="small soft">{t('line.order.how')}</p>
          {/* biome-ignore lint/a11y/useSemanticElements: a group of buttons, not of fields */}
          <div role="group" aria-labelledby="jig-title">
            <JigBoard slots={placed(slots)} onChange={(changed) => change({ changed })} />
          </div>
        </>
      ) : null}
      <div className="row">
        <Button
          onPress={() => void saveSlots()}
          isDisabled={!isChanged || slots.some(({ label }) => label.trim() === '')}
        >
          {t('line.save')}
        </Button>
        <span className="small soft" role="status">
          {isChanged ? t('line.unsaved') : ''}
        </span>
      </div>
    </section>
  );
}
