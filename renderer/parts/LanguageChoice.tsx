import { languages, useWords } from '../words/words.ts';
import { Choice } from './controls.tsx';

type LanguageChoiceProps = { readonly value: string; readonly onChange: (language: string) => void };

export function LanguageChoice({ value, onChange }: LanguageChoiceProps) {
  const t = useWords();
  const options = Object.entries(languages).map(([id, { title }]) => ({ id, title }));
  return <Choice label={t('setup.language')} value={value} onChange={onChange} options={options} />;
}
