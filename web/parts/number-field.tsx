import { Loader, Text, TextInput, type TextInputProps } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { internalNumberPattern } from '../../src/model/number.ts'
import { numberQuery } from '../api/numbers.ts'
import { Icon } from '../ui/icon.tsx'

const quietMs = 500

export type NumberFieldProps = TextInputProps & {
  readonly value: string
  /** The saved number of the record itself: it is not busy. */
  readonly own: string | null
}

/** Digits may still follow; anything else is wrong at once. */
const unfinished = /^\d$/

/** An internal number; while typing, says what is wrong with it, or asks who has it and names the owner. */
export function NumberField({ value, own, error, ...rest }: NumberFieldProps) {
  const { t } = useTranslation()
  const typed = value.trim()
  const [quiet] = useDebouncedValue(typed, quietMs)
  const worthAsking = internalNumberPattern.test(typed) && typed !== own
  const settled = quiet === typed
  const { data, isFetching } = useQuery({ ...numberQuery(quiet), enabled: worthAsking && settled })
  const owner = worthAsking && settled ? (data?.owner ?? null) : null
  const free = worthAsking && settled && data !== undefined && data.owner === null
  const wrong = typed !== '' && !internalNumberPattern.test(typed) && (settled || !unfinished.test(typed))
  const busyText = owner === null ? null : t(`number.busy.${owner.kind}`, { name: owner.name })
  return (
    <div>
      <TextInput
        {...rest} value={value} error={busyText ?? (wrong ? t('error.number-format') : error)}
        inputMode="numeric" autoComplete="off" maxLength={20} className="numbers"
        rightSection={
          isFetching ? <Loader size={14} /> : free ? (
            <Text c="teal" component="span" lh={0}><Icon name="check" size={16} /></Text>
          ) : null
        }
      />
      <Text role="status" fz={0} h={0}>{busyText ?? (free ? t('number.free') : '')}</Text>
    </div>
  )
}
