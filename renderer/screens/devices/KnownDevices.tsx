import { useEffect, useState } from 'react';
import type { KnownDevice } from '../../../shared/contract/values.ts';
import { call } from '../../actions.ts';
import { Button, Field } from '../../parts/controls.tsx';
import { groupHex } from '../../parts/format.ts';
import { Time } from '../../parts/Said.tsx';
import { useDesk } from '../../store.ts';
import { useWords } from '../../words/words.ts';

const typingMs = 150;
const maxShown = 50;

type Found = { readonly kind: 'open' } | { readonly kind: 'found'; readonly devices: readonly KnownDevice[] };

function useFound(text: string): Found {
  const plugged = useDesk((desk) => desk.devices);
  const [found, setFound] = useState<Found>({ kind: 'open' });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is read anew is found anew
  useEffect(() => {
    let isCurrent = true;
    const timer = setTimeout(async () => {
      const devices = await call('devices.find', { text });
      if (isCurrent && devices) setFound({ kind: 'found', devices });
    }, typingMs);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [text, plugged]);
  return found;
}

type RowProps = { readonly device: KnownDevice; readonly onDetails: (serial: string) => void };

function Row({ device, onDetails }: RowProps) {
  const t = useWords();
  const isHere = useDesk((desk) => desk.devices.some(({ serial }) => serial === device.serial));
  return (
    <tr>
      <th scope="row">{device.serial}</th>
      <td>{device.model ?? '–'}</td>
      <td className="mono">{groupHex(device.fingerprint.slice(0, 16))}…</td>
      <td>
        {device.level} {t(`level.${device.level}`)}
      </td>
      <td>{isHere ? t('devices.here') : <Time at={device.lastSeen} />}</td>
      <td>
        <Button onPress={() => onDetails(device.serial)} label={`${t('devices.details')}: ${device.serial}`}>
          {t('devices.details')}
        </Button>
      </td>
    </tr>
  );
}

/** Search among all devices that were ever read here, plugged in or not. */
export function KnownDevices({ onDetails }: { readonly onDetails: (serial: string) => void }) {
  const t = useWords();
  const [text, setText] = useState('');
  const found = useFound(text);
  const devices = found.kind === 'found' ? found.devices : [];
  return (
    <section className="card stack known">
      <h2>{t('devices.known')}</h2>
      <Field label={t('devices.search')} value={text} onChange={setText} />
      <p className="small soft" role="status">
        {found.kind === 'open' ? '' : devices.length === 0 ? t('devices.known.none') : ''}
        {devices.length > maxShown ? t('devices.known.more', { shown: maxShown, count: devices.length }) : ''}
      </p>
      {devices.length > 0 ? (
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('devices.serial')}</th>
              <th scope="col">{t('devices.model')}</th>
              <th scope="col">{t('devices.fingerprint')}</th>
              <th scope="col">{t('devices.level')}</th>
              <th scope="col">{t('devices.last-seen')}</th>
              <th scope="col">{t('devices.details')}</th>
            </tr>
          </thead>
          <tbody>
            {devices.slice(0, maxShown).map((device) => (
              <Row key={device.serial} device={device} onDetails={onDetails} />
            ))}
          </tbody>
        </table>
      ) : null}
    </section>
  );
}
