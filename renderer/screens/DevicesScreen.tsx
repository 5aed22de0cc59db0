import { useState } from 'react';
import { InterruptedJobs } from '../parts/InterruptedJobs.tsx';
import { LoginFields } from '../parts/login.tsx';
import { Page } from '../parts/Page.tsx';
import { SerialRule } from '../parts/SerialRule.tsx';
import { useDesk } from '../store.ts';
import { useWords } from '../words/words.ts';
import { DeviceDetail } from './devices/DeviceDetail.tsx';
import { DeviceItem } from './devices/DeviceItem.tsx';
import { KnownDevices } from './devices/KnownDevices.tsx';

/** What is plugged in, live. */
export function DevicesScreen() {
  const t = useWords();
  const devices = useDesk((desk) => desk.devices);
  const rule = useDesk((desk) => desk.station?.serialRule);
  const [serial, setSerial] = useState<string | null>(null);
  const count = (
    <span className="soft" role="status">
      {t('devices.count', { count: devices.length })}
    </span>
  );
  return (
    <Page title={t('screen.devices')} actions={count}>
      <InterruptedJobs />
      {rule?.isNeeded ? <SerialRule rule={rule} /> : null}
      <section className="card stack" aria-label={t('devices.login')}>
        <LoginFields />
        <div className="small soft">{t('devices.login.why')}</div>
      </section>
      {devices.length === 0 ? (
        <div className="empty">
          <h2>{t('devices.none.title')}</h2>
          {t('devices.none')}
        </div>
      ) : null}
      <div className="cards">
        {devices.map((card) => (
          <DeviceItem key={card.port} card={card} onDetails={setSerial} />
        ))}
      </div>
      {serial === null ? null : <DeviceDetail key={serial} serial={serial} onClose={() => setSerial(null)} />}
      <KnownDevices onDetails={setSerial} />
    </Page>
  );
}
