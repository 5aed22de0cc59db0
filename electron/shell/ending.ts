// How the program ends: asks while a job runs, lets the engine restore its devices, then goes. Whatever would end it
// before that (a closed window, a quit, a second quit out of impatience) is held back.
import { app, type BrowserWindow, dialog } from 'electron';
import type { EngineProcess } from './engine.ts';

type Stage = 'running' | 'asking' | 'closing' | 'closed';

/** The engine gives a job 20 s to restore its device; whatever is not over by then never will be. */
const closeMs = 30_000;

export type Ending = {
  /** For events that would end the program. */
  hold(event: { preventDefault(): void }): void;
  /** True when the engine was told to close. */
  isEnding(): boolean;
};

const question = {
  type: 'warning' as const,
  message: 'A job is running.',
  detail:
    'If you quit now it is interrupted, the device is restored, and the job can be resumed at the next start.',
  buttons: ['Keep running', 'Quit and resume later'],
  defaultId: 0,
  cancelId: 0,
};

async function mayEnd(engine: EngineProcess, window: BrowserWindow | null): Promise<boolean> {
  const busy = await engine.ask({ kind: 'is-busy' });
  if (!busy.ok || busy.value !== true) return true;
  const { response } = await (window
    ? dialog.showMessageBox(window, question)
    : dialog.showMessageBox(question));
  return response === 1;
}

async function closeInTime(engine: EngineProcess): Promise<void> {
  const deadline = Promise.withResolvers<void>();
  const timer = setTimeout(deadline.resolve, closeMs);
  await Promise.race([engine.ask({ kind: 'close' }), deadline.promise]);
  clearTimeout(timer);
}

export function openEnding(engine: EngineProcess, ourWindow: () => BrowserWindow | null): Ending {
  let stage: Stage = 'running';

  async function end(): Promise<void> {
    stage = 'asking';
    if (!(await mayEnd(engine, ourWindow()))) {
      stage = 'running';
      return;
    }
    stage = 'closing';
    await closeInTime(engine);
    stage = 'closed';
    app.quit();
  }

  return {
    hold(event) {
      if (stage === 'closed') return;
      event.preventDefault();
      if (stage === 'running') void end();
    },
    isEnding: () => stage === 'closing' || stage === 'closed',
  };
}
