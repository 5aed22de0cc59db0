import { call, showScreen } from '../actions.ts';
import { screens, useDesk } from '../store.ts';
import { useWords } from '../words/words.ts';
import { Icon } from './Icon.tsx';

/** The way between the screens. */
export function Rail() {
  const t = useWords();
  const current = useDesk((desk) => desk.screen);
  const station = useDesk((desk) => desk.station);
  return (
    <nav className="rail" aria-label={t('app.navigation')}>
      <div className="rail-title">{t('app.name')}</div>
      {screens.map((screen) => (
        <button
          key={screen}
          type="button"
          aria-current={screen === current ? 'page' : undefined}
          onClick={() => showScreen(screen)}
        >
          <Icon name={screen} />
          {t(`screen.${screen}`)}
        </button>
      ))}
      <div className="rail-foot small soft">
        <div>{station?.stationName}</div>
        <div>{station?.operator}</div>
        {station?.isUnlocked ? (
          <button type="button" onClick={() => void call('station.lock', {})}>
            {t('app.lock')}
          </button>
        ) : null}
      </div>
    </nav>
  );
}
