/** The settings, always at hand: read at start, kept in step with every save. */
import { Emitter } from '../base/emitter.ts'
import type { Log } from '../base/log.ts'
import { defaultSettings, settingsChange } from '../model/settings.ts'
import type { Settings as Values, SettingsChange } from '../model/settings.ts'
import type { Database } from './sql/database.ts'

export class Settings {
  /** Emitted after the commit. */
  readonly events = new Emitter<{ saved: [Values] }>()
  readonly #database: Database
  #current: Values

  private constructor({ database, current }: { readonly database: Database; readonly current: Values }) {
    this.#database = database
    this.#current = current
  }

  static async load({ database, log }: { readonly database: Database; readonly log: Log }): Promise<Settings> {
    const rows = await database.read.selectFrom('settings').selectAll().execute()
    let current = defaultSettings
    for (const { key, value } of rows) {
      const one = settingsChange.safeParse({ [key]: parsed(value) })
      if (key in defaultSettings && one.success) current = merged(current, one.data)
      else log.warn({ setting: key }, 'stored setting is not valid for this version, its default is used')
    }
    return new Settings({ database, current })
  }

  /** What is saved, with the defaults for what was never changed. */
  get current(): Values {
    return this.#current
  }

  /** Changes what is given; the caller has checked it by the schema. */
  async change(change: SettingsChange): Promise<Values> {
    await this.#database.durable(async (trx) => {
      for (const [key, value] of Object.entries(change)) {
        if (value === undefined) continue
        const row = { key, value: JSON.stringify(value) }
        await trx
          .insertInto('settings')
          .values(row)
          .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: row.value }))
          .execute()
      }
    })
    this.#current = merged(this.#current, change)
    this.events.emit('saved', this.#current)
    return this.#current
  }
}

function merged(values: Values, change: SettingsChange): Values {
  const given = Object.entries(change).filter(([, value]) => value !== undefined)
  return { ...values, ...Object.fromEntries(given) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
