/** The form of a saved record: checks by the server's schema, versions, the guard of unsaved changes, the save button's modes. */
import { useForm, type UseFormReturnType } from '@mantine/form'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import { RequestProblem } from '../api/request.ts'
import { fieldText, type FieldOwner } from '../i18n/problem-text.ts'
import { askToLeave } from '../ui/ask-to-leave.ts'
import { useLeaveGuard } from '../ui/leave-guard.ts'
import { noticeProblem } from '../ui/notice.tsx'
import type { SaveMode } from '../ui/save-button.tsx'
import { fieldCodes } from './field-codes.ts'

export type RecordFormOptions<Values, Saved> = {
  readonly owner: FieldOwner
  readonly schema: z.ZodType
  /** As the cache has it now; null: a new one. */
  readonly record: Saved | null
  readonly valuesOf: (record: Saved | null) => Values
  /** `based` is what the changes were made to; null: nothing yet. */
  readonly save: (based: Saved | null, values: Values) => Promise<Saved>
  readonly onSaved: (saved: Saved, mode: SaveMode) => void
}

export type RecordForm<Values, Saved> = {
  readonly form: UseFormReturnType<Values>
  readonly busy: boolean
  /** Somebody else saved the record while it was being edited here. */
  readonly overtaken: boolean
  readonly submit: (mode: SaveMode) => void
  /** Gives up what was typed, and takes the newest record. */
  readonly takeNewest: (newest: Saved) => void
  /** Lets the page be left without a question. */
  readonly release: () => void
}

export function useRecordForm<Values extends Record<string, unknown>, Saved extends { readonly version: number }>(
  options: RecordFormOptions<Values, Saved>,
): RecordForm<Values, Saved> {
  const { t } = useTranslation()
  const { record, owner } = options
  const [based, setBased] = useState(record)
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState(false)
  const form = useForm<Values>({
    initialValues: options.valuesOf(record),
    validate: (values) => fieldCodes(options.schema, values),
    // Codes are kept, words are shown: a switch of the language changes the errors too.
    enhanceGetInputProps: ({ inputProps }) =>
      typeof inputProps.error === 'string' ? { error: fieldText(owner, inputProps.error) } : undefined,
  })

  const adopt = (newest: Saved): void => {
    const values = options.valuesOf(newest)
    setBased(newest)
    setRefused(false)
    form.setInitialValues(values)
    form.setValues(values)
    form.clearErrors()
  }

  const dirty = form.isDirty()
  const behind = !busy && record !== null && based !== null && record.version > based.version
  useEffect(() => {
    if (behind && !dirty && record !== null) adopt(record)
  })

  const guard = useLeaveGuard(dirty, askToLeave)

  const save = async (mode: SaveMode): Promise<void> => {
    setBusy(true)
    try {
      const saved = await options.save(based, form.getValues())
      adopt(saved)
      guard.release()
      options.onSaved(saved, mode)
    } catch (error) {
      if (error instanceof RequestProblem && error.status === 412) setRefused(true)
      else if (error instanceof RequestProblem && Object.keys(error.fields).length > 0) {
        form.setErrors(error.fields)
        focusFirst(form, Object.keys(error.fields))
      } else noticeProblem(t('ui.saveFailed'), error)
    } finally {
      setBusy(false)
    }
  }

  const submit = (mode: SaveMode): void => {
    if (busy) return
    const codes = fieldCodes(options.schema, form.getValues())
    form.setErrors(codes)
    if (Object.keys(codes).length === 0) void save(mode)
    else focusFirst(form, Object.keys(codes))
  }

  return {
    form,
    busy,
    overtaken: refused || (behind && dirty),
    submit,
    takeNewest: adopt,
    release: () => guard.release(),
  }
}

function focusFirst<Values extends Record<string, unknown>>(form: UseFormReturnType<Values>, fields: readonly string[]): void {
  // The order on the page, not of the checks.
  const order = Object.keys(form.getValues())
  const first = order.find((name) => fields.includes(name))
  if (first !== undefined) document.querySelector<HTMLElement>(`[data-path="${CSS.escape(first)}"]`)?.focus()
}
