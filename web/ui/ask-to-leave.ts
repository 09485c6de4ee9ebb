import i18next from 'i18next'
import { ask } from './ask.tsx'

/** Whether what was typed and not saved may be lost. */
export function askToLeave(): Promise<boolean> {
  return ask({
    title: i18next.t('ui.unsaved.title'),
    text: i18next.t('ui.unsaved.text'),
    yes: i18next.t('ui.unsaved.leave'),
    no: i18next.t('ui.unsaved.stay'),
    dangerous: true,
  })
}
