import { Page } from '../parts/Page.tsx';
import { useWords } from '../words/words.ts';

export function LoadScreen() {
  const t = useWords();
  return <Page title={t('screen.load')}>{null}</Page>;
}
