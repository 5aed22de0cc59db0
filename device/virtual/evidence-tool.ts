// `trustbox-evidence` of a virtual box: `node evidence-tool.ts SOCKET CHALLENGE [FORMAT]` asks the TEE and prints one line,
// the format and the evidence in base64 (docs/formats/evidence.md).
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { EvidenceReply } from './cpm-door.ts';

const [path = '', challenge = '', format = ''] = process.argv.slice(2);

function fail(words: string, status: number): never {
  console.error(`trustbox-evidence: ${words}`);
  process.exit(status);
}

if (!/^[0-9a-f]{64}$/.test(challenge)) fail('the challenge is 64 hex digits', 2);
const socket = connect(path, () => socket.write(`${JSON.stringify({ op: 'attest', challenge, format })}\n`));
socket.on('error', (error) => fail(error.message, 1));
createInterface({ input: socket }).once('line', (line) => {
  const reply = JSON.parse(line) as EvidenceReply;
  if (reply.evidence === null) fail(`no evidence${format ? ` of kind ${format}` : ''} on this box`, 3);
  console.log(`${reply.format} ${reply.evidence}`);
  socket.destroy();
});
