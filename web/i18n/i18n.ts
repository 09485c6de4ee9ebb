/** Two languages, each its own file, loaded when first shown. The first one is the browser's; a choice is remembered. */
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { languages, type Language } from '../../src/model/language.ts'
import type en from './en.json'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: typeof en }
  }
}

const storageKey = 'veche-language'

const load: Record<Language, () => Promise<{ default: object }>> = {
  ru: () => import('./ru.json'),
  en: () => import('./en.json'),
}

/** Loads the first language and makes `useTranslation` work; to be awaited before the first render. */
export async function startTranslations(): Promise<void> {
  const first = rememberedLanguage() ?? browserLanguage()
  const words = (await load[first]()).default
  await i18next.use(initReactI18next).init({
    lng: first,
    fallbackLng: false,
    resources: { [first]: { translation: words } },
    // React escapes what it renders.
    interpolation: { escapeValue: false },
    showSupportNotice: false,
  } as Parameters<typeof i18next.init>[0])
  document.documentElement.lang = first
}

/** Brings the other language while there is time; a failure is met again when it is chosen. */
export async function preloadLanguages(): Promise<void> {
  await Promise.allSettled(languages.map((language) => load[language]()))
}

export function currentLanguage(): Language {
  return asLanguage(i18next.language) ?? 'en'
}

/** Switches everything on the page, and remembers it in this browser. */
export async function chooseLanguage(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'translation')) {
    i18next.addResourceBundle(language, 'translation', (await load[language]()).default)
  }
  await i18next.changeLanguage(language)
  localStorage.setItem(storageKey, language)
  document.documentElement.lang = language
}

function rememberedLanguage(): Language | undefined {
  return asLanguage(localStorage.getItem(storageKey))
}

function browserLanguage(): Language {
  for (const tag of navigator.languages) {
    const found = asLanguage(tag.slice(0, 2).toLowerCase())
    if (found !== undefined) return found
  }
  return 'en'
}

function asLanguage(text: string | null): Language | undefined {
  return languages.find((language) => language === text)
}
