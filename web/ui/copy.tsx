import { ActionIcon, Tooltip } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from './icon.tsx'

const shownMs = 1500

/** Copies `value`; says so in place, and to screen readers. */
export function CopyButton({ value, label }: { readonly value: string; readonly label: string }) {
  const { t } = useTranslation()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = window.setTimeout(() => setCopied(false), shownMs)
    return () => window.clearTimeout(timer)
  }, [copied])
  const words = copied ? t('ui.copied') : label
  return (
    <Tooltip label={words}>
      <ActionIcon
        aria-label={label} color={copied ? 'teal' : 'gray'}
        onClick={(event) => {
          event.stopPropagation()
          void copyText(value).then(setCopied)
        }}
      >
        <Icon name={copied ? 'check' : 'copy'} />
        <span role="status" className="mantine-visually-hidden" style={hidden}>{copied ? t('ui.copied') : ''}</span>
      </ActionIcon>
    </Tooltip>
  )
}

const hidden = { position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' } as const

/** The clipboard API exists only on https and localhost; a panel on a plain LAN address copies through a selection. */
async function copyText(text: string): Promise<boolean> {
  if (window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(text)
      return true
    } catch {
      // Not permitted: the other way may be.
    }
  }
  const field = document.createElement('textarea')
  field.value = text
  field.style.position = 'fixed'
  field.style.opacity = '0'
  // Inside an open dialog, whose focus trap would take the selection away from a field outside.
  const place = document.activeElement?.closest('[role=dialog]') ?? document.body
  const focused = document.activeElement
  place.append(field)
  field.select()
  const done = document.execCommand('copy')
  field.remove()
  if (focused instanceof HTMLElement) focused.focus()
  return done
}
