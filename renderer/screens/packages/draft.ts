// A package that is being put together.
import { create } from 'zustand';
import type { Request, Response } from '../../../shared/contract/contract.ts';
import type { ErrorData, FileInfo } from '../../../shared/contract/values.ts';
import { ask } from '../../actions.ts';
import { useDesk } from '../../store.ts';

export type Draft = {
  readonly payload: FileInfo | null;
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly version: string;
  readonly profile: string;
  readonly keyName: string;
  readonly certificate: FileInfo | null;
  readonly signing: 'here' | 'outside';
  readonly signingKey: FileInfo | null;
  readonly passphrase: string;
  readonly allowKeyReuse: boolean;
  readonly isDemo: boolean;
};

type Build =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running' }
  | { readonly kind: 'refused'; readonly error: ErrorData }
  | { readonly kind: 'built'; readonly result: Response<'packages.build'> };

export const useDraft = create<Draft>()(() => ({
  payload: null,
  id: '',
  name: '',
  vendor: '',
  version: '1.0.0',
  profile: 'trustbox-edge-201',
  keyName: '',
  certificate: null,
  signing: 'here',
  signingKey: null,
  passphrase: '',
  allowKeyReuse: false,
  isDemo: false,
}));

export const useBuild = create<{ readonly build: Build }>()(() => ({ build: { kind: 'idle' } }));

export const change = (part: Partial<Draft>): void => useDraft.setState(part);

/** The request, or null while something is missing. */
export function requestOf(draft: Draft): Request<'packages.build'> | null {
  const { payload, certificate, signing, signingKey, passphrase, ...rest } = draft;
  const isComplete = [rest.id, rest.name, rest.vendor, rest.version, rest.keyName].every(
    (text) => text !== '',
  );
  if (!isComplete || !payload || !certificate || (signing === 'here' && !signingKey)) return null;
  return {
    ...rest,
    payload: payload.token,
    certificate: certificate.token,
    signingKey: signing === 'here' && signingKey ? { file: signingKey.token, passphrase } : null,
  };
}

export async function build(request: Request<'packages.build'>): Promise<void> {
  useDesk.setState({ building: null });
  useBuild.setState({ build: { kind: 'running' } });
  const reply = await ask('packages.build', request);
  useBuild.setState({
    build: reply.ok ? { kind: 'built', result: reply.value } : { kind: 'refused', error: reply.error },
  });
  change({ passphrase: '' });
}
