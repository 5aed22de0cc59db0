import { Page } from '../parts/Page.tsx';
import { useWords } from '../words/words.ts';

export function DevicesScreen() {
  const t = useWords();
  return <Page title={t('screen.devices')}>{null}</Page>;
}
