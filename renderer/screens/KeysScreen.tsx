import { useEffect, useState } from 'react';
import type { Response } from '../../shared/contract/contract.ts';
import { call } from '../actions.ts';
import { Page } from '../parts/Page.tsx';
import { useWords } from '../words/words.ts';
import { ClassKeys } from './keys/ClassKeys.tsx';
import { KeptAnchors } from './keys/KeptAnchors.tsx';
import { StationKey } from './keys/StationKey.tsx';
import { FactoryList, PolicyPart } from './keys/Trust.tsx';

/** Keys, and the rules by which they are released. */
export function KeysScreen() {
  const t = useWords();
  const [trust, setTrust] = useState<Response<'trust.state'> | null>(null);
  const refresh = async () => setTrust(await call('trust.state', {}));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the screen opens
  useEffect(() => void refresh(), []);
  return (
    <Page title={t('screen.keys')}>
      <ClassKeys />
      {trust ? (
        <div className="columns">
          <PolicyPart trust={trust} onChange={refresh} />
          <div className="stack">
            <StationKey />
            <FactoryList trust={trust} onChange={refresh} />
          </div>
        </div>
      ) : null}
      <KeptAnchors />
    </Page>
  );
}
