// Line mode over the contract.
import type { Handlers } from '../../../shared/contract/contract.ts';
import type { Line } from './line.ts';
import { runLineHook } from './line-hook.ts';
import { depsFor, inputsOf, runLoad } from './load-calls.ts';
import type { Session } from './session.ts';
import { writeSettings } from './settings.ts';

type LineCalls = Pick<Handlers, Extract<keyof Handlers, `line.${string}`>>;

export function lineCalls(session: Session, line: Line): LineCalls {
  const { services } = session;
  return {
    'line.state': async () => line.state(),
    async 'line.save-slots'({ slots }) {
      line.saveSlots(slots);
      session.settings = { ...session.settings, slots };
      await writeSettings(services.home.settings, session.settings);
      return line.state();
    },
    async 'line.start'({ recipe, isScanNeeded, hook }) {
      const inputs = await inputsOf(session, recipe);
      const deps = await depsFor(session, recipe.credentials);
      line.start({
        isScanNeeded,
        load: (port, expectedSerial) =>
          runLoad(session, { port, inputs: { ...inputs, expectedSerial }, deps }),
        finished: (unit) => {
          if (hook) runLineHook(session.settings.lineHook, unit, services.log);
        },
      });
      return line.state();
    },
    async 'line.scan'({ text }) {
      line.scan(text);
      return line.state();
    },
    async 'line.stop'() {
      line.stop();
      return line.state();
    },
  };
}
