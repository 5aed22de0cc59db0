// Secrets from the environment or, on a terminal, from a prompt that does not echo.
import { ProvisionerError } from '../../shared/errors/error.ts';

const backspace = new Set(['\u007f', '\b']);

/** Reads one line from the terminal without showing it. @throws usage.invalid when there is no terminal */
async function promptHidden(question: string): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) throw new ProvisionerError('usage.invalid', `${question}: no terminal to ask on`);
  stderr.write(`${question}: `);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  try {
    return await readLine(stdin);
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write('\n');
  }
}

async function readLine(input: NodeJS.ReadStream): Promise<string> {
  let line = '';
  for await (const chunk of input.iterator({ destroyOnReturn: false })) {
    for (const char of String(chunk)) {
      if (char === '\r' || char === '\n') return line;
      if (char === '\u0003') throw new ProvisionerError('usage.invalid', 'interrupted at the prompt');
      line = backspace.has(char) ? line.slice(0, -1) : line + char;
    }
  }
  return line;
}

/** The vault's passphrase: TRUSTBOX_PASSPHRASE, or asked for. */
export async function readPassphrase(): Promise<string> {
  const fromEnv = process.env.TRUSTBOX_PASSPHRASE;
  if (fromEnv) return fromEnv;
  if (process.stdin.isTTY) return promptHidden('Vault passphrase');
  throw new ProvisionerError(
    'usage.invalid',
    'no vault passphrase: set TRUSTBOX_PASSPHRASE or run on a terminal',
  );
}

/** The code of the vault's second lock: TRUSTBOX_RECOVERY_CODE, or asked for. No keychain is reached from a command. */
export async function readRecoveryCode(): Promise<string> {
  const fromEnv = process.env.TRUSTBOX_RECOVERY_CODE;
  if (fromEnv) return fromEnv;
  if (process.stdin.isTTY) return promptHidden('Recovery code of the second lock');
  throw new ProvisionerError(
    'vault.second-lock-needed',
    'no recovery code: set TRUSTBOX_RECOVERY_CODE or run on a terminal',
  );
}

/** A device's login password: from the named variable, or asked for. */
export async function readPassword(variable: string | undefined, user: string): Promise<string> {
  if (variable === undefined) return promptHidden(`Password of ${user} on the device`);
  const value = process.env[variable];
  if (value === undefined) {
    throw new ProvisionerError('usage.invalid', `--password-env ${variable}: no such environment variable`);
  }
  return value;
}
