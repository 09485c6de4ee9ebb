import { CloseButton, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Icon } from './icon.tsx'

export type SearchBoxProps = {
  readonly value: string
  readonly onChange: (text: string) => void
  readonly label: string
}

export function SearchBox({ value, onChange, label }: SearchBoxProps) {
  const { t } = useTranslation()
  return (
    <TextInput
      type="text" role="searchbox" aria-label={label} placeholder={label} value={value} w={{ base: '100%', xs: 300 }}
      leftSection={<Icon name="search" size={16} />}
      rightSection={value === '' ? null : <CloseButton size="sm" aria-label={t('ui.clear')} onClick={() => onChange('')} />}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onChange('')
      }}
    />
  )
}
