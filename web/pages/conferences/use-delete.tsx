import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Conference } from '../../../src/model/conference.ts'
import { conferencesQuery, deleteConference } from '../../api/conferences.ts'
import { RequestProblem } from '../../api/request.ts'
import { roomsQuery } from '../../api/server.ts'
import { ask } from '../../ui/ask.tsx'
import { noticeDone, noticeProblem } from '../../ui/notice.tsx'

/** Asks, naming how many are inside, and deletes; answers whether it is gone. */
export function useDeleteConference(): (conference: Conference) => Promise<boolean> {
  const { t } = useTranslation()
  const client = useQueryClient()

  const agreed = (conference: Conference, inside: number): Promise<boolean> => {
    const text = t('conferences.deleting.text', { name: conference.name, number: conference.number })
    return ask({
      title: t('conferences.deleting.title'),
      text: inside === 0 ? text : `${text} ${t('conferences.deleting.inside', { count: inside })}`,
      yes: inside === 0 ? t('ui.delete') : t('conferences.deleting.end'),
      no: t('ui.cancel'),
      dangerous: true,
    })
  }

  return async (conference) => {
    const room = client.getQueryData(roomsQuery.queryKey)?.find(({ conferenceId }) => conferenceId === conference.id)
    let inside = room?.participants.length ?? 0
    if (!(await agreed(conference, inside))) return false
    for (;;) {
      try {
        await deleteConference(conference.id, inside > 0)
        client.setQueryData(conferencesQuery.queryKey, (old) => old?.filter(({ id }) => id !== conference.id))
        noticeDone(t('conferences.deleting.done'))
        return true
      } catch (error) {
        // Somebody came in while the question stood there: it has become another question.
        const cameIn = inside === 0 && error instanceof RequestProblem && error.code === 'room-is-live'
        if (!cameIn) {
          noticeProblem(t('conferences.deleting.failed'), error)
          return false
        }
        inside = Math.max(1, Number(error.details['participants']) || 1)
        if (!(await agreed(conference, inside))) return false
      }
    }
  }
}
