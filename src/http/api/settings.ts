/** `/settings`: what an administrator changes while the server runs. */
import { settings, settingsChange } from '../../model/settings.ts'
import type { App } from '../app-type.ts'
import type { ApiParts } from '../live.ts'
import { refusals } from './answers.ts'

const tags = ['Settings']

export function settingsRoutes(app: App, { store }: ApiParts): void {
  app.get('/settings', {
    schema: { tags, summary: 'Read the settings', response: { 200: settings, ...refusals() } },
    handler: () => store.settings.current,
  })

  app.patch('/settings', {
    schema: {
      tags,
      summary: 'Change some settings',
      body: settingsChange,
      response: { 200: settings, ...refusals(400, 413, 415) },
    },
    handler: (request) => store.settings.change(request.body),
  })
}
