// All words on the screens, from one catalogue per language. A language that lacks a word does not compile.
import { fill } from '../../shared/sentences/sentence.ts';
import { useDesk } from '../store.ts';
import { devices as deDevices } from './de/devices.ts';
import { frame as deFrame } from './de/frame.ts';
import { links as deLinks } from './de/links.ts';
import { packages as dePackages } from './de/packages.ts';
import { trust as deTrust } from './de/trust.ts';
import { devices as enDevices } from './en/devices.ts';
import { frame as enFrame } from './en/frame.ts';
import { links as enLinks } from './en/links.ts';
import { packages as enPackages } from './en/packages.ts';
import { trust as enTrust } from './en/trust.ts';

const en = { ...enFrame, ...enDevices, ...enLinks, ...enPackages, ...enTrust };
const de = { ...deFrame, ...deDevices, ...deLinks, ...dePackages, ...deTrust };

export type WordKey = keyof typeof en;
export type Catalogue = Readonly<Record<WordKey, string>>;

export const languages = {
  en: { title: 'English', words: en },
  de: { title: 'Deutsch', words: de },
} as const;
export type Language = keyof typeof languages;

const isLanguage = (text: string): text is Language => text in languages;

export type Translate = (key: WordKey, values?: Readonly<Record<string, string | number>>) => string;

/** `{name}` in a word is filled from `values`. */
export const translator =
  (language: string): Translate =>
  (key, values = {}) =>
    fill((isLanguage(language) ? languages[language].words : en)[key], values);

/** The language that the station is set to. */
export const useLanguage = (): string => useDesk((desk) => desk.station?.language ?? 'en');

export const useWords = (): Translate => translator(useLanguage());
