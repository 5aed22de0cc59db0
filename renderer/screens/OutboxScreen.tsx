import { Page } from '../parts/Page.tsx';
import { useWords } from '../words/words.ts';

export function OutboxScreen() {
  const t = useWords();
  return <Page title={t('screen.outbox')}>{null}</Page>;
}
