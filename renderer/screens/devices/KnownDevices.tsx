import { useEffect, useState } from 'react';
import type { KnownDevice } from '../../../shared/contract/values.ts';
import { call } from '../../actions.ts';
import { Button, Field } from '../../parts/controls.tsx';
import { formatTime, groupHex } from '../../parts/format.ts';
import { useDesk } from '../../store.ts';
import { useWords } from '../../words/words.ts';

const typingMs = 150;

/** Search among all devices that were ever read here. */
export function KnownDevices({ onDetails }: { readonly onDetails: (serial: string) => void }) {
  const t = useWords();
  const language = useDesk((desk) => desk.station?.language ?? 'en');
  const devices = useDesk((desk) => desk.devices);
  const [text, setText] = useState('');
  const [found, setFound] = useState<readonly KnownDevice[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is read anew is found anew
  useEffect(() => {
    const timer = setTimeout(async () => setFound((await call('devices.find', { text })) ?? []), typingMs);
    return () => clearTimeout(timer);
  }, [text, devices]);
  return (
    <section className="card stack">
      <h2>{t('devices.known')}</h2>
      <Field label={t('devices.search')} value={text} onChange={setText} />
      {found.length === 0 ? <p className="soft">{t('devices.known.none')}</p> : null}
      {found.length > 0 ? (
        <table className="plain">
          <thead>
            <tr>
              <th>{t('devices.serial')}</th>
              <th>{t('devices.model')}</th>
              <th>{t('devices.fingerprint')}</th>
              <th>{t('devices.last-seen')}</th>
              <th>{t('devices.details')}</th>
            </tr>
          </thead>
          <tbody>
            {found.slice(0, 50).map((device) => (
              <tr key={device.serial}>
                <td>{device.serial}</td>
                <td>{device.model ?? '–'}</td>
                <td className="mono">{groupHex(device.fingerprint.slice(0, 16))}…</td>
                <td>{formatTime(device.lastSeen, language)}</td>
                <td>
                  <Button
                    onPress={() => onDetails(device.serial)}
                    label={`${t('devices.details')}: ${device.serial}`}
                  >
                    {t('devices.details')}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </section>
  );
}
