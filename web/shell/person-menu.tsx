import { Menu, SegmentedControl, Stack, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import type { MantineColorScheme } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { Identity } from '../../src/model/account.ts'
import { signOut } from '../api/account.ts'
import { changePerson } from '../api/client.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { noticeProblem } from '../ui/notice.tsx'
import { LanguageSwitch } from './language-switch.tsx'
import { PasswordDialog } from './password-dialog.tsx'
import classes from './shell.module.css'

/** Who is signed in; the look, the language, the password, and the way out. */
export function PersonMenu({ me }: { readonly me: Identity }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const [changing, dialog] = useDisclosure(false)
  const leaving = useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      navigate('/')
      changePerson(client, null)
    },
    onError: (error) => noticeProblem(t('person.signOutFailed'), error),
  })
  return (
    <>
      <Menu position="top-start" width={300} shadow="md" withinPortal closeOnItemClick>
        <Menu.Target>
          <UnstyledButton className={classes.person}>
            <span className={classes.face}><Icon name="person" /></span>
            <span className={classes.name}>{me.name}</span>
            <Icon name="up" size={16} />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Stack gap="sm" p="xs">
            <LookSwitch />
            <LanguageSwitch />
          </Stack>
          <Menu.Divider />
          <Menu.Item leftSection={<Icon name="lock" size={16} />} onClick={dialog.open}>{t('person.changePassword')}</Menu.Item>
          <Menu.Item leftSection={<Icon name="exit" size={16} />} onClick={() => leaving.mutate()}>
            {t('person.signOut')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <PasswordDialog opened={changing} onClose={dialog.close} />
    </>
  )
}

const looks: readonly { readonly value: MantineColorScheme; readonly icon: IconName }[] = [
  { value: 'auto', icon: 'screen' },
  { value: 'light', icon: 'sun' },
  { value: 'dark', icon: 'moon' },
]

function LookSwitch() {
  const { t } = useTranslation()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <div>
      <Text size="xs" c="dimmed" mb={4} id="look-label">{t('person.look')}</Text>
      <SegmentedControl
        fullWidth size="xs" aria-labelledby="look-label" value={colorScheme}
        onChange={(value) => setColorScheme(value as MantineColorScheme)}
        data={looks.map(({ value, icon }) => ({
          value,
          label: (
            <Stack gap={2} align="center" py={3}><Icon name={icon} size={16} /><span>{t(`person.looks.${value}`)}</span></Stack>
          ),
        }))}
      />
    </div>
  )
}
