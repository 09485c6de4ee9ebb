import { ActionIcon, Group, Tooltip } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { Icon } from './icon.tsx'

export type RowButtonsProps = {
  readonly editHref: string
  /** What a screen reader says: which row it is. */
  readonly editLabel: string
  readonly deleteLabel: string
  readonly onDelete: () => void
}

/** Edit and delete at the end of a row. There is no room for both on a phone, where the page of the record can delete too. */
export function RowButtons({ editHref, editLabel, deleteLabel, onDelete }: RowButtonsProps) {
  const { t } = useTranslation()
  return (
    <Group gap={2} wrap="nowrap" justify="flex-end" className="row-buttons">
      <Tooltip label={t('ui.edit')}>
        <ActionIcon component={Link} href={editHref} color="gray" aria-label={editLabel}><Icon name="pencil" /></ActionIcon>
      </Tooltip>
      <Tooltip label={t('ui.delete')}>
        <ActionIcon color="red" aria-label={deleteLabel} onClick={onDelete} visibleFrom="xs"><Icon name="trash" /></ActionIcon>
      </Tooltip>
    </Group>
  )
}
