// The engine names the step of a slot by its title; the screen says it in its own language.
import { loadSteps, type StepName } from '../../../shared/job.ts';

const names = Object.keys(loadSteps) as readonly StepName[];

/** The step with this title, or null when there is none. Pure. */
export const stepWithTitle = (title: string): StepName | null =>
  names.find((name) => loadSteps[name].title === title) ?? null;
