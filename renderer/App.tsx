import { type ComponentType, useEffect, useRef } from 'react';
import { I18nProvider } from 'react-aria-components';
import { showScreen } from './actions.ts';
import { Notices } from './parts/Notices.tsx';
import { Rail } from './parts/Rail.tsx';
import { RecoveryCode } from './parts/RecoveryCode.tsx';
import { DevicesScreen } from './screens/DevicesScreen.tsx';
import { DiagnoseScreen } from './screens/DiagnoseScreen.tsx';
import { KeysScreen } from './screens/KeysScreen.tsx';
import { LineScreen } from './screens/LineScreen.tsx';
import { LoadScreen } from './screens/LoadScreen.tsx';
import { OutboxScreen } from './screens/OutboxScreen.tsx';
import { PackagesScreen } from './screens/PackagesScreen.tsx';
import { RecordsScreen } from './screens/RecordsScreen.tsx';
import { SettingsScreen } from './screens/SettingsScreen.tsx';
import { SetUpScreen } from './screens/SetUpScreen.tsx';
import { type Screen, screens, useDesk } from './store.ts';
import { useLanguage, useWords } from './words/words.ts';

const screenOf: Readonly<Record<Screen, ComponentType>> = {
  devices: DevicesScreen,
  packages: PackagesScreen,
  load: LoadScreen,
  line: LineScreen,
  keys: KeysScreen,
  outbox: OutboxScreen,
  records: RecordsScreen,
  diagnose: DiagnoseScreen,
  settings: SettingsScreen,
};

/** Alt+1 to Alt+9 open the screens in their order. */
function openByKey(event: KeyboardEvent): void {
  const screen = event.altKey ? screens[Number(event.key) - 1] : undefined;
  if (!screen) return;
  event.preventDefault();
  showScreen(screen);
}

function Frame() {
  const t = useWords();
  const station = useDesk((desk) => desk.station);
  const isConnected = useDesk((desk) => desk.isConnected);
  const screen = useDesk((desk) => desk.screen);
  const shown = useRef<Screen | null>(null);
  const language = useLanguage();
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = t('app.name');
  }, [language, t]);
  useEffect(() => {
    window.addEventListener('keydown', openByKey);
    return () => window.removeEventListener('keydown', openByKey);
  }, []);
  useEffect(() => {
    // After a move between screens the reader starts at the new one, not at the top.
    if (shown.current !== null && shown.current !== screen) document.getElementById('page')?.focus();
    shown.current = screen;
  }, [screen]);
  if (station === null) return null;
  if (!station.isSetUp) return <SetUpScreen />;
  const Shown = screenOf[screen];
  return (
    <div className="frame">
      <Rail />
      <div className="content">
        {isConnected ? null : (
          <div className="refusal" role="alert">
            {t('app.lost')}
          </div>
        )}
        <Shown />
      </div>
      <Notices />
      <RecoveryCode />
    </div>
  );
}

/** The controls have words of their own, for screen readers: in the language of the screens, not of the browser. */
export function App() {
  return (
    <I18nProvider locale={useLanguage()}>
      <Frame />
    </I18nProvider>
  );
}
