// cpk-tool's end of the door: enclave calls one at a time.
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { CpmReply, CpmRequest } from './cpm-door.ts';
import { cpmFailure } from './tool-failure.ts';

export type CpmClient = {
  /** @throws ToolFailure when the call fails, or nobody answers */
  call(request: CpmRequest): Promise<CpmReply>;
  close(): void;
};

export async function openCpm(path: string): Promise<CpmClient> {
  const socket = connect(path);
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.on('error', () => resolve(false));
  });
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  return {
    async call(request) {
      if (!isOpen) throw cpmFailure(request.op);
      socket.write(`${JSON.stringify(request)}\n`);
      const line = await lines.next();
      const reply = line.done ? null : (JSON.parse(line.value) as CpmReply);
      if (reply?.result !== 0) throw cpmFailure(request.op);
      return reply;
    },
    close: () => socket.destroy(),
  };
}
