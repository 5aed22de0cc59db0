// The menu: none where the window needs none. macOS takes copy, paste and quit from it, so there it has those.
import { Menu } from 'electron';

export const applicationMenu = (platform: NodeJS.Platform): Menu | null =>
  platform === 'darwin'
    ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }])
    : null;
