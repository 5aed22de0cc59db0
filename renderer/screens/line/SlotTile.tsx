import type { LineState } from '../../../shared/contract/contract.ts';
import { errorText } from '../../words/error-words.ts';
import { useLanguage, useWords } from '../../words/words.ts';
import type { Cell } from './places.ts';
import { stepWithTitle } from './step-word.ts';

const words = {
  empty: ['', 'line.empty'],
  waiting: ['', 'line.waiting'],
  scan: ['▤', 'line.scanning'],
  running: ['▶', 'line.running'],
  pass: ['✓', 'line.pass'],
  fail: ['✕', 'line.fail'],
} as const;

type SlotTileProps = {
  readonly slot: LineState['slots'][number];
  /** Its cell, where the slots stand as on the jig. */
  readonly at?: Cell | undefined;
};

/** One slot: its state by word, shape and colour, large enough for two metres. */
export function SlotTile({ slot, at }: SlotTileProps) {
  const t = useWords();
  const language = useLanguage();
  const [mark, word] = words[slot.state];
  const step = slot.step === null ? null : stepWithTitle(slot.step);
  const error = slot.error && errorText(slot.error, language);
  const note = error?.title ?? (step ? t(`step.${step}`) : slot.step) ?? '';
  return (
    <article
      className={`slot ${slot.state}`}
      aria-label={`${slot.label}: ${t(word)}`}
      style={at && { gridColumn: at.column + 1, gridRow: at.row + 1 }}
    >
      <div className="slot-label">{slot.label}</div>
      <div className="slot-word" role="status">
        <span aria-hidden="true">{mark}</span> {t(word)}
      </div>
      <div className="slot-serial">{slot.serial ?? slot.scanned ?? ''}</div>
      <div className="slot-note">{note}</div>
      <div className="slot-advice small">{error?.advice ?? ''}</div>
    </article>
  );
}
