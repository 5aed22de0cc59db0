import { useState } from 'react';
import { Form } from 'react-aria-components';
import type { LineState } from '../../../shared/contract/contract.ts';
import { call } from '../../actions.ts';
import { Button, Field } from '../../parts/controls.tsx';
import { useWords } from '../../words/words.ts';
import { useScanner } from './scanner.ts';
import { ThroughputChart } from './ThroughputChart.tsx';

const words = {
  empty: ['', 'line.empty'],
  waiting: ['', 'line.waiting'],
  scan: ['▤', 'line.scanning'],
  running: ['▶', 'line.running'],
  pass: ['✓', 'line.pass'],
  fail: ['✕', 'line.fail'],
} as const;

function SlotTile({ slot }: { readonly slot: LineState['slots'][number] }) {
  const t = useWords();
  const [mark, word] = words[slot.state];
  return (
    <article className={`slot ${slot.state}`} aria-label={`${slot.label}: ${t(word)}`}>
      <div className="slot-label">{slot.label}</div>
      <div className="slot-word" role="status">
        <span aria-hidden="true">{mark}</span> {t(word)}
      </div>
      <div className="slot-serial">{slot.serial ?? slot.scanned ?? ''}</div>
      <div className="slot-note">{slot.error?.title ?? slot.step ?? ''}</div>
      <div className="slot-note small">{slot.error?.advice ?? ''}</div>
    </article>
  );
}

function Counters({ line }: { readonly line: LineState }) {
  const t = useWords();
  const total = line.passed + line.failed;
  const share = total === 0 ? '–' : `${Math.round((100 * line.passed) / total)} %`;
  return (
    <div className="counters">
      <div>
        <strong>{line.passed}</strong> {t('line.passed')}
      </div>
      <div>
        <strong>{line.failed}</strong> {t('line.failed')}
      </div>
      <div>
        <strong>{share}</strong> {t('line.yield')}
      </div>
    </div>
  );
}

/** A label typed by hand or by the scanner while the field has the focus. */
function Scan() {
  const t = useWords();
  const [label, setLabel] = useState('');
  return (
    <Form
      className="scan"
      onSubmit={(event) => {
        event.preventDefault();
        if (label.trim() !== '') void call('line.scan', { text: label.trim() });
        setLabel('');
      }}
    >
      <Field label={t('line.scan')} hint={t('line.scan.hint')} value={label} onChange={setLabel} autoFocus />
    </Form>
  );
}

/** The running line: readable from two metres. */
export function Running({ line, isScanning }: { readonly line: LineState; readonly isScanning: boolean }) {
  const t = useWords();
  useScanner(isScanning);
  return (
    <div className="line-running stack">
      <div className="row">
        <Counters line={line} />
        <div className="row actions">
          <Button onPress={() => void document.documentElement.requestFullscreen()}>{t('line.full')}</Button>
          <Button kind="danger" onPress={() => void call('line.stop', {})}>
            {t('line.stop')}
          </Button>
        </div>
      </div>
      {isScanning ? <Scan /> : null}
      <div className="slots">
        {line.slots.map((slot) => (
          <SlotTile key={slot.port} slot={slot} />
        ))}
      </div>
      <div className="small soft">
        {line.skippedPorts.length > 0 ? t('line.skipped', { ports: line.skippedPorts.join(', ') }) : ''}
      </div>
      <ThroughputChart />
    </div>
  );
}
