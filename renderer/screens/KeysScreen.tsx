import { Page } from '../parts/Page.tsx';
import { useWords } from '../words/words.ts';

export function KeysScreen() {
  const t = useWords();
  return <Page title={t('screen.keys')}>{null}</Page>;
}
