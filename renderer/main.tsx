// The screen's entry: takes the carrier that is there, then draws.
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { startDesk } from './actions.ts';
import type { Carrier } from './carrier.ts';
import { openSocketCarrier } from './socket-carrier.ts';
import './styles/tokens.css';
import './styles/app.css';
import './styles/devices.css';
import './styles/packages.css';

declare global {
  interface Window {
    /** Set by Electron's preload; absent in a browser. */
    readonly trustbox?: Carrier;
  }
}

startDesk(window.trustbox ?? openSocketCarrier(window.location.origin));
const place = document.getElementById('app');
if (place) createRoot(place).render(<App />);
