import { Page } from '../parts/Page.tsx';
import { useWords } from '../words/words.ts';

export function SettingsScreen() {
  const t = useWords();
  return <Page title={t('screen.settings')}>{null}</Page>;
}
