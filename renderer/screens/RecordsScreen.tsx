import { Page } from '../parts/Page.tsx';
import { useWords } from '../words/words.ts';

export function RecordsScreen() {
  const t = useWords();
  return <Page title={t('screen.records')}>{null}</Page>;
}
