// Line mode: slots are ports. A unit that is plugged into a slot is loaded, passes or fails, and its result stays until it
// is taken out. Ports that are no slots are left alone and shown as skipped.
import type { LineState, Request } from '../../../shared/contract/contract.ts';
import type { DeviceCard } from '../../../shared/contract/values.ts';
import { errorToData, ProvisionerError } from '../../../shared/errors/error.ts';
import { type JobEvent, loadSteps } from '../../../shared/job.ts';
import type { Receipt } from '../../../shared/receipt.ts';

type Slot = Request<'line.save-slots'>['slots'][number];
type SlotState = LineState['slots'][number];
type LineRun = {
  /** Loads the unit on a port. @throws what stopped it */
  load(port: string, expectedSerial: string | null): Promise<Receipt>;
  /** Told after each unit. */
  finished(unit: {
    port: string;
    label: string;
    passed: boolean;
    serial: string | null;
    receipt: string | null;
  }): void;
  readonly isScanNeeded: boolean;
};

export type Line = {
  state(): LineState;
  saveSlots(slots: readonly Slot[]): void;
  /** @throws line.busy line.not-ready */
  start(run: LineRun): void;
  /** No new unit starts; those that run are finished. */
  stop(): void;
  scan(text: string): void;
  /** The ports that are there now. */
  look(cards: readonly DeviceCard[]): void;
  hear(event: JobEvent): void;
};

const idle = (slot: Slot): SlotState => ({
  ...slot,
  isPresent: false,
  state: 'empty',
  serial: null,
  scanned: null,
  step: null,
  error: null,
});

const errorView = (error: unknown) => {
  const data = errorToData(error);
  return { ...data, details: { ...data.details } };
};

export function openLine(slots: readonly Slot[], onChange: (state: LineState) => void): Line {
  let states: readonly SlotState[] = slots.map(idle);
  let cards: readonly DeviceCard[] = [];
  let run: LineRun | null = null;
  /** Scanned before the unit was plugged in. */
  let nextLabel: string | null = null;
  let finished: LineState['finished'] = [];

  const state = (): LineState => ({
    isRunning: run !== null,
    slots: [...states],
    skippedPorts: cards.map(({ port }) => port).filter((port) => !states.some((slot) => slot.port === port)),
    passed: finished.filter(({ passed }) => passed).length,
    failed: finished.filter(({ passed }) => !passed).length,
    finished: [...finished],
  });

  function change(port: string, part: Partial<SlotState>): void {
    states = states.map((slot) => (slot.port === port ? { ...slot, ...part } : slot));
    onChange(state());
  }

  function end(slot: SlotState, part: { passed: boolean; receipt: Receipt | null; error?: unknown }): void {
    const { passed, receipt } = part;
    const serial = receipt?.device.serial ?? states.find(({ port }) => port === slot.port)?.serial ?? null;
    finished = [...finished, { at: new Date().toISOString(), passed }];
    change(slot.port, {
      state: passed ? 'pass' : 'fail',
      serial,
      step: null,
      error: part.error === undefined ? null : errorView(part.error),
    });
    run?.finished({ port: slot.port, label: slot.label, passed, serial, receipt: receipt?.id ?? null });
  }

  async function work(slot: SlotState, scanned: string | null): Promise<void> {
    if (run === null) return;
    change(slot.port, { state: 'running', scanned, serial: scanned, error: null });
    try {
      end(slot, { passed: true, receipt: await run.load(slot.port, scanned) });
    } catch (error) {
      end(slot, { passed: false, receipt: null, error });
    }
    look(cards);
  }

  /** A unit is there and nothing has been done to it yet. */
  function begin(slot: SlotState): void {
    if (run !== null && !run.isScanNeeded) void work(slot, null);
    else if (run !== null && nextLabel !== null) void work(slot, takeLabel());
    else change(slot.port, { state: run === null ? 'waiting' : 'scan', isPresent: true });
  }

  function takeLabel(): string | null {
    const label = nextLabel;
    nextLabel = null;
    return label;
  }

  function look(now: readonly DeviceCard[]): void {
    cards = now;
    for (const slot of states) {
      const isPresent = now.some(({ port }) => port === slot.port);
      // A unit that runs may restart and be away for a moment: its job knows.
      if (slot.state === 'running') continue;
      if (!isPresent && slot.state !== 'empty') change(slot.port, idle(slot));
      else if (isPresent && (slot.state === 'empty' || (slot.state === 'waiting' && run !== null)))
        begin({ ...slot, isPresent: true });
    }
    onChange(state());
  }

  return {
    state,
    look,
    saveSlots(wanted) {
      if (run !== null) throw new ProvisionerError('line.busy', 'slots are changed while the line stands');
      states = wanted.map(idle);
      look(cards);
    },
    start(wanted) {
      if (run !== null) throw new ProvisionerError('line.busy', 'the line runs already');
      if (states.length === 0) throw new ProvisionerError('line.not-ready', 'no slot is saved');
      run = wanted;
      finished = [];
      look(cards);
    },
    stop() {
      run = null;
      nextLabel = null;
      states = states.map((slot) => (slot.state === 'scan' ? { ...slot, state: 'waiting' } : slot));
      onChange(state());
    },
    scan(text) {
      const waiting = states.find((slot) => slot.state === 'scan');
      if (waiting) void work(waiting, text.trim());
      else nextLabel = text.trim();
    },
    hear(event) {
      const slot = states.find(({ port, state: now }) => port === event.port && now === 'running');
      if (slot && event.event === 'step' && event.state === 'running')
        change(slot.port, { step: loadSteps[event.step].title });
      if (slot && event.event === 'step' && event.step === 'read' && event.state === 'done' && event.detail)
        change(slot.port, { serial: event.detail });
    },
  };
}
