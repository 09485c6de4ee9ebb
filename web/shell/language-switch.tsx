import { SegmentedControl, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { languages, type Language } from '../../src/model/language.ts'
import { chooseLanguage, currentLanguage } from '../i18n/i18n.ts'

/** Each language is called by its own name, so that one finds it in any. */
export function LanguageSwitch({ labelled = true }: { readonly labelled?: boolean }) {
  const { t } = useTranslation()
  return (
    <div>
      {labelled ? <Text size="xs" c="dimmed" mb={4}>{t('person.language')}</Text> : null}
      <SegmentedControl
        fullWidth={labelled} size="xs" aria-label={t('person.language')} value={currentLanguage()}
        onChange={(value) => void chooseLanguage(value as Language)}
        data={languages.map((value) => ({ value, label: t(`language.own.${value}`) }))}
      />
    </div>
  )
}
