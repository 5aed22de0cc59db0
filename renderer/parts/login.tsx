// The login on a device's console: shared by the screens that need it. The password stays in this page's memory and is
// forgotten when the vault is locked; only the user name is remembered by the browser.
import { create } from 'zustand';
import type { Request } from '../../shared/contract/contract.ts';
import { useDesk } from '../store.ts';
import { useWords } from '../words/words.ts';
import { Choice, Field } from './controls.tsx';

type Login = { readonly user: string; readonly password: string; readonly baud: string };

const userPlace = 'trustbox.user';
const speeds = ['9600', '19200', '38400', '57600', '115200', '230400', '460800', '921600'];

/** Nothing, where the browser keeps no storage for this page. */
function rememberedUser(): string {
  try {
    return localStorage.getItem(userPlace) ?? '';
  } catch {
    return '';
  }
}

export const useLogin = create<Login>()(() => ({
  user: rememberedUser(),
  password: '',
  baud: '115200',
}));

useDesk.subscribe((now, before) => {
  if (before.station?.isUnlocked && !now.station?.isUnlocked) useLogin.setState({ password: '' });
});

export type LinkRequest = Pick<Request<'devices.read'>, 'baudRate' | 'credentials'>;

/** What was typed, as calls take it. */
export const linkRequest = (): LinkRequest => {
  const { user, password, baud } = useLogin.getState();
  return { baudRate: Number(baud), credentials: user === '' ? null : { user, password } };
};

function setUser(user: string): void {
  useLogin.setState({ user });
  try {
    localStorage.setItem(userPlace, user);
  } catch {
    return;
  }
}

/** @param hasSpeed false where the speed is settled already */
export function LoginFields({ hasSpeed = true }: { readonly hasSpeed?: boolean }) {
  const t = useWords();
  const { user, password, baud } = useLogin();
  return (
    <div className="login">
      <Field label={t('devices.user')} value={user} onChange={setUser} />
      <Field
        label={t('devices.password')}
        type="password"
        value={password}
        onChange={(value) => useLogin.setState({ password: value })}
      />
      {hasSpeed ? (
        <Choice
          label={t('devices.baud')}
          value={baud}
          onChange={(value) => useLogin.setState({ baud: value })}
          options={speeds.map((speed) => ({ id: speed, title: speed }))}
        />
      ) : null}
    </div>
  );
}
