import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { roomsQuery } from '../api/server.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import classes from './shell.module.css'

type Place = { readonly path: string; readonly icon: IconName; readonly label: string; readonly people?: number }

export function Menu() {
  const { t } = useTranslation()
  const { data: rooms } = useQuery(roomsQuery)
  const people = rooms?.reduce((sum, room) => sum + room.participants.length, 0) ?? 0
  const groups: { readonly id: string; readonly label: string; readonly places: readonly Place[] }[] = [
    {
      id: 'telephony',
      label: t('menu.telephony'),
      places: [
        { path: '/employees', icon: 'people', label: t('menu.employees') },
        { path: '/conferences', icon: 'room', label: t('menu.conferences'), people },
        { path: '/history', icon: 'history', label: t('menu.history') },
      ],
    },
    {
      id: 'system',
      label: t('menu.system'),
      places: [
        { path: '/settings', icon: 'sliders', label: t('menu.settings') },
        { path: '/api-keys', icon: 'key', label: t('menu.apiKeys') },
        { path: '/status', icon: 'pulse', label: t('menu.status') },
      ],
    },
  ]
  return (
    <nav aria-label={t('menu.label')}>
      {groups.map(({ id, label, places }) => (
        <div key={id}>
          <h2 className={classes.heading} id={`menu-${id}`}>{label}</h2>
          <ul className={classes.list} aria-labelledby={`menu-${id}`}>
            {places.map((place) => <li key={place.path}><MenuLink {...place} /></li>)}
          </ul>
        </div>
      ))}
    </nav>
  )
}

function MenuLink({ path, icon, label, people = 0 }: Place) {
  const { t } = useTranslation()
  const [location] = useLocation()
  const here = location === path || location.startsWith(`${path}/`)
  return (
    <Link href={path} className={classes.link} aria-current={here ? 'page' : undefined}>
      <Icon name={icon} size={20} />
      {label}
      {people === 0 ? null : (
        <span className={classes.count} title={t('menu.talking', { count: people })}>
          <span className="dot" data-live />
          <span className="numbers" aria-label={t('menu.talking', { count: people })}>{people}</span>
        </span>
      )}
    </Link>
  )
}
