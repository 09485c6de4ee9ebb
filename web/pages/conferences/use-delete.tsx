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

  const agreed = (conference: Conference, inside: boolean): Promise<boolean> => {
    const room = client.getQueryData(roomsQuery.queryKey)?.find(({ conferenceId }) => conferenceId === conference.id)
    const count = Math.max(room?.participants.length ?? 0, inside ? 1 : 0)
    const text = t('conferences.deleting.text', { name: conference.name, number: conference.number })
    return ask({
      title: t('conferences.deleting.title'),
      text: count === 0 ? text : `${text} ${t('conferences.deleting.inside', { count })}`,
      yes: count === 0 ? t('ui.delete') : t('conferences.deleting.end'),
      no: t('ui.cancel'),
      dangerous: true,
    })
  }

  return async (conference) => {
    const room = client.getQueryData(roomsQuery.queryKey)?.find(({ conferenceId }) => conferenceId === conference.id)
    let end = (room?.participants.length ?? 0) > 0
    if (!(await agreed(conference, end))) return false
    for (;;) {
      try {
        await deleteConference(conference.id, end)
        client.setQueryData(conferencesQuery.queryKey, (old) => old?.filter(({ id }) => id !== conference.id))
        noticeDone(t('conferences.deleting.done'))
        return true
      } catch (error) {
        // Somebody came in while the question stood there: it has become another question.
        const cameIn = !end && error instanceof RequestProblem && error.code === 'room-is-live'
        if (!cameIn) {
          noticeProblem(t('conferences.deleting.failed'), error)
          return false
        }
        end = true
        if (!(await agreed(conference, true))) return false
      }
    }
  }
}
