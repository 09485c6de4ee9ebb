import { ActionIcon, Button, Group, Menu } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from './icon.tsx'

/** What to do after a successful save: stay on the record, begin another one, or go back to the list. */
export const saveModes = ['stay', 'add', 'close'] as const
export type SaveMode = (typeof saveModes)[number]

export type SaveButtonProps = {
  readonly busy: boolean
  readonly onSave: (mode: SaveMode) => void
}

const storageKey = 'veche-save-mode'

/** Save, with its two continuations under the arrow; the last one used is the one at hand next time. */
export function SaveButton({ busy, onSave }: SaveButtonProps) {
  const { t } = useTranslation()
  const [mode, setMode] = useState<SaveMode>(() => saveModes.find((one) => one === localStorage.getItem(storageKey)) ?? 'stay')
  const choose = (next: SaveMode): void => {
    setMode(next)
    localStorage.setItem(storageKey, next)
    onSave(next)
  }
  const words: Record<SaveMode, string> = { stay: t('ui.save'), add: t('ui.saveAndAdd'), close: t('ui.saveAndClose') }
  return (
    <Group gap={1} wrap="nowrap">
      <Button type="submit" loading={busy} onClick={(event) => { event.preventDefault(); onSave(mode) }}
        style={{ borderStartEndRadius: 0, borderEndEndRadius: 0 }}>
        {words[mode]}
      </Button>
      <Menu position="bottom-end" shadow="md" withinPortal>
        <Menu.Target>
          <ActionIcon variant="filled" size={36} aria-label={t('ui.saveChoices')} disabled={busy}
            style={{ borderStartStartRadius: 0, borderEndStartRadius: 0 }}>
            <Icon name="down" size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {saveModes.map((one) => <Menu.Item key={one} onClick={() => choose(one)}>{words[one]}</Menu.Item>)}
        </Menu.Dropdown>
      </Menu>
    </Group>
  )
}
