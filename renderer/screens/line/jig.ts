// What is put together before the line starts; kept while the user looks at other screens.
import { create } from 'zustand';
import type { Request } from '../../../shared/contract/contract.ts';
import { call, hear } from '../../actions.ts';
import { useDesk } from '../../store.ts';
import { placed } from './places.ts';

export type Slot = Request<'line.save-slots'>['slots'][number];

type Jig = {
  /** Null: as they are saved. */
  readonly changed: readonly Slot[] | null;
  readonly isScanNeeded: boolean;
  readonly hook: boolean;
};

export const useJig = create<Jig>()(() => ({ changed: null, isScanNeeded: false, hook: false }));

export const change = (part: Partial<Jig>): void => useJig.setState(part);

const noSlots: readonly Slot[] = [];

/** What is saved of a slot. */
const slotOf = ({ port, label, at }: Slot): Slot => (at ? { port, label, at } : { port, label });

/** The slots as they are on the screen, saved or not. */
export function useSlots(): readonly Slot[] {
  const changed = useJig((jig) => jig.changed);
  const saved = useDesk((desk) => desk.line?.slots);
  return changed ?? saved?.map(slotOf) ?? noSlots;
}

/** @returns whether what is on the screen is saved now */
export async function saveSlots(): Promise<boolean> {
  const { changed } = useJig.getState();
  if (changed === null) return true;
  const value = await call('line.save-slots', { slots: placed(changed) });
  if (!value) return false;
  change({ changed: null });
  hear({ name: 'line.changed', value });
  return true;
}

/** A line runs as it is drawn: what was changed is saved first. */
export async function startLine(recipe: Request<'line.start'>['recipe']): Promise<void> {
  if (!(await saveSlots())) return;
  const { isScanNeeded, hook } = useJig.getState();
  const value = await call('line.start', { recipe, isScanNeeded, hook });
  if (value) hear({ name: 'line.changed', value });
}
