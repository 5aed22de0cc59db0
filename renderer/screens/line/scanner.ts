// A scanner is a keyboard that types fast and ends with Enter, wherever the focus is.
import { useEffect } from 'react';
import { call } from '../../actions.ts';

const betweenKeysMs = 40;
const minLabelChars = 3;

/**
 * Collects keys; gives the text when Enter follows fast enough. Pure but for its own memory.
 * The listener answers whether the key was the scanner's: then it means nothing else on the screen.
 */
export function createWedge(onScan: (text: string) => void): (key: string, nowMs: number) => boolean {
  let typed = '';
  let lastMs = Number.NEGATIVE_INFINITY;
  return (key, nowMs) => {
    if (nowMs - lastMs >= betweenKeysMs) typed = '';
    lastMs = nowMs;
    const isFast = typed !== '';
    if (key.length === 1) typed += key;
    if (key !== 'Enter') return isFast && key.length === 1;
    const label = typed;
    typed = '';
    if (label.length < minLabelChars) return false;
    onScan(label);
    return true;
  };
}

/**
 * Listens while `isOn`; what is typed into a field is left to the field. Keys of a scan are taken before any control
 * sees them: the Enter at its end would otherwise press the button that has the focus.
 */
export function useScanner(isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return;
    const wedge = createWedge((text) => void call('line.scan', { text }));
    const listen = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLInputElement || event.ctrlKey || event.altKey || event.metaKey) return;
      if (!wedge(event.key, event.timeStamp)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    window.addEventListener('keydown', listen, { capture: true });
    return () => window.removeEventListener('keydown', listen, { capture: true });
  }, [isOn]);
}
