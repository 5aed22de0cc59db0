import type { LineState } from '../../../shared/contract/contract.ts';
import { call } from '../../actions.ts';
import { Button } from '../../parts/controls.tsx';
import { shortPath } from '../../parts/format.ts';
import { useWords } from '../../words/words.ts';
import { Counters } from './Counters.tsx';
import { FullScreen } from './FullScreen.tsx';
import { useJig } from './jig.ts';
import { trimmed } from './places.ts';
import { Scan } from './Scan.tsx';
import { SlotTile } from './SlotTile.tsx';
import { useScanner } from './scanner.ts';
import { ThroughputChart } from './ThroughputChart.tsx';

/** The ports that are no slots: left alone, and said so. */
function Skipped({ ports }: { readonly ports: readonly string[] }) {
  const t = useWords();
  return (
    <p className="small soft reserve">
      {ports.length > 0 ? t('line.skipped', { ports: ports.map(shortPath).join(', ') }) : ''}
    </p>
  );
}

/** As on the jig where the slots were put there, side by side otherwise. */
function Tiles({ slots }: Pick<LineState, 'slots'>) {
  const onJig = slots.flatMap(({ port, label, at }) => (at ? [{ port, label, at }] : []));
  if (onJig.length < slots.length || slots.length === 0)
    return (
      <div className="slots">
        {slots.map((slot) => (
          <SlotTile key={slot.port} slot={slot} />
        ))}
      </div>
    );
  const { columns, cells } = trimmed(onJig);
  return (
    <div className="slots on-jig" style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
      {slots.map((slot, index) => (
        <SlotTile key={slot.port} slot={slot} at={cells[index]} />
      ))}
    </div>
  );
}

/** The running line: readable from two metres. What comes and goes is below the tiles, so that they stay where they are. */
export function Running({ line }: { readonly line: LineState }) {
  const t = useWords();
  const isWanted = useJig(({ isScanNeeded }) => isScanNeeded);
  const waiting = line.slots.filter(({ state }) => state === 'scan').length;
  // The page may have been opened anew while the line runs: the slots tell that labels are scanned.
  const isScanned = waiting > 0 || line.slots.some(({ scanned }) => scanned !== null);
  const hasLabels = isWanted || isScanned;
  useScanner(line.isRunning && hasLabels);
  return (
    <div className="line-running stack">
      <div className="row">
        <Counters line={line} />
        <div className="row actions">
          <FullScreen />
          <Button kind="danger" onPress={() => void call('line.stop', {})} isDisabled={!line.isRunning}>
            {t('line.stop')}
          </Button>
        </div>
      </div>
      {hasLabels ? <Scan waiting={waiting} isDisabled={!line.isRunning} /> : null}
      <Tiles slots={line.slots} />
      {line.isRunning ? null : (
        <div className="note" role="status">
          {t('line.stopping')}
        </div>
      )}
      <Skipped ports={line.skippedPorts} />
      <ThroughputChart finished={line.finished} />
    </div>
  );
}
