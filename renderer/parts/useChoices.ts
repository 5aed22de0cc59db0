// What a form offers: class keys of the vault, device profiles.
import { useCallback, useEffect, useState } from 'react';
import { call } from '../actions.ts';

export type Named = { readonly id: string; readonly title: string };

export function useKeys(): { keys: readonly Named[]; refresh: () => Promise<void> } {
  const [keys, setKeys] = useState<readonly Named[]>([]);
  const refresh = useCallback(async () => {
    const list = await call('keys.list', {});
    setKeys((list ?? []).map(({ name }) => ({ id: name, title: name })));
  }, []);
  useEffect(() => void refresh(), [refresh]);
  return { keys, refresh };
}

export function useProfiles(): readonly Named[] {
  const [profiles, setProfiles] = useState<readonly Named[]>([]);
  useEffect(() => {
    void call('load.profiles', {}).then((list) =>
      setProfiles((list ?? []).map(({ name, title }) => ({ id: name, title }))),
    );
  }, []);
  return profiles;
}
