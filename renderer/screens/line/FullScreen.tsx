import { useSyncExternalStore } from 'react';
import { notifyDone } from '../../actions.ts';
import { Button } from '../../parts/controls.tsx';
import { useWords } from '../../words/words.ts';

const subscribe = (listener: () => void) => {
  document.addEventListener('fullscreenchange', listener);
  return () => document.removeEventListener('fullscreenchange', listener);
};

/** The line alone on the whole screen; Escape leaves it too. */
export function FullScreen() {
  const t = useWords();
  const isFull = useSyncExternalStore(subscribe, () => document.fullscreenElement !== null);
  const toggle = async () => {
    try {
      await (isFull ? document.exitFullscreen() : document.documentElement.requestFullscreen());
    } catch {
      notifyDone(t('line.full.denied'));
    }
  };
  return <Button onPress={toggle}>{t(isFull ? 'line.full.leave' : 'line.full')}</Button>;
}
