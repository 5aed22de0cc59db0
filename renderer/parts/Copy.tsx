import { notifyDone } from '../actions.ts';
import { useWords } from '../words/words.ts';
import { Button } from './controls.tsx';

/** Puts a text on the clipboard and says so. */
export function Copy({ text, label }: { readonly text: string; readonly label: string }) {
  const t = useWords();
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    notifyDone(t('copied'));
  };
  return <Button onPress={copy}>{label}</Button>;
}
