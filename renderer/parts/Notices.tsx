import { dismissNotice } from '../actions.ts';
import { useDesk } from '../store.ts';
import { useWords } from '../words/words.ts';
import { Button } from './controls.tsx';
import { Refusal } from './Refusal.tsx';

/** What just happened, until it is dismissed: errors never vanish by themselves. */
export function Notices() {
  const t = useWords();
  const notices = useDesk((desk) => desk.notices);
  return (
    <div className="notices" aria-live="polite">
      {notices.map((notice) => (
        <div key={notice.id} className="stack card">
          {notice.error ? <Refusal error={notice.error} /> : <div>{notice.text}</div>}
          <Button onPress={() => dismissNotice(notice.id)}>{t('notice.dismiss')}</Button>
        </div>
      ))}
    </div>
  );
}
