// The screen's calls, checked and passed on to the engine.
import { copyFile } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { type BrowserWindow, dialog, type IpcMainInvokeEvent, ipcMain } from 'electron';
import { type Reply, refusal } from '../../shared/contract/contract.ts';
import { ProvisionerError } from '../../shared/errors/error.ts';
import { writeAtomically } from '../core/files.ts';
import type { EngineProcess } from './engine.ts';
import { channels, type FoundFile } from './engine-messages.ts';
import { isOurFrame } from './guards.ts';

const foreign = () =>
  refusal(new ProvisionerError('contract.invalid-call', 'the call came from another frame'));
const invalid = () =>
  refusal(new ProvisionerError('contract.invalid-call', 'the call is not of the right shape'));

/** Asks where to, then copies; a cancelled dialog changes nothing. */
async function saveFile(
  engine: EngineProcess,
  window: BrowserWindow,
  token: string,
): Promise<Reply<unknown>> {
  const found = await engine.ask({ kind: 'find-file', token });
  if (!found.ok) return found;
  const file = found.value as FoundFile;
  const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath: file.name });
  if (canceled || !filePath) return { ok: true, value: null };
  try {
    await writeAtomically(filePath, (_file, tempPath) => copyFile(file.path, tempPath));
    return { ok: true, value: null };
  } catch (cause) {
    return refusal(new ProvisionerError('package.write-failed', `${filePath} cannot be written`, { cause }));
  }
}

/** A file that was not saved must not go unnoticed: the page only waits for the dialog to close. */
async function saveOrSay(engine: EngineProcess, window: BrowserWindow, token: string): Promise<null> {
  const reply = await saveFile(engine, window, token);
  if (reply.ok) return null;
  const { title, message, advice } = reply.error;
  await dialog.showMessageBox(window, { type: 'error', message: title, detail: `${message}\n\n${advice}` });
  return null;
}

export function answerCalls(engine: EngineProcess, ourWindow: () => BrowserWindow | null): void {
  const handle = (
    channel: string,
    answer: (window: BrowserWindow, ...args: unknown[]) => Promise<Reply<unknown> | null>,
  ) =>
    ipcMain.handle(channel, async (event: IpcMainInvokeEvent, ...args: unknown[]) => {
      const window = ourWindow();
      return window && isOurFrame(event, window) ? answer(window, ...args) : foreign();
    });
  handle(channels.call, async (_window, name, request) =>
    typeof name === 'string' ? engine.ask({ kind: 'call', name, request }) : invalid(),
  );
  handle(channels.addFile, async (_window, path) =>
    typeof path === 'string' && isAbsolute(path) ? engine.ask({ kind: 'add-file', path }) : invalid(),
  );
  handle(channels.saveFile, async (window, token) =>
    typeof token === 'string' ? saveOrSay(engine, window, token) : invalid(),
  );
}
