// A scanner is a keyboard that types fast and ends with Enter, wherever the focus is.
import { useEffect } from 'react';
import { call } from '../../actions.ts';

const betweenKeysMs = 60;
const minLabelChars = 3;

/** Collects keys; gives the text when Enter follows fast enough. Pure but for its own memory. */
export function createWedge(onScan: (text: string) => void): (key: string, nowMs: number) => void {
  let typed = '';
  let lastMs = Number.NEGATIVE_INFINITY;
  return (key, nowMs) => {
    if (nowMs - lastMs > betweenKeysMs) typed = '';
    lastMs = nowMs;
    if (key.length === 1) typed += key;
    if (key !== 'Enter') return;
    if (typed.length >= minLabelChars) onScan(typed);
    typed = '';
  };
}

/** Listens while `isOn`; what is typed into a field is left to the field. */
export function useScanner(isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return;
    const wedge = createWedge((text) => void call('line.scan', { text }));
    const listen = (event: KeyboardEvent) => {
      if (!(event.target instanceof HTMLInputElement)) wedge(event.key, event.timeStamp);
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [isOn]);
}
