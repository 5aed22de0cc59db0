import { useDesk } from '../store.ts';
import { useLanguage, useWords } from '../words/words.ts';
import { linkName, linkQuality } from './link-facts.ts';

type LinkLineProps = {
  readonly port: string;
  /** False where a transfer's own rate is shown beside it. */
  readonly hasRate?: boolean;
};

/** The link at a port: which kind, and how well it does. Keeps its place while nothing is known. */
export function LinkLine({ port, hasRate = true }: LinkLineProps) {
  const t = useWords();
  const language = useLanguage();
  const state = useDesk((desk) => desk.links[port]?.state ?? null);
  return (
    <div className="link-line">
      <div>
        {state === null ? <span className="soft">{t('link.unknown')}</span> : linkName(language, state)}
      </div>
      <div className="small soft reserve">{state === null ? '' : linkQuality(language, state, hasRate)}</div>
    </div>
  );
}
