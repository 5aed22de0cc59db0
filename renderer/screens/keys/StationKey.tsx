import { Copy } from '../../parts/Copy.tsx';
import { groupHex } from '../../parts/format.ts';
import { useDesk } from '../../store.ts';
import { useWords } from '../../words/words.ts';

/** The public half of the key that signs receipts: with it alone they verify anywhere. */
export function StationKey() {
  const t = useWords();
  const key = useDesk((desk) => desk.station?.stationKey ?? null);
  return (
    <section className="card stack">
      <h2>{t('station-key.title')}</h2>
      <p className="soft">{t('station-key.why')}</p>
      {key === null ? (
        <p>{t('station-key.none')}</p>
      ) : (
        <>
          <div className="mono">{groupHex(key)}</div>
          <div className="row">
            <Copy text={key} label={t('station-key.copy')} />
          </div>
        </>
      )}
    </section>
  );
}
