import { Page } from '../parts/Page.tsx';
import { useWords } from '../words/words.ts';

export function PackagesScreen() {
  const t = useWords();
  return <Page title={t('screen.packages')}>{null}</Page>;
}
