// Bundles the shell into out/shell: main and engine as ES modules, the preload as one CommonJS file (a sandboxed preload
// can be nothing else). Native modules and electron itself stay outside.
import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const root = import.meta.dirname;
const preload = process.env.SHELL_PART === 'preload';
const outside = [
  'electron',
  'serialport',
  '@serialport/bindings-cpp',
  '@lydell/node-pty',
  'pdfkit',
  'bwip-js',
  'bwip-js/node',
  'usb',
  'usb/index.js',
];

export default defineConfig({
  root,
  ssr: { noExternal: true, external: outside },
  build: {
    ssr: true,
    outDir: resolve(root, 'out', 'shell'),
    emptyOutDir: !preload,
    target: 'node24',
    minify: false,
    rolldownOptions: {
      input: preload
        ? { preload: resolve(root, 'electron/shell/preload.ts') }
        : {
            main: resolve(root, 'electron/shell/main.ts'),
            'engine-process': resolve(root, 'electron/shell/engine-process.ts'),
            'drivers-process': resolve(root, 'electron/shell/drivers-process.ts'),
            'hash-worker': resolve(root, 'electron/core/package/hash-worker.ts'),
          },
      external: outside,
      output: {
        format: preload ? 'cjs' : 'es',
        entryFileNames: preload ? '[name].cjs' : '[name].mjs',
        chunkFileNames: '[name]-[hash].mjs',
      },
    },
  },
});
