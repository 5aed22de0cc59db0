// Asks a box something through its door and prints the answer: `node ask.ts SOCKET reboot|unplug|plug|state`.
import { connect } from 'node:net';

const [path = '', what = 'state'] = process.argv.slice(2);
const socket = connect(path, () => socket.write(`${JSON.stringify({ do: what })}\n`));
socket.setEncoding('utf8');
socket.on('data', (text: string) => {
  process.stdout.write(text);
  socket.end();
});
socket.on('error', (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
