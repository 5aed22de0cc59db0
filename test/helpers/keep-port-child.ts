// A box's end of a serial line in a process of its own, because a fault in it would stop the test too: it writes more than the line
// takes, and says each time it has the line and each time it lost it. Usage: keep-port-child.ts PATH
import { keepPort } from '../../device/agent/tty.ts';

const moreThanFits = new Uint8Array(1_000_000);

keepPort(
  { path: process.argv[2] ?? '', baudRate: 115_200 },
  ({ write }) => {
    console.log('has the line');
    write(moreThanFits);
    return { receive: () => undefined, end: () => console.log('lost the line') };
  },
  () => undefined,
);
