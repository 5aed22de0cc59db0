import { Page } from '../parts/Page.tsx';
import { useWords } from '../words/words.ts';

export function LineScreen() {
  const t = useWords();
  return <Page title={t('screen.line')}>{null}</Page>;
}
