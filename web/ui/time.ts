/** Moments and durations in words of the reader's language. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

/** The time now, milliseconds since 1970; changes every `stepMs`. */
export function useNow(stepMs: number): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), stepMs)
    return () => window.clearInterval(timer)
  }, [stepMs])
  return now
}

export type TimeWords = {
  /** `14:05` */
  readonly clock: (iso: string) => string
  /** `14:05` today, otherwise with the date. */
  readonly moment: (iso: string) => string
  readonly full: (iso: string) => string
}

export function useTimeWords(): TimeWords {
  const { i18n } = useTranslation()
  const locale = i18n.language === 'ru' ? 'ru-RU' : 'en-GB'
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' })
  const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })
  const full = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'medium' })
  return {
    clock: (iso) => clock.format(new Date(iso)),
    moment: (iso) => (isToday(iso) ? clock : day).format(new Date(iso)),
    full: (iso) => full.format(new Date(iso)),
  }
}

function isToday(iso: string): boolean {
  return new Date(iso).toDateString() === new Date().toDateString()
}

/** `0:07`, `12:40`, `1:02:03`. */
export function durationText(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000))
  const tail = String(seconds % 60).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}:${tail}`
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${tail}`
}

/** A duration that runs while it is looked at. */
export function useElapsed(fromIso: string, toIso: string | null): string {
  const now = useNow(1000)
  return durationText((toIso === null ? now : Date.parse(toIso)) - Date.parse(fromIso))
}
