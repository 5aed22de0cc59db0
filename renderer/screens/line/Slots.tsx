import { useState } from 'react';
import { Button as AriaButton, GridList, GridListItem, useDragAndDrop } from 'react-aria-components';
import type { Request } from '../../../shared/contract/contract.ts';
import { call, hear } from '../../actions.ts';
import { Button, Check, Field } from '../../parts/controls.tsx';
import { useDesk } from '../../store.ts';
import { useWords } from '../../words/words.ts';
import { moved } from './slot-order.ts';

type Slot = Request<'line.save-slots'>['slots'][number];

type ItemsProps = { readonly slots: readonly Slot[]; readonly onChange: (slots: Slot[]) => void };

/** The order of the jig: by drag, and by keyboard as React Aria does it (Enter on the handle, arrows, Enter). */
function Order({ slots, onChange }: ItemsProps) {
  const t = useWords();
  const { dragAndDropHooks } = useDragAndDrop({
    getItems: (keys) => [...keys].map((key) => ({ 'text/plain': String(key) })),
    onReorder(event) {
      const from = slots.findIndex(({ port }) => event.keys.has(port));
      const target = slots.findIndex(({ port }) => port === event.target.key);
      onChange(moved(slots, from, event.target.dropPosition === 'after' ? target + 1 : target));
    },
  });
  return (
    <GridList
      aria-label={t('line.slots')}
      className="slot-order"
      items={slots.map((slot) => ({ ...slot, id: slot.port }))}
      dragAndDropHooks={dragAndDropHooks}
    >
      {(slot) => (
        <GridListItem textValue={slot.label} className="slot-item">
          <AriaButton slot="drag" className="button" aria-label={`${t('line.slots')}: ${slot.label}`}>
            ≡
          </AriaButton>
          <strong>{slot.label}</strong>
          <span className="small soft mono">{slot.port}</span>
        </GridListItem>
      )}
    </GridList>
  );
}

/** Which ports are slots, what they are called, and in which order. */
export function Slots() {
  const t = useWords();
  const devices = useDesk((desk) => desk.devices);
  const saved = useDesk((desk) => desk.line?.slots ?? []);
  const [slots, setSlots] = useState<Slot[]>(saved.map(({ port, label }) => ({ port, label })));
  const ports = [...new Set([...slots.map(({ port }) => port), ...devices.map(({ port }) => port)])];
  const toggle = (port: string, isOn: boolean) =>
    setSlots(
      isOn
        ? [...slots, { port, label: String(slots.length + 1) }]
        : slots.filter((slot) => slot.port !== port),
    );
  const rename = (port: string, label: string) =>
    setSlots(slots.map((slot) => (slot.port === port ? { ...slot, label } : slot)));
  const save = async () => {
    const value = await call('line.save-slots', { slots });
    if (value) hear({ name: 'line.changed', value });
  };
  return (
    <section className="card stack">
      <h2>{t('line.slots')}</h2>
      <p className="soft">{t('line.slots.why')}</p>
      {ports.length === 0 ? <p>{t('line.no-ports')}</p> : null}
      {ports.map((port) => {
        const slot = slots.find((one) => one.port === port);
        return (
          <div key={port} className="slot-choice">
            <Check isSelected={slot !== undefined} onChange={(isOn) => toggle(port, isOn)}>
              <span className="mono small">{port}</span>
            </Check>
            {slot ? (
              <Field label={t('line.label')} value={slot.label} onChange={(label) => rename(port, label)} />
            ) : null}
          </div>
        );
      })}
      {slots.length > 1 ? <Order slots={slots} onChange={setSlots} /> : null}
      <div className="row">
        <Button onPress={save} isDisabled={slots.some(({ label }) => label === '')}>
          {t('line.save')}
        </Button>
      </div>
    </section>
  );
}
