import { notifyDone } from '../actions.ts';
import { useWords } from '../words/words.ts';
import { Button } from './controls.tsx';

/** The clipboard by its interface; where that is denied, by a selection that the browser copies itself. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const focused = document.activeElement;
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    const isCopied = document.execCommand('copy');
    area.remove();
    if (focused instanceof HTMLElement) focused.focus();
    return isCopied;
  }
}

type CopyProps = {
  readonly text: string;
  readonly label: string;
  /** For screen readers, where the label alone does not say what is copied. */
  readonly name?: string;
};

/** Puts a text on the clipboard and says so. */
export function Copy({ text, label, name }: CopyProps) {
  const t = useWords();
  const copy = async () => {
    notifyDone(t((await copyText(text)) ? 'copied' : 'copy.failed'));
  };
  return (
    <Button onPress={copy} {...(name ? { label: name } : {})}>
      {label}
    </Button>
  );
}
