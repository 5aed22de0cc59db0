import { Page } from '../parts/Page.tsx';
import { useWords } from '../words/words.ts';

export function DiagnoseScreen() {
  const t = useWords();
  return <Page title={t('screen.diagnose')}>{null}</Page>;
}
