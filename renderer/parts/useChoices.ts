// What a form offers or uses: class keys of the vault, device profiles, the station's trust anchors.
import { useCallback, useEffect, useState } from 'react';
import type { AnchorView } from '../../shared/contract/values.ts';
import { call } from '../actions.ts';
import { speak } from '../words/sayings.ts';
import { useLanguage } from '../words/words.ts';

export type Named = { readonly id: string; readonly title: string };

type Keys = {
  readonly keys: readonly Named[];
  /** False until the vault has answered: an empty list means nothing before that. */
  readonly isKnown: boolean;
  readonly refresh: () => Promise<void>;
};

export function useKeys(): Keys {
  const [keys, setKeys] = useState<readonly Named[] | null>(null);
  const refresh = useCallback(async () => {
    const list = await call('keys.list', {});
    if (list) setKeys(list.map(({ name }) => ({ id: name, title: name })));
  }, []);
  useEffect(() => void refresh(), [refresh]);
  return { keys: keys ?? [], isKnown: keys !== null, refresh };
}

export function useProfiles(): readonly Named[] {
  const language = useLanguage();
  const [profiles, setProfiles] = useState<readonly Named[]>([]);
  useEffect(() => {
    void call('load.profiles', {}).then((list) =>
      setProfiles((list ?? []).map(({ name, title }) => ({ id: name, title }))),
    );
  }, []);
  return profiles.map(({ id, title }) => ({ id, title: speak(title, language).text }));
}

type Anchors = {
  /** Null until the engine has answered. */
  readonly anchors: readonly AnchorView[] | null;
  readonly show: (anchors: readonly AnchorView[]) => void;
  readonly refresh: () => Promise<void>;
};

export function useAnchors(): Anchors {
  const [anchors, setAnchors] = useState<readonly AnchorView[] | null>(null);
  const refresh = useCallback(async () => {
    const list = await call('trust.anchors', {});
    if (list) setAnchors(list);
  }, []);
  useEffect(() => void refresh(), [refresh]);
  return { anchors, show: setAnchors, refresh };
}
